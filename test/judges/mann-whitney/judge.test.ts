import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { clean } from '../../../src/judges/clean.ts';
import { createMannWhitneyJudge, readOptions } from '../../../src/judges/mann-whitney/judge.ts';
import { measureShift } from '../../../src/judges/mann-whitney/measure-shift.ts';
import type { MetricConfig } from '../../../src/model/config.ts';
import { criticalValue } from '../../../src/stats/critical-value.ts';
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
    const own = measureShift({ canary, baseline }, 'exact', criticalValue(0.98));
    assert.ok(isNear(own.lower, exact!.lo, 1e-12) && isNear(own.upper, exact!.hi, 1e-12), name);
    assert.ok(isNear(own.estimate, exact!.est, 1e-12), name);
    const { lower, upper, estimate } = measureShift({ canary, baseline }, 'kayenta', NaN);
    const { ciLow, ciHigh, estimate: recorded } = kayenta;
    const constants = new Set(experiment).size === 1 && new Set(control).size === 1;
    if (!constants) assert.deepEqual([lower, upper, estimate], [ciLow, ciHigh, recorded], name);
  }
});

test('reads its own options, and refuses those that make no sense', () => {
  const written = { arithmetic: 'kayenta', alpha: 0.01, preset: 'white', margin: 2 };
  assert.deepEqual(readOptions(written), { arithmetic: 'kayenta', alpha: 0.01, preset: 'white' });
  assert.deepEqual(readOptions({}), {});
  for (const [option, rule] of [
    [{ alpha: 2 }, 'the judge\'s option "alpha" must lie between 0 and 1'],
    [{ preset: 'no' }, 'the judge\'s option "preset" must be one of default, white, auto, robust'],
  ] as const) {
    assert.throws(() => createMannWhitneyJudge(readOptions(option)), { message: rule });
  }
});

for (const [what, changes, baseline, canary, sentence] of [
  [
    'a clear rise',
    {},
    wave(100, 0),
    wave(150, 1),
    'latency is 1.5 times the baseline (interval 1.44 to 1.56); allowed 1.05',
  ],
  [
    'no clear change',
    {},
    wave(100, 0),
    wave(100.5, 1),
    'latency shows no clear change: it is 1.005 times the baseline (interval 0.97 to 1.04)',
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
    'latency is higher: 0 -> 3 % on average (shift 2.85 to 3.16 %); any clear increase fails where a mean of 0 leaves no ratio',
  ],
  [
    'a negative mean',
    {},
    wave(-100, 0),
    wave(-80, 1),
    'latency is higher: -100 -> -80 on average (shift 16.4 to 23.6); allowed 1.05',
  ],
  [
    'infinite values',
    {},
    wave(100, 0),
    wave(200, 1).map((value, i) => (i % 6 === 0 ? Infinity : value)),
    "latency holds infinite values; a typical value is 1.96 to 2.19 times the baseline's",
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
        const { judge: judgeOnce } = createMannWhitneyJudge({ arithmetic });
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

test('a change of just the tolerance fails at most alpha of canaries, looked at every ten minutes', () => {
  const random = createRandom(7);
  const runs = 400;
  const failed = Array.from({ length: runs }, () => {
    const [baseline, canary] = [latencies(random, 120), latencies(random, 120)];
    const worse = canary.map((value) => value * 1.05);
    const looks = Array.from({ length: 12 }, (_, k) => 10 * (k + 1));
    return looks.some((look) => isFailed(baseline.slice(0, look), worse.slice(0, look)));
  }).filter(Boolean).length;
  assert.ok(failed <= 0.05 * runs, `${failed} of ${runs}`);
});

function isFailed(baseline: number[], canary: number[]): boolean {
  const { metrics } = judge(baseline, canary, { direction: 'increase' });
  return metrics[0]!.classification === 'High';
}

test("with Kayenta's arithmetic it fails in 1 % of looks, and by its tail in 0.1 %, give or take 3 sigma", () => {
  const random = createRandom(7);
  const config = createCanaryConfig([
    createMetricConfig({ effect: ratioEffect(1.05), direction: 'increase' }),
  ]);
  const kayenta = createMannWhitneyJudge({ arithmetic: 'kayenta' });
  const runs = 2000;
  let failed = 0;
  for (let run = 0; run < runs; run++) {
    const canary = latencies(random, 60).map((value) => value * 1.05);
    const pairs = [createPair('latency', latencies(random, 60), canary)];
    const { metrics } = kayenta.judge({ config, thresholds: THRESHOLDS, pairs });
    if (metrics[0]!.classification !== 'Pass') failed++;
  }
  const expected = runs * 0.011;
  assert.ok(Math.abs(failed - expected) <= 3 * Math.sqrt(expected), `${failed} of ${runs}`);
});

test('values known to be independent need no proof of it: six a side are enough', () => {
  const config = createCanaryConfig([createMetricConfig({ effect: ratioEffect(1.05) })]);
  const pairs = [createPair('latency', wave(100, 0, 6), wave(200, 1, 6))];
  const input = { config, thresholds: THRESHOLDS, pairs };
  const white = createMannWhitneyJudge({ preset: 'white' }).judge(input);
  assert.equal(white.verdict, 'fail');
  assert.equal(white.metrics[0]!.independentValues, 6);
  const wary = createMannWhitneyJudge().judge(input);
  assert.equal(wary.verdict, 'nodata');
  assert.match(
    wary.metrics[0]!.sentence,
    /^latency has too few independent values to judge: 6 canary values and 6 baseline values may be worth about [1-5] independent ones a side$/,
  );
});

test('a canary that gets worse in the middle of a run is worse, not wandering', () => {
  const random = createRandom(3);
  const labels = Array.from({ length: 20 }, () => {
    const [baseline, canary] = [latencies(random, 240), latencies(random, 240)];
    const later = canary.map((value, i) => (i < 120 ? value : value * 1.6));
    return judge(baseline, later, { direction: 'increase' }).metrics[0]!.classification;
  });
  assert.ok(labels.filter((label) => label === 'High').length >= 18, labels.join(' '));
});

test('a side of nothing but infinite values has a label and a sentence without NaN', () => {
  const infinite = Array<number>(60).fill(Infinity);
  const wild = infinite.map((value, i) => (i % 2 === 0 ? value : -value));
  const sides = [infinite, wild, wave(100, 0)];
  for (const baseline of sides) {
    for (const canary of sides) {
      const { metrics, score } = judge(baseline, canary);
      assert.notEqual(metrics[0]!.classification, 'Error');
      assert.doesNotMatch(metrics[0]!.sentence, /NaN|undefined|Infinity/);
      assert.ok(!Number.isNaN(metrics[0]!.independentValues ?? 0) && score >= 0);
    }
  }
  assert.equal(judge(wave(100, 0), infinite).verdict, 'fail');
});

test('what docs/judges.md says of how many values are enough, and of how wide the interval is', () => {
  const random = createRandom(3);
  const config = createCanaryConfig([createMetricConfig({})]);
  const [exact, kayenta] = [
    createMannWhitneyJudge(),
    createMannWhitneyJudge({ arithmetic: 'kayenta' }),
  ];
  /** Mean width against Kayenta's interval over the runs that have one, and how many have. */
  const measure = (length: number) => {
    const ratios = Array.from({ length: 40 }, () => {
      const pairs = [createPair('latency', latencies(random, length), latencies(random, length))];
      const [own, original] = [exact, kayenta].map((each) => {
        const { evidence } = each.judge({ config, thresholds: THRESHOLDS, pairs }).metrics[0]!;
        return evidence === undefined ? NaN : evidence.interval.upper - evidence.interval.lower;
      });
      return own! / original!;
    }).filter((ratio) => !Number.isNaN(ratio));
    return { enough: ratios.length, ratio: ratios.reduce((a, b) => a + b, 0) / ratios.length };
  };
  assert.equal(measure(15).enough, 0);
  assert.ok(measure(25).enough >= 30);
  const [hour, hours] = [measure(60), measure(200)];
  assert.deepEqual([hour.enough, hours.enough], [40, 40]);
  assert.ok(Math.abs(hour.ratio - 2.4) < 0.4, `${hour.ratio}`);
  assert.ok(Math.abs(hours.ratio - 1.5) < 0.15, `${hours.ratio}`);
});

test('arms that do not meet in time are measured each for itself', () => {
  const random = createRandom(3);
  const arms = [latencies(random, 200, 0.8), latencies(random, 200, 0.8)] as const;
  const pair = createPair('latency', ...arms);
  const hourly = { ...pair, canary: { ...pair.canary, stepMs: 3_600_000 } };
  const config = createCanaryConfig([createMetricConfig({ effect: ratioEffect(1.05) })]);
  const { metrics } = createMannWhitneyJudge().judge({
    config,
    thresholds: THRESHOLDS,
    pairs: [hourly],
  });
  // 200 (1 - 0.8) / (1 + 0.8) = 22
  const { independentValues, classification } = metrics[0]!;
  assert.ok(independentValues! > 10 && independentValues! < 45, `${independentValues}`);
  assert.equal(classification, 'Pass');
});
