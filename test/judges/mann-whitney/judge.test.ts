import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { clean } from '../../../src/judges/netflix/clean.ts';
import { createMannWhitneyJudge, readArithmetic } from '../../../src/judges/mann-whitney/judge.ts';
import { measureShift } from '../../../src/judges/mann-whitney/measure-shift.ts';
import type { MetricConfig } from '../../../src/model/config.ts';
import { isNear, readRecorded } from '../../support/kayenta-fixtures.ts';
import { createCanaryConfig, createMetricConfig, createPair } from '../../support/metric-config.ts';
import { createRandom, latencies, ratioEffect } from '../../support/sequential-input.ts';

const THRESHOLDS = { pass: 95, marginal: 75 };

function judge(baseline: number[], canary: number[], changes: Partial<MetricConfig> = {}) {
  const config = createCanaryConfig([
    createMetricConfig({ effect: ratioEffect(1.05), ...changes }),
  ]);
  const pairs = [createPair('latency', baseline, canary)];
  return createMannWhitneyJudge().judge({ config, thresholds: THRESHOLDS, pairs });
}

function wave(level: number, phase: number, length = 60): number[] {
  return Array.from({ length }, (_, i) => level * (1 + 0.1 * Math.sin(2.399963 * i + phase)));
}

const KEEP = { missingValues: 'remove', outliers: { strategy: 'keep', factor: 3 } } as const;

interface WilcoxonCase {
  name: string;
  experiment: number[];
  control: number[];
  exact: { lo: number; hi: number; est: number } | null;
  kayenta: { ciLow: number; ciHigh: number; estimate: number; throws: string | null };
}

test('either arithmetic is the recorded one, in all 274 cases that have both', () => {
  const { cases } = readRecorded<{ cases: WilcoxonCase[] }>('vectors/wilcoxon.json.gz');
  const compared = cases.filter(({ exact, kayenta }) => exact !== null && kayenta.throws === null);
  assert.equal(compared.length, 274);
  for (const { name, experiment, control, exact, kayenta } of compared) {
    const [canary, baseline] = [clean(experiment, KEEP), clean(control, KEEP)];
    const own = measureShift(canary, baseline, 'exact');
    assert.ok(isNear(own.lower, exact!.lo, 1e-12) && isNear(own.upper, exact!.hi, 1e-12), name);
    assert.ok(isNear(own.estimate, exact!.est, 1e-12), name);
    const { lower, upper, estimate } = measureShift(canary, baseline, 'kayenta');
    const { ciLow, ciHigh, estimate: recorded } = kayenta;
    const constants = new Set(experiment).size === 1 && new Set(control).size === 1;
    if (!constants) assert.deepEqual([lower, upper, estimate], [ciLow, ciHigh, recorded], name);
  }
});

test('options choose the arithmetic', () => {
  assert.equal(readArithmetic({ arithmetic: 'kayenta' }), 'kayenta');
  assert.equal(readArithmetic({}), 'exact');
});

for (const [what, changes, baseline, canary, sentence] of [
  [
    'a clear rise',
    {},
    wave(100, 0),
    wave(150, 1),
    'latency is 1.5 times the baseline (interval 1.46 to 1.54); allowed 1.05',
  ],
  [
    'no clear change',
    {},
    wave(100, 0),
    wave(100.5, 1),
    'latency shows no clear change: it is 1.005 times the baseline (interval 0.98 to 1.03)',
  ],
  [
    'a rise within the tolerance',
    {},
    wave(100, 0, 600),
    wave(102, 1, 600),
    'latency is 1.02 times the baseline (interval 1.01 to 1.03), within the allowed 1.05',
  ],
  [
    'nothing but zeros before',
    { unit: '%' },
    wave(0, 0),
    wave(3, 1),
    'latency is higher: 0 -> 3 % on average (shift 2.9 to 3.1 %); any clear increase fails where a mean of 0 leaves no ratio',
  ],
  [
    'a negative mean',
    {},
    wave(-100, 0),
    wave(-80, 1),
    'latency is higher: -100 -> -80 on average (shift 17.3 to 22.8); allowed 1.05',
  ],
  [
    'infinite values',
    {},
    wave(100, 0),
    wave(200, 1).map((value, i) => (i % 6 === 0 ? Infinity : value)),
    "latency holds infinite values; a typical value is 1.98 to 2.14 times the baseline's",
  ],
  [
    'too few values',
    {},
    wave(100, 0),
    wave(200, 1, 5),
    'latency has too few values to judge: 5 canary values and 60 baseline values',
  ],
  [
    'too few values where data must be',
    { noData: 'fail' },
    wave(100, 0),
    wave(200, 1, 5),
    'latency has too few values to judge: 5 canary values and 60 baseline values, and it must have data',
  ],
] as const) {
  test(`in words: ${what}`, () => {
    const { metrics } = judge([...baseline], [...canary], changes);
    assert.equal(metrics[0]!.sentence, sentence);
  });
}

test('an empty side is no pass, also where gaps count as 0', () => {
  const { verdict, warnings } = judge(wave(100, 0), [], { missingValues: 'zero' });
  assert.equal(verdict, 'nodata');
  assert.deepEqual(warnings, ['metric "latency" has no data on the canary side']);
});

test('a critical metric decides alone only beyond its critical limit', () => {
  const changes = { critical: true, effect: ratioEffect(1.05, 2) };
  assert.equal(judge(wave(100, 0), wave(150, 1), changes).metrics[0]!.critical, false);
  const judgement = judge(wave(100, 0), wave(250, 1), changes);
  assert.equal(
    judgement.scoreReason,
    'Canary Failed: The metric latency was classified as High (Critical)',
  );
});

test('a probability limit needs a clear shift and the observed probability', () => {
  const cles = (allowedIncrease: number) => ({
    effect: { ...ratioEffect(1), measure: 'cles' as const, allowedIncrease, allowedDecrease: 0.1 },
  });
  assert.equal(judge(wave(100, 0), wave(108, 1), cles(0.7)).verdict, 'fail');
  assert.equal(judge(wave(100, 0), wave(108, 1), cles(0.95)).verdict, 'pass');
});

test('a lower tail counts where a decrease harms', () => {
  const canary = wave(100, 1).map((value, i) => (i % 4 === 0 ? value / 50 : value));
  assert.equal(judge(wave(100, 0), canary, { direction: 'increase' }).verdict, 'pass');
  const { metrics } = judge(wave(100, 0), canary, { direction: 'decrease' });
  assert.equal(metrics[0]!.classification, 'Low');
  assert.match(metrics[0]!.sentence, /12 of the 12 lowest values/);
});

const value = fc.oneof(
  fc.double({ min: -1e9, max: 1e9 }),
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 1e308, -1e308, 5e-324),
);
const anySide = fc.array(value, { maxLength: 40 });
const POLICY = {
  direction: fc.constantFrom('increase', 'decrease', 'either'),
  missingValues: fc.constantFrom('remove', 'zero'),
  outliers: fc.constantFrom(KEEP.outliers, { strategy: 'remove', factor: 3 }),
  critical: fc.boolean(),
  noData: fc.constantFrom('ignore', 'fail', 'inconclusive'),
  muted: fc.boolean(),
  effect: fc.constantFrom(ratioEffect(1), ratioEffect(1.05, 2), {
    ...ratioEffect(1),
    measure: 'cles' as const,
  }),
};
const anyPolicy = fc.record(POLICY, { noNullPrototype: true }) as fc.Arbitrary<
  Partial<MetricConfig>
>;

test('any data get a label and a sentence; never an error, never an exception; inputs stay as they are', () => {
  fc.assert(
    fc.property(anySide, anySide, anyPolicy, (baseline, canary, policy) => {
      for (const arithmetic of ['exact', 'kayenta'] as const) {
        const config = createCanaryConfig([createMetricConfig(policy)]);
        const pairs = [createPair('latency', baseline, canary)];
        const input = { config, thresholds: THRESHOLDS, pairs };
        const before = structuredClone(input);
        const { judge: judgeOnce } = createMannWhitneyJudge(arithmetic);
        const judgement = judgeOnce(input);
        assert.deepEqual(judgeOnce(input), judgement);
        assert.deepEqual(input, before);
        const [metric] = judgement.metrics;
        assert.notEqual(metric!.classification, 'Error');
        assert.ok(metric!.sentence.startsWith('latency '));
        assert.ok(!/NaN|undefined|Infinity/.test(metric!.sentence), metric!.sentence);
        assert.ok(judgement.score >= 0 && judgement.score <= 100);
      }
    }),
    { numRuns: 1000 },
  );
});

test('the label does not depend on the unit', () => {
  const side = fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), {
    minLength: 6,
    maxLength: 30,
  });
  fc.assert(
    fc.property(side, side, fc.integer({ min: -80, max: 80 }), (baseline, canary, exponent) => {
      const scale = (values: number[]) => values.map((v) => v * 2 ** exponent);
      const plain = judge(baseline, canary).metrics[0]!;
      const scaled = judge(scale(baseline), scale(canary)).metrics[0]!;
      assert.equal(scaled.classification, plain.classification);
      assert.equal(scaled.evidence?.p, plain.evidence?.p);
      if (plain.evidence === undefined) return;
      const { lower, upper } = scaled.evidence!.interval;
      const { interval } = plain.evidence;
      assert.deepEqual([lower, upper], scale([interval.lower, interval.upper]));
    }),
  );
});

test('a change of just the tolerance is failed in 1 % of looks, and by its tail in 0.1 %, give or take 3 sigma', () => {
  const random = createRandom(7);
  const runs = 2000;
  let failed = 0;
  for (let run = 0; run < runs; run++) {
    const canary = latencies(random, 60).map((value) => value * 1.05);
    const { metrics } = judge(latencies(random, 60), canary, { direction: 'increase' });
    if (metrics[0]!.classification !== 'Pass') failed++;
  }
  const expected = runs * 0.011;
  assert.ok(Math.abs(failed - expected) <= 3 * Math.sqrt(expected), `${failed} of ${runs}`);
});
