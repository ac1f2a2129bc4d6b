import assert from 'node:assert/strict';
import type { components } from '../../../../src/openapi.d.ts';
import { startPrometheus, type HistoryFamily } from '../../../support/prometheus.ts';
import { startTestService, until, type TestService } from '../../../support/service.ts';

type Schemas = components['schemas'];
type Analysis = Schemas['Analysis'];

/** How an analysis ends, or that it does not. */
export type Outcome =
  'running' | 'pass' | 'fail' | 'marginal' | 'undecided' | 'nodata' | 'error' | 'cancelled';
export const OUTCOMES: readonly Outcome[] = [
  'running',
  'pass',
  'fail',
  'marginal',
  'undecided',
  'nodata',
  'error',
  'cancelled',
];

/** A service over a real Prometheus with the configs that the outcomes need. */
export interface GatesService extends TestService {
  prometheusUrl: string;
  /** Parameters of an analysis that ends so. */
  parametersFor(outcome: Outcome): Record<string, string>;
  /** Analyses that a gate has started under the key, newest first. */
  analysesOf(key: string): Promise<Schemas['AnalysisSummary'][]>;
  /** The newest of them, once it is as the outcome says. */
  reached(key: string, outcome: Outcome): Promise<Analysis>;
}

/** A moment on the grid of the history, which reaches an hour back. */
const NOW = Math.floor(Date.now() / 60_000) * 60_000;
const instant = (at: number) => new Date(at).toISOString();
const PAST = { start: instant(NOW - 3_600_000), end: instant(NOW - 600_000), step: '1m' };

/** Sides of a level each, none of which repeats another: `base` and `ok` alike, `bad` far above. */
export function gateHistory(now = NOW): HistoryFamily[] {
  const gauge = (app: string, level: number, phase: number) =>
    Array.from({ length: 366 }, (_, index) => {
      const at = now - 3_660_000 + index * 10_000;
      const value = level + Math.sin(at / 7000 + phase) + Math.cos(at / 3000 - phase);
      return { suffix: '', labels: { app, zone: 'a' }, at, value };
    });
  const queue = (app: string, values: readonly number[]) =>
    values.map((value, minute) => {
      const at = now - 600_000 - (values.length - minute) * 60_000;
      return { suffix: '', labels: { app, zone: 'a' }, at, value };
    });
  return [
    {
      name: 'queue',
      type: 'gauge',
      samples: [...queue('base', SCATTERED), ...queue('ok', SCATTERED.toReversed())],
    },
    {
      name: 'latency',
      type: 'gauge',
      samples: [...gauge('base', 50, 0), ...gauge('ok', 50, 1), ...gauge('bad', 90, 2)],
    },
    {
      name: 'cpu',
      type: 'gauge',
      samples: [...gauge('base', 20, 3), ...gauge('ok', 20, 4), ...gauge('bad', 20, 5)],
    },
  ];
}

const metric = (name: string) => ({
  name,
  group: name,
  direction: 'increase',
  query: { source: 'prometheus', promql: `avg(${name}{app="\${scope}"})` },
});
export const CHECKOUT = {
  name: 'checkout',
  judge: 'NetflixACAJudge-v1.0',
  groups: { latency: 60, cpu: 40 },
  metrics: [metric('latency'), metric('cpu')],
};
/** Values that scatter so much that not even four times as many would have been found. */
const SCATTERED = [9, 300, 20, 2, 90, 500, 4, 60, 7, 210, 33, 12];
const OPEN = { name: 'open', judge: 'SequentialJudge-v1.0', metrics: [metric('queue')] };

const CHANGES: Record<Outcome, Record<string, string>> = {
  running: { duration: '1h', start: '', end: '' },
  pass: {},
  fail: { canary: 'bad' },
  marginal: { canary: 'bad', pass: '90', marginal: '30' },
  undecided: { config: 'open', start: instant(NOW - 600_000 - 12 * 60_000) },
  nodata: { canary: 'ghost' },
  error: { account: 'broken' },
  cancelled: { duration: '1h', start: '', end: '' },
};

export function parametersFor(outcome: Outcome): Record<string, string> {
  const usual = { config: 'checkout', baseline: 'base', canary: 'ok', account: 'prom', ...PAST };
  const all = { ...usual, ...CHANGES[outcome] };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** Settings of a service that has a source which answers and one which refuses, at once whatever the machine does. */
export function gateSettings(prometheusUrl: string): Record<string, string> {
  const accounts = [
    { name: 'prom', source: 'prometheus', url: prometheusUrl },
    { name: 'broken', source: 'prometheus', url: `${prometheusUrl}/nowhere` },
  ];
  return { CANARY_ACCOUNTS: JSON.stringify(accounts) };
}

export async function startGates(): Promise<GatesService> {
  const prometheus = await startPrometheus(gateHistory());
  const api = await startGatesOn(prometheus.url);
  return {
    ...api,
    async close() {
      await api.close();
      await prometheus.stop();
    },
  };
}

/** The same over a Prometheus that is already there. */
export async function startGatesOn(
  prometheusUrl: string,
  directory?: string,
): Promise<GatesService> {
  const api = await startTestService(gateSettings(prometheusUrl), directory);
  for (const body of [CHECKOUT, OPEN]) {
    const { status } = await api.call('post', '/api/v1/configs', { body });
    assert.ok(status === 201 || status === 409, String(status));
  }
  const analysesOf = async (key: string) => {
    const query = new URLSearchParams({ label: `key=${key}` });
    return (await api.call('get', `/api/v1/analyses?${query.toString()}`)).body.items;
  };
  return {
    ...api,
    prometheusUrl,
    parametersFor,
    analysesOf,
    reached: (key, outcome) =>
      until(async () => {
        const [newest] = await analysesOf(key);
        if (newest === undefined) return undefined;
        if (outcome === 'cancelled') await api.call('post', `${newest.links.self}/cancel`);
        const analysis: Analysis = (
          await api.call('get', newest.links.self + (outcome === 'running' ? '' : '?wait=20s'))
        ).body;
        return isReached(analysis, outcome) ? analysis : undefined;
      }, 60_000),
  };
}

function isReached({ state, verdict }: Analysis, outcome: Outcome): boolean {
  if (outcome === 'running') return state === 'queued' || state === 'running';
  if (outcome === 'error') return state === 'failed';
  if (outcome === 'cancelled') return state === 'cancelled';
  if (state !== 'completed') return false;
  assert.equal(verdict, outcome);
  return true;
}
