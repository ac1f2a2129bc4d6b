import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { loadServiceConfig } from '../../src/main.ts';
import { RENDERER_MISSING, renderChart, type Resource } from '../support/render-chart.ts';
import { areSettings, isCommand, isServed, PORT, shipped } from '../support/shipped.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const CHART = 'deploy/helm/canary-verdict';
const NEEDED = { existingSecret: 'canary', publicUrl: 'https://canary.example.com' };
const FULL = {
  ...NEEDED,
  signingSecret: true,
  config: {
    limits: { judgeConcurrency: 8 },
    accounts: [{ name: 'p', source: 'prometheus', url: 'http://p:9090' }],
  },
  extraEnv: [{ name: 'LOGO', value: 'x' }],
  imagePullSecrets: [{ name: 'registry' }],
  api: { autoscaling: { enabled: true } },
  worker: { keda: { enabled: true, serverAddress: 'http://prometheus:9090' } },
  networkPolicy: { enabled: true, egress: [{ to: [{ namespaceSelector: {} }] }] },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  ingress: { enabled: true, hosts: ['canary.example.com'] },
};
const BOTH_SCALERS = { worker: { ...FULL.worker, autoscaling: { enabled: true } } };

interface Probe {
  httpGet: { path: string; port: string };
}
interface Container extends Record<`${'startup' | 'liveness' | 'readiness'}Probe`, Probe> {
  args: string[];
  env: { name: string; value: string }[];
  ports: { name: string; containerPort: number }[];
  securityContext: object;
}
interface PodSpec {
  securityContext: { runAsNonRoot: boolean; runAsUser: number };
  containers: [Container];
  volumes: { name: string; secret?: { secretName: string } }[];
}
interface Deployment {
  replicas?: number;
  selector: { matchLabels: Record<string, string> };
  template: { metadata: { labels: Record<string, string> }; spec: PodSpec };
}

test('values are held to their schema, and the default ones fit it', () => {
  const { $schema: _, ...schema } = JSON.parse(
    shipped(join(CHART, 'values.schema.json')),
  ) as Record<string, unknown>;
  const validate = new Ajv({ strict: false }).compile(schema);
  const defaults = parse(shipped(join(CHART, 'values.yaml'))) as Record<string, unknown>;
  assert.ok(validate(defaults), JSON.stringify(validate.errors));
  assert.ok(validate(FULL), JSON.stringify(validate.errors));
  assert.ok(!validate({ replicaCount: 3 }));
  assert.ok(!validate({ worker: { keda: { threshold: 3 } } }));
  const { properties } = schema as { properties: Record<string, unknown> };
  assert.deepEqual(
    new Set(Object.keys(defaults)),
    new Set(Object.keys(properties).filter((key) => key !== 'global')),
  );
});

describe('the rendered chart', { skip: RENDERER_MISSING, timeout: 300_000 }, () => {
  let rendered: ReturnType<typeof renderChart>;
  before(() => {
    const chart = new URL(`../../${CHART}`, import.meta.url);
    rendered = renderChart(chart, [
      NEEDED,
      FULL,
      {},
      { ...NEEDED, existingSecret: '' },
      { ...NEEDED, ...BOTH_SCALERS },
    ]);
  });
  const resourcesOf = (index: number, kind: string): Resource[] =>
    rendered[index]!.resources.filter((resource) => resource.kind === kind);
  const deployments = (index: number) =>
    resourcesOf(index, 'Deployment').map(({ spec }) => spec as Deployment);

  test('wants what has no default, and says so', () => {
    const [minimal, full, ...refused] = rendered;
    assert.deepEqual([minimal?.refused, full?.refused], [undefined, undefined]);
    for (const [index, sentence] of [
      /publicUrl is needed/,
      /existingSecret is needed/,
      /exclude each other/,
    ].entries())
      assert.match(refused[index]?.refused ?? '', sentence);
    assert.match(minimal!.notes, /whoever reaches it may use it/);
    const kinds = new Set(full!.resources.map(({ kind }) => kind));
    for (const kind of [
      'HorizontalPodAutoscaler',
      'ScaledObject',
      'PodDisruptionBudget',
      'NetworkPolicy',
      'ServiceMonitor',
      'Ingress',
    ])
      assert.ok(kinds.has(kind), kind);
  });

  test('pods run commands with settings, ports and probes that exist, as nobody', () => {
    for (const index of [0, 1])
      for (const { template } of deployments(index)) {
        const { securityContext, containers } = template.spec;
        const [{ args, env, ports, ...container }] = containers;
        isCommand(args);
        areSettings(env.map(({ name }) => name));
        assert.deepEqual(ports, [{ name: 'http', containerPort: PORT }]);
        for (const probe of [
          container.startupProbe,
          container.livenessProbe,
          container.readinessProbe,
        ]) {
          assert.equal(probe.httpGet.port, 'http');
          isServed(probe.httpGet.path);
        }
        assert.ok(securityContext.runAsNonRoot && securityContext.runAsUser > 0);
        assert.deepEqual(container.securityContext, {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
  });

  test('the processes start with the settings of the chart', () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'config.yaml');
    writeFileSync(file, resourcesOf(1, 'ConfigMap')[0]!.data!['config.yaml']!);
    for (const key of ['database-url', 'redis-url', 'signing-secret'])
      writeFileSync(
        join(directory.path, key),
        key === 'redis-url' ? 'redis://redis' : `postgres://u:p@host/${'x'.repeat(32)}`,
      );
    for (const { template } of deployments(1)) {
      const pairs = template.spec.containers[0].env.map(({ name, value }) => [
        name,
        value.replace('/run/secrets/canary-verdict', directory.path),
      ]);
      const config = loadServiceConfig({
        env: { ...Object.fromEntries(pairs), CANARY_CONFIG: file },
      });
      assert.equal(config.limits.judgeConcurrency, 8);
      assert.deepEqual([config.server.host, config.server.port], ['0.0.0.0', PORT]);
      assert.equal(config.redis.url, 'redis://redis');
      assert.ok(config.server.signingSecret !== undefined);
    }
  });

  test('everything that selects pods selects some, and what is scaled says no number of its own', () => {
    const pods = deployments(1).map(({ template }) => template.metadata.labels);
    const selectors: Record<string, string>[] = [
      ...deployments(1).map(({ selector }) => selector.matchLabels),
      ...resourcesOf(1, 'Service').map(
        ({ spec }) => (spec as { selector: Record<string, string> }).selector,
      ),
      ...resourcesOf(1, 'PodDisruptionBudget').map(
        ({ spec }) => (spec as Deployment).selector.matchLabels,
      ),
      ...resourcesOf(1, 'NetworkPolicy').map(
        ({ spec }) =>
          (spec as { podSelector: { matchLabels: Record<string, string> } }).podSelector
            .matchLabels,
      ),
    ];
    assert.equal(selectors.length, 7);
    for (const selector of selectors) {
      const fits = (labels: Record<string, string>) =>
        Object.entries(selector).every(([name, value]) => labels[name] === value);
      assert.ok(pods.some(fits), JSON.stringify(selector));
      assert.ok(!('app.kubernetes.io/version' in selector));
    }
    assert.deepEqual(
      deployments(0).map(({ replicas }) => replicas),
      [2, 2],
    );
    assert.deepEqual(
      deployments(1).map(({ replicas }) => replicas),
      [undefined, undefined],
    );
    const monitored = (resourcesOf(1, 'ServiceMonitor')[0]!.spec as Deployment).selector
      .matchLabels;
    const found = resourcesOf(1, 'Service').filter(({ metadata }) =>
      Object.entries(monitored).every(([name, value]) => metadata.labels[name] === value),
    );
    assert.equal(found.length, 1);
  });
});
