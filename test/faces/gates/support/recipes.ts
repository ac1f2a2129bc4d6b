import assert from 'node:assert/strict';
import { parse, parseAllDocuments } from 'yaml';
import { readExample } from './examples.ts';

/** What the command of an example finds in its environment. */
export type Variables = Record<'CANARY_URL' | 'RUN_ID' | 'STABLE' | 'CANARY', string>;

/** An example whose engine runs one line of curl, and goes by its exit status. */
export interface Recipe {
  path: string;
  /** The command as the engine runs it. */
  command(url: string): string;
  /** Seconds after which the engine gives up; undefined where it never does. */
  deadline?(): number;
  /** Further variables that the engine sets, from those of the run. */
  variables?(of: Variables): Record<string, string>;
}

interface Container {
  command?: string[];
  args?: string[];
  script?: string;
  env?: { name: string; value: string }[];
  image?: string;
}

const documentsOf = (path: string, url = '') =>
  parseAllDocuments(readExample(path, url)).map((document) => document.toJS() as unknown);

export const RECIPES: readonly Recipe[] = [
  { path: 'ci/gate.sh', command: (url) => readExample('ci/gate.sh', url) },
  {
    path: 'ci/github-actions.yml',
    command: (url) => githubJob(url).steps[0]!.run,
    deadline: () => githubJob('')['timeout-minutes'] * 60,
  },
  {
    path: 'ci/gitlab-ci.yml',
    command: (url) => gitlabJob(url).script.join('\n'),
    deadline: () => secondsOf(gitlabJob('').timeout),
  },
  {
    path: 'ci/Jenkinsfile',
    command: (url) => /sh '''([^]*?)'''/.exec(readExample('ci/Jenkinsfile', url))![1]!,
    deadline() {
      const [, minutes] = /timeout\(time: (\d+), unit: 'MINUTES'\)/.exec(
        readExample('ci/Jenkinsfile', ''),
      )!;
      return Number(minutes) * 60;
    },
  },
  {
    path: 'ci/tekton.yaml',
    command: (url) => tektonStep(url).script!,
    deadline: () => secondsOf(tektonStep('').timeout),
  },
  {
    path: 'ci/argo-workflow.yaml',
    command: (url) => shellOf(workflowTemplate(url).container),
    deadline: () => workflowTemplate('').activeDeadlineSeconds,
  },
  {
    path: 'flux/job.yaml',
    // Flux puts in its own variables, and makes two dollar signs one
    command: (url) => shellOf(fluxJob(url).template.spec.containers[0]!).replaceAll('$$', '$'),
    deadline: () => fluxJob('').activeDeadlineSeconds,
  },
  {
    path: 'keptn/task.yaml',
    command: (url) => shellOf(keptnTask(url).container),
    deadline: () => secondsOf(keptnTask('').timeout),
    variables: ({ RUN_ID }) => ({ KEPTN_CONTEXT: JSON.stringify({ appVersion: RUN_ID }) }),
  },
];

export function recipe(path: string): Recipe {
  const found = RECIPES.find((one) => one.path === path);
  assert.ok(found, path);
  return found;
}

function githubJob(url: string) {
  const { jobs } = parse(readExample('ci/github-actions.yml', url)) as {
    jobs: Record<string, { steps: { run: string }[]; 'timeout-minutes': number }>;
  };
  return jobs['canary-verdict']!;
}

function gitlabJob(url: string) {
  const jobs = parse(readExample('ci/gitlab-ci.yml', url)) as Record<
    string,
    { script: string[]; timeout: string }
  >;
  return jobs['canary-verdict']!;
}

function tektonStep(url: string) {
  const [task] = documentsOf('ci/tekton.yaml', url) as [
    { spec: { steps: (Container & { timeout: string })[] } },
  ];
  return task.spec.steps[0]!;
}

function workflowTemplate(url: string) {
  const [workflow] = documentsOf('ci/argo-workflow.yaml', url) as [
    { spec: { templates: { container: Container; activeDeadlineSeconds: number }[] } },
  ];
  return workflow.spec.templates[0]!;
}

function fluxJob(url: string) {
  const [job] = documentsOf('flux/job.yaml', url) as [
    {
      spec: {
        activeDeadlineSeconds: number;
        backoffLimit: number;
        template: { spec: { containers: Container[] } };
      };
    },
  ];
  return job.spec;
}

function keptnTask(url: string) {
  const [task] = documentsOf('keptn/task.yaml', url) as [
    { spec: { container: Container; timeout: string; retries: number } },
  ];
  return task.spec;
}

function shellOf({ command, args = [] }: Container): string {
  assert.deepEqual(command, ['sh', '-c']);
  assert.equal(args.length, 1);
  return args[0]!;
}

/** Durations as Go, GitLab and Tekton write them, such as `2h10m`. */
export function secondsOf(text: string): number {
  const [, hours = '0', minutes = '0'] = /^(?:(\d+)h)? ?(?:(\d+)m)?$/.exec(text)!;
  return Number(hours) * 3600 + Number(minutes) * 60;
}
