import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeLook, type LookParts } from '../../../src/analysis/judging/judge-look.ts';
import { createJudging } from '../../../src/analysis/judging/judging.ts';
import {
  isSmallLook,
  SMALL_METRICS,
  SMALL_VALUES,
} from '../../../src/analysis/judging/small-look.ts';
import type { Threads } from '../../../src/analysis/judging/work.ts';
import { ALL_JUDGES, createJudges } from '../../../src/judges/registry.ts';
import { parseConfig } from '../../../src/model/native-format.ts';

const NETFLIX = 'NetflixACAJudge-v1.0';
const NOBODY_STOPS = new AbortController().signal;
/** Of CPU, several times what the slowest takes: a turn of the event loop that nobody notices. */
const WORST_MS = 60;

type Values = (index: number) => number;

function lookOf(metrics: number, points: number, values: [Values, Values], config: object = {}) {
  const names = Array.from({ length: metrics }, (_, index) => `metric ${index}`);
  const parsed = parseConfig({
    name: 'small',
    judge: NETFLIX,
    metrics: names.map((name) => ({ name, query: { source: 'inline' } })),
    ...config,
  });
  const series = (make: Values) => ({
    tags: {},
    startAt: 0,
    stepMs: 60_000,
    values: Array.from({ length: points }, (_, index) => make(index)),
    attributes: {},
  });
  const endAt = points * 60_000;
  const scope = { scope: 'v1', location: '', parameters: {}, startAt: 0, endAt, stepSeconds: 60 };
  return {
    snapshot: {
      configName: 'small',
      config: parsed,
      thresholds: parsed.thresholds,
      scopes: {},
      window: { kind: 'fixed', startAt: 0, endAt, stepSeconds: 60 },
      callbacks: [],
      labels: {},
      inlineSeries: {},
    },
    interval: { index: 1, startAt: 0, endAt, dueAt: 0 },
    executionId: 'look',
    metrics: parsed.metrics.map((metric) => ({
      metric,
      scope: { baseline: scope, canary: scope },
      values: { baseline: { '': [series(values[0])] }, canary: { '': [series(values[1])] } },
      queries: {},
    })),
    answers: new Map(),
    metricsBefore: [],
    healthy: [],
  } satisfies LookParts;
}

const netflix = createJudges().for({ judge: NETFLIX, judgeOptions: {} });
const wave: Values = (index) => 50 + 5 * Math.sin(index * 7.3);

test('a small look is judged where it is, a larger one in a thread', async () => {
  const sent: string[] = [];
  const threads = {
    run: async (name: string) => {
      sent.push(name);
      throw new Error('not here');
    },
  } as Threads;
  const judging = createJudging(threads);
  const small = lookOf(10, 60, [wave, (index) => wave(index + 0.5)]);
  assert.deepEqual(await judging.look(netflix, small, NOBODY_STOPS), judgeLook(small));
  assert.deepEqual(sent, []);
  const large = lookOf(1, SMALL_VALUES / 2 + 1, [wave, wave]);
  await assert.rejects(judging.look(netflix, large, NOBODY_STOPS));
  await assert.rejects(judging.look(netflix, small, AbortSignal.abort()), { name: 'AbortError' });
  assert.deepEqual(sent, ['judgeLook']);
});

test('what may grow while it is judged, or has a slower judge, is not small', () => {
  const small = lookOf(2, 10, [wave, wave]);
  assert.ok(isSmallLook(netflix, small));
  const [first] = small.metrics;
  const withFirst = (change: object) => ({
    ...small,
    metrics: [{ ...first!, ...change }, small.metrics[1]!],
  });
  const { baseline, canary } = first!.values;
  const tagged = canary[''].map((series) => ({ ...series, tags: { pod: 'a' } }));
  const formula = { formula: 'a / b', queries: {} };
  const others: Record<string, LookParts> = {
    'a silent side': withFirst({ values: { baseline, canary: { '': [] } } }),
    'sides of other labels': withFirst({ values: { baseline, canary: { '': tagged } } }),
    'many series': withFirst({ values: { baseline, canary: { '': [...canary[''], ...tagged] } } }),
    'a formula': withFirst({ metric: { ...first!.metric, query: formula } }),
    instances: withFirst({ metric: { ...first!.metric, instances: { by: ['pod'] } } }),
    exposures: withFirst({ exposure: { baseline: baseline[''], canary: canary[''] } }),
    'a time before': { ...small, metricsBefore: small.metrics },
    'earlier runs': { ...small, healthy: [{ analysisId: 'a', series: [] }] },
    'many metrics': lookOf(SMALL_METRICS + 1, 1, [wave, wave]),
  };
  for (const [why, parts] of Object.entries(others)) assert.ok(!isSmallLook(netflix, parts), why);
  const quick = ALL_JUDGES.filter(({ create }) => create({}).isQuick === true);
  assert.deepEqual(
    quick.map(({ name }) => name),
    [NETFLIX],
  );
});

test('the worst small looks take no more of the event loop than a request does', () => {
  const shapes: [string, Values, Values][] = [
    ['all distinct, far apart', (index) => index, (index) => 1e6 + index * Math.SQRT2],
    ['tails without end', (index) => 1.5 ** (index % 700), (index) => -(1.4 ** (index % 700))],
    ['two values', (index) => index % 2, (index) => (index % 3) % 2],
    ['one value each', () => 1, () => 2],
    ['one against many', () => 0.1, wave],
    ['the smallest numbers there are', (index) => index * Number.MIN_VALUE, wave],
    [
      'the largest',
      (index) => Number.MAX_VALUE / (index + 1),
      (index) => -Number.MAX_VALUE / (index + 2),
    ],
    [
      'gaps and infinities',
      (index) => [NaN, Infinity, 1][index % 3]!,
      (index) => [1, NaN][index % 2]!,
    ],
    ['saw teeth', (index) => index % 50, (index) => (index * 7) % 50],
  ];
  for (const [metrics, points] of [
    [1, SMALL_VALUES / 2],
    [SMALL_METRICS, SMALL_VALUES / 2 / SMALL_METRICS],
  ] as const) {
    for (const [name, baseline, canary] of shapes) {
      for (const outliers of [false, true]) {
        const look = lookOf(metrics, points, [baseline, canary], configOf(metrics, outliers));
        assert.ok(isSmallLook(netflix, look), name);
        const cpuMs = Math.min(...Array.from({ length: 5 }, () => cpuOf(() => judgeLook(look))));
        assert.ok(cpuMs < WORST_MS, `${name}, ${metrics} metrics: ${cpuMs} ms`);
      }
    }
  }
});

function configOf(metrics: number, withOutliers: boolean): object {
  const groups = Object.fromEntries(
    Array.from({ length: metrics }, (_, index) => [`group ${index}`, 100 / metrics]),
  );
  return {
    groups,
    metrics: Array.from({ length: metrics }, (_, index) => ({
      name: `metric ${index}`,
      group: `group ${index}`,
      query: { source: 'inline' },
      critical: true,
      missingValues: 'zero',
      ...(withOutliers ? { outliers: { strategy: 'remove' } } : {}),
    })),
  };
}

/** Milliseconds; now and then the process collects garbage and compiles meanwhile. */
function cpuOf(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
