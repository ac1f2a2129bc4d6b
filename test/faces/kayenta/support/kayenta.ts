import assert from 'node:assert/strict';
import type { Rehearsal } from '../../../../src/compose.ts';
import type { components } from '../../../../src/openapi.d.ts';
import { canaryHistory } from './history.ts';
import { startPrometheus } from '../../../support/prometheus.ts';
import { startTestService, until, type TestService } from '../../../support/service.ts';

type Schemas = components['schemas'];
export type CanaryStatus = Schemas['KayentaCanaryStatus'];
export type StandaloneStatus = Schemas['KayentaStandaloneStatus'];

/** A service with a real Prometheus behind it, spoken to as Kayenta. */
export interface KayentaService extends TestService {
  /** Workloads in its history: `base`, `ok` like it, `bad` far above it in latency. */
  prometheusUrl: string;
  /** Asks for a canary until it has ended. */
  ended(id: string): Promise<CanaryStatus>;
  /** Asks for a standalone analysis until it has ended. */
  analysisEnded(id: string): Promise<StandaloneStatus>;
}

/** A moment on the grid of the history, which reaches an hour back and some minutes ahead. */
export const NOW = Math.floor(Date.now() / 60_000) * 60_000;

export async function startKayenta(
  env: Record<string, string> = {},
  rehearsal: Rehearsal = {},
): Promise<KayentaService> {
  const history = [
    ...canaryHistory(NOW - 3_660_000, NOW - 130_000, 10_000),
    ...canaryHistory(NOW - 120_000, NOW + 240_000, 1000),
  ];
  const prometheus = await startPrometheus(joined(history));
  const api = await startKayentaOn(prometheus.url, env, { rehearsal });
  return {
    ...api,
    async close() {
      await api.close();
      await prometheus.stop();
    },
  };
}

/** The same over a Prometheus, or what pretends to be one, that is already there. */
export async function startKayentaOn(
  prometheusUrl: string,
  env: Record<string, string> = {},
  { rehearsal, directory }: { rehearsal?: Rehearsal; directory?: string } = {},
): Promise<KayentaService> {
  const accounts = {
    CANARY_ACCOUNTS: `[{name: prom-eu, source: prometheus, url: "${prometheusUrl}"}]`,
    CANARY_KAYENTA_ACCOUNTS:
      '[{name: results-s3, supportedTypes: [OBJECT_STORE]}, {name: configs-s3, supportedTypes: [CONFIGURATION_STORE]}]',
  };
  const api = await startTestService({ ...accounts, ...env }, directory, rehearsal);
  return { ...api, ...createPollers(api), prometheusUrl };
}

function createPollers(
  api: Pick<TestService, 'call'>,
): Pick<KayentaService, 'ended' | 'analysisEnded'> {
  return {
    ended: (id) =>
      until(async () => {
        const answer = await api.call('get', `/canary/${id}`);
        assert.equal(answer.status, 200, answer.text);
        const status = answer.body as CanaryStatus;
        return status.complete ? status : undefined;
      }),
    analysisEnded: (id) =>
      until(async () => {
        const answer = await api.call('get', `/standalone_canary_analysis/${id}`);
        assert.equal(answer.status, 200, answer.text);
        const status = answer.body as StandaloneStatus;
        return status.complete ? status : undefined;
      }),
  };
}

/** Both stretches of one family, as one Prometheus has them. */
function joined(history: ReturnType<typeof canaryHistory>): ReturnType<typeof canaryHistory> {
  return [...Map.groupBy(history, ({ name }) => name)].map(([name, parts]) => ({
    name,
    type: 'gauge',
    samples: parts
      .flatMap(({ samples }) => samples)
      .sort((a, b) => (a.labels['app']! < b.labels['app']! ? -1 : 1) || a.at - b.at),
  }));
}

export function kayentaMetric(
  name: string,
  promql: string,
  canary: Record<string, unknown> = { direction: 'increase' },
) {
  return {
    name,
    query: {
      type: 'prometheus',
      serviceType: 'prometheus',
      customInlineTemplate: `PromQL:${promql}`,
    },
    groups: [name],
    analysisConfigurations: { canary },
    scopeName: 'default',
  };
}

export function kayentaConfig(name: string, changes: Record<string, unknown> = {}) {
  return {
    name,
    description: '',
    configVersion: '1',
    applications: ['checkout'],
    judge: { name: 'NetflixACAJudge-v1.0', judgeConfigurations: {} },
    metrics: [
      kayentaMetric('latency', 'avg(latency{app="${scope}"})'),
      kayentaMetric('cpu', 'avg(cpu{app="${scope}"})'),
    ],
    templates: {},
    classifier: { groupWeights: { latency: 60, cpu: 40 } },
    ...changes,
  };
}

/** Options of the sequential judge that no run of an hour can satisfy: it would have to find 0.1 %. */
export const UNDECIDABLE = { mustFind: 1.001, margin: 1.001 };

/** One side over the last whole hour, as Orca sends it. */
export function kayentaScope(scope: string, changes: Record<string, unknown> = {}) {
  return {
    scope,
    location: 'eu-west-1',
    start: new Date(NOW - 3_600_000).toISOString(),
    end: new Date(NOW - 600_000).toISOString(),
    step: 60,
    extendedScopeParams: {},
    ...changes,
  };
}

export function kayentaRequest(experiment: string, changes: Record<string, unknown> = {}) {
  return {
    scopes: {
      default: {
        controlScope: kayentaScope('base'),
        experimentScope: kayentaScope(experiment),
      },
    },
    thresholds: { pass: 90, marginal: 70 },
    ...changes,
  };
}
