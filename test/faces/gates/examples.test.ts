// What the examples give to Kubernetes is what its resources take, where a package has their schemas.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ClusterAnalysisTemplate,
  Rollout,
} from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1';
import { WorkflowTemplate } from '@kubernetes-models/argo-workflows/argoproj.io/v1alpha1';
import { Kustomization } from '@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1';
import { parse, parseAllDocuments } from 'yaml';
import { readExample } from './support/examples.ts';

const read = (path: string) => readExample(path, 'http://canary');
const documents = <Document = never>(path: string) =>
  parseAllDocuments(read(path)).map((document) => document.toJS() as Document);

interface Checked {
  validate(): void;
}

const EXAMPLES: Record<string, () => Checked[]> = {
  'argo/analysis-template.yaml': () =>
    documents('argo/analysis-template.yaml').map((one) => new ClusterAnalysisTemplate(one)),
  'argo/kayenta-template.yaml': () =>
    documents('argo/kayenta-template.yaml').map((one) => new ClusterAnalysisTemplate(one)),
  'argo/rollout-step.yaml': () => [
    new Rollout({
      metadata: { name: 'checkout' },
      spec: {
        selector: { matchLabels: { app: 'checkout' } },
        strategy: { canary: { steps: parse(read('argo/rollout-step.yaml')) as never } },
      },
    }),
  ],
  'ci/argo-workflow.yaml': () =>
    documents('ci/argo-workflow.yaml').map((one) => new WorkflowTemplate(one)),
  'flux/production.yaml': () =>
    documents('flux/production.yaml').map((one) => new Kustomization(one)),
};

for (const [path, load] of Object.entries(EXAMPLES)) {
  test(`${path} is what the schema of its resource takes`, () => {
    const all = load();
    assert.ok(all.length > 0);
    for (const one of all) one.validate();
  });
}

test('the schemas refuse what is wrong', () => {
  interface Template {
    spec: { metrics: { provider: { web: { timeoutSeconds: unknown } } }[] };
  }
  const [template] = documents<Template>('argo/analysis-template.yaml');
  template!.spec.metrics[0]!.provider.web.timeoutSeconds = 'ten';
  assert.throws(() => new ClusterAnalysisTemplate(template as never).validate(), /timeoutSeconds/);
});

test('in Flux production waits for a verdict that is made anew with each release', () => {
  interface Flux {
    metadata: { name: string };
    spec: { dependsOn: { name: string }[]; wait?: boolean; force?: boolean; timeout?: string };
  }
  const [verdict, production] = documents<Flux>('flux/production.yaml');
  assert.deepEqual(production!.spec.dependsOn, [{ name: verdict!.metadata.name }]);
  assert.deepEqual([verdict!.spec.wait, verdict!.spec.force], [true, true]);
  const [job] = documents<{ spec: { backoffLimit: number } }>('flux/job.yaml');
  assert.equal(job!.spec.backoffLimit, 0, 'a fail is not tried again');
});

test('Keptn tries a task once, and knows its own key', () => {
  interface Task {
    spec: { retries: number; container: { args: string[] } };
  }
  const [task] = documents<Task>('keptn/task.yaml');
  assert.equal(task!.spec.retries, 0);
  assert.match(
    task!.spec.container.args[0]!,
    /\$\{KEPTN_CONTEXT:\?\}/,
    'without one there is no key',
  );
});
