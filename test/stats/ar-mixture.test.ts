import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { filterSegment, learnPrior } from '../../src/stats/ar-history.ts';
import { createArMixture } from '../../src/stats/ar-mixture.ts';
import type { LogEvidence } from '../../src/stats/log-evidence.ts';
import { anytimeT } from '../support/anytime-t.ts';
import { confidenceSequence } from '../../src/stats/confidence-sequence.ts';
import { AR_MODELS, type ArPreset } from '../../src/stats/noise-models.ts';
import { assertClose, fromNulls, readVectors } from '../support/vectors.ts';

type Bounds = [number | null, number | null];
interface Row {
  t: number;
  n: number;
  logE: { side: -1 | 0 | 1; d0: number; value: number }[];
  cs95: Bounds;
  cs99: Bounds;
}
interface LinearRow {
  t: number;
  logE: { side: -1 | 0 | 1; theta: number; value: number }[];
}
const vectors = readVectors<{
  ar_mixture: {
    streams: Record<string, (number | null)[]>;
    histories: Record<string, (number | null)[][]>;
    cases: { stream: string; preset: ArPreset; history: string | null; rows: Row[] }[];
  };
  ar_mixture_linear: {
    name: string;
    canary: number[];
    baseline: number[];
    rows: LinearRow[];
    ratioOfMeans: number;
    ratioCs95: [number, number];
  }[];
}>('sequential');

const models = AR_MODELS.auto;
const SIDES = { '-1': 'decrease', '0': 'either', '1': 'increase' } as const;

// what a history says is a rule of its own: see run-offset.test.ts
const cases = vectors.ar_mixture.cases.filter(({ history }) => history === null);
for (const { stream, preset, rows } of cases) {
  test(`${stream} under ${preset} without history agrees with the reference`, () => {
    const mixture = createArMixture({ models: AR_MODELS[preset] });
    const values = fromNulls(vectors.ar_mixture.streams[stream]!);
    const tolerance = ['tiny_scale', 'constant'].includes(stream) ? 1e-6 : 1e-8;
    const spread = standardDeviation(values);
    let seen = 0;
    for (const { t, n, logE, cs95, cs99 } of rows) {
      for (; seen < t; seen++) mixture.observe(values[seen]!, 0);
      assert.equal(mixture.count(), n);
      for (const { side, d0, value } of logE) {
        const evidence = mixture.logEvidence({ theta: 0, delta: d0 }, SIDES[side]);
        assertClose(evidence, value, tolerance, `log E at ${t}, side ${side}`);
      }
      if (n < 2 || spread < 1e-15) continue;
      assertBounds(mixture, { alpha: 0.05, expected: cs95, tolerance: 1e-7 * spread });
      assertBounds(mixture, { alpha: 0.01, expected: cs99, tolerance: 1e-7 * spread });
    }
  });
}

function assertBounds(
  mixture: ReturnType<typeof createArMixture>,
  wanted: { alpha: number; expected: Bounds; tolerance: number },
): void {
  const { lower, upper } = confidenceSequence(
    (delta) => mixture.logEvidence({ theta: 0, delta }, 'either'),
    -Math.log(wanted.alpha),
    { centre: mixture.estimate(0)!.mean, step: mixture.spread(0) / Math.sqrt(mixture.count()) },
  );
  const [low, high] = wanted.expected;
  if (low === null) assert.equal(lower, -Infinity);
  else assertClose(lower, low, wanted.tolerance, 'lower end');
  if (high === null) assert.equal(upper, Infinity);
  else assertClose(upper, high, wanted.tolerance, 'upper end');
}

for (const linear of vectors.ar_mixture_linear) {
  test(`${linear.name} on the linear scale agrees with the reference`, () => {
    const mixture = createArMixture({ models: AR_MODELS.auto });
    let seen = 0;
    for (const { t, logE } of linear.rows) {
      for (; seen < t; seen++) mixture.observe(linear.canary[seen]!, linear.baseline[seen]!);
      for (const { side, theta, value } of logE) {
        const evidence = mixture.logEvidence({ theta, delta: 0 }, SIDES[side]);
        assertClose(evidence, value, 1e-8, `log E at ${t}, theta ${theta}`);
      }
    }
    const { lower, upper } = confidenceSequence(
      (theta) => mixture.logEvidence({ theta, delta: 0 }, 'either'),
      Math.log(20),
      { centre: linear.ratioOfMeans, step: 0.01 },
    );
    assertClose(lower, linear.ratioCs95[0], 1e-7, 'lower ratio');
    assertClose(upper, linear.ratioCs95[1], 1e-7, 'upper ratio');
  });
}

test('white noise with one effect size is the anytime-valid t-test', () => {
  const values = [0.3, -0.1, 0.7, 0.2, 0.4, 0.5];
  const mixture = createArMixture({ models: AR_MODELS.white, effects: [{ phi: 3, weight: 1 }] });
  for (const value of values) mixture.observe(value, 0);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const t = mean / (standardDeviation(values) / Math.sqrt(values.length - 1));
  const evidence = mixture.logEvidence({ theta: 0, delta: 0 }, 'either');
  assertClose(evidence, anytimeT(t * t, values.length, 3), 1e-12, 'log E');
});

test('evidence is finite, two-sided is the mean of the sides, and units do not matter', () => {
  const samples = fc.array(
    fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constant(NaN), fc.constant(0)),
    { maxLength: 40 },
  );
  const unit = fc.constantFrom(1e-9, 1e-3, 1, 1e6);
  fc.assert(
    fc.property(samples, unit, (values, factor) => {
      const scaled = (size: number) => {
        const mixture = createArMixture({ models: AR_MODELS.auto });
        for (const value of values) mixture.observe(value * size, 0);
        return (side: keyof LogEvidence) =>
          mixture.logEvidence({ theta: 0, delta: 0.1 * size }, side);
      };
      const [either, increase, decrease] = (['either', 'increase', 'decrease'] as const).map(
        scaled(1),
      ) as [number, number, number];
      assert.ok(Number.isFinite(either));
      const mean = Math.log((Math.exp(increase - either) + Math.exp(decrease - either)) / 2);
      assertClose(mean, 0, 1e-7, 'mean of the sides');
      const spread = new Set(values.filter((value) => !Number.isNaN(value))).size;
      if (spread > 2) assertClose(scaled(factor)('either'), either, 1e-5, 'other unit');
    }),
    { numRuns: 60 },
  );
});

test('the bounds are never below the evidence, at any sample', () => {
  const size = fc.double({ min: -3, max: 3, noNaN: true });
  const pairs = fc.array(fc.tuple(size, fc.oneof(size, fc.constant(0))), { maxLength: 40 });
  const against = fc.record({ theta: fc.constantFrom(0, 1, 1.2), delta: size });
  const sides = fc.constantFrom('either', 'increase', 'decrease');
  const healthy = [[], [Array.from({ length: 40 }, (_, i) => Math.sin(i * i))]];
  fc.assert(
    fc.property(pairs, sides, against, fc.constantFrom(...healthy), (values, side, at, history) => {
      const mixture = createArMixture({ models, prior: learned(history) });
      for (const [canary, baseline] of values) {
        mixture.observe(canary, baseline);
        const exact = mixture.logEvidence(at, side) - 1e-9;
        assert.ok(mixture.quickBound(at, side) >= exact, 'quick');
        assert.ok(mixture.closeBound(at, side) >= exact, 'close');
      }
    }),
    { numRuns: 300 },
  );
});

test('the bounds are close where little is seen: a healthy run costs no exact evidence', () => {
  const wave = Array.from({ length: 200 }, (_, i) => Math.sin(i * i));
  const mixture = createArMixture({ models, prior: learned([wave]) });
  for (const value of wave) mixture.observe(value, 0);
  for (const side of ['either', 'increase', 'decrease'] as const) {
    const delta = side === 'either' ? 0 : side === 'increase' ? 0.2 : -0.2;
    assert.ok(mixture.quickBound({ theta: 0, delta }, side) < 0, side);
    assert.ok(mixture.closeBound({ theta: 0, delta }, side) < 0, side);
  }
});

function learned(history: number[][]) {
  return learnPrior(
    models,
    history.map((differences) => filterSegment(models, 'run', differences)),
  );
}

function standardDeviation(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / known.length);
}
