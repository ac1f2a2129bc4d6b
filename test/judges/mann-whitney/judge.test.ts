import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { createMannWhitneyJudge, readOptions } from '../../../src/judges/mann-whitney/judge.ts';
import type { MetricConfig } from '../../../src/model/config.ts';
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

const KEEP = { strategy: 'keep', factor: 3 } as const;

test('reads its own options, and refuses those that make no sense', () => {
  const written = { alpha: 0.01, preset: 'white', margin: 2 };
  assert.deepEqual(readOptions(written), { alpha: 0.01, preset: 'white' });
  assert.deepEqual(readOptions({}), {});
  for (const [option, rule] of [
    [{ alpha: 2 }, 'the judge\'s option "alpha" must lie between 0 and 1'],
    [
      { preset: 'no' },
      'the judge\'s option "preset" must be one of white, auto, robust, wandering',
    ],
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
    'latency is 1.5 times the baseline (interval 1.44 to 1.56); the canary is higher by more than the allowed 5 % in 100 % of comparisons (at least 96.2 %)',
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
    'latency is higher: 0 -> 3 % on average; the canary is higher by more than the allowed 5 % in 100 % of comparisons (at least 96 %)',
  ],
  [
    'a negative mean',
    {},
    wave(-100, 0),
    wave(-80, 1),
    'latency is higher: -100 -> -80 on average; the canary is higher by more than the allowed 5 % in 95.1 % of comparisons (at least 89.7 %)',
  ],
  [
    'infinite values',
    {},
    wave(100, 0),
    wave(200, 1).map((value, i) => (i % 6 === 0 ? Infinity : value)),
    "latency holds infinite values; a typical value is 1.96 to 2.2 times the baseline's",
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

test('a limit that is a probability is one for the whole interval of the probability', () => {
  const cles = (allowedIncrease: number) => ({
    effect: { ...ratioEffect(1), measure: 'cles' as const, allowedIncrease, allowedDecrease: 0.1 },
  });
  const { metrics } = judge(wave(100, 0), wave(112, 1), cles(0.7));
  assert.equal(metrics[0]!.classification, 'High');
  assert.match(metrics[0]!.sentence, /in 84.3 % of comparisons \(.*\); allowed 70 %$/);
  assert.equal(judge(wave(100, 0), wave(112, 1), cles(0.85)).verdict, 'pass');
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
  outliers: fc.constantFrom(KEEP, { strategy: 'remove', factor: 3 }),
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
      const config = createCanaryConfig([createMetricConfig(policy)]);
      const pairs = [createPair('latency', baseline, canary)];
      const input = { config, thresholds: THRESHOLDS, pairs };
      const before = structuredClone(input);
      const { judge: judgeOnce } = createMannWhitneyJudge();
      const judgement = judgeOnce(input);
      assert.deepEqual(judgeOnce(input), judgement);
      assert.deepEqual(input, before);
      const [metric] = judgement.metrics;
      assert.notEqual(metric!.classification, 'Error');
      assert.ok(metric!.sentence.startsWith('latency '));
      assert.ok(!/NaN|undefined|Infinity/.test(metric!.sentence), metric!.sentence);
      assert.ok(judgement.score >= 0 && judgement.score <= 100);
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

function repeat(values: number[], times: number): number[] {
  return Array.from({ length: times }, () => values).flat();
}

test('errors against a silent baseline fail, unless they are too small to matter', () => {
  const [silent, errors] = [repeat([0], 30), repeat([0, 1, 1], 10)];
  const { metrics } = judge(silent, errors);
  assert.equal(metrics[0]!.classification, 'High');
  assert.match(metrics[0]!.sentence, /in 83.3 % of comparisons \(at least 66.5 %\)$/);
  assert.equal(judge(silent, errors, { minimumChange: 0.5 }).verdict, 'pass');
  assert.equal(judge(silent, errors, { minimumChange: 1 }).verdict, 'pass');
});

test('eight of ten values far beyond a baseline that stands still fail', () => {
  const canary = [...repeat([100], 8), 1, 1];
  for (const effect of [ratioEffect(1), ratioEffect(1.05)]) {
    assert.equal(judge(repeat([1], 10), canary, { effect }).verdict, 'fail');
  }
});

test('there is no number of values at which a large change suddenly counts as one', () => {
  const labels = [10, 12, 14, 16, 18, 20, 24, 27, 40].map((length) => {
    const { metrics } = judge(wave(100, 0, length), wave(200, 1, length));
    return metrics[0]!.classification;
  });
  const first = labels.indexOf('High');
  assert.ok(first >= 0 && first <= 5, labels.join(' '));
  assert.ok(
    labels.slice(first).every((label) => label === 'High'),
    labels.join(' '),
  );
});

test('a smallest change that matters is told', () => {
  const { metrics } = judge(wave(100, 0), wave(150, 1), { minimumChange: 20, unit: 'ms' });
  assert.match(metrics[0]!.sentence, /higher by more than the allowed 5 % and 20 ms in 100 %/);
  assert.equal(judge(wave(100, 0), wave(150, 1), { minimumChange: 60 }).verdict, 'pass');
});

test('a metric fails exactly where the shown interval lies beyond the tolerance', () => {
  const side = fc.array(fc.double({ min: 0.5, max: 4, noNaN: true }), {
    minLength: 24,
    maxLength: 40,
  });
  const tolerances = fc.constantFrom(1, 1.05, 1.3);
  fc.assert(
    fc.property(
      side,
      side,
      fc.constantFrom(1, 1.4, 2),
      tolerances,
      (baseline, raw, factor, allowed) => {
        const canary = raw.map((value) => value * factor);
        const effect = ratioEffect(allowed);
        const { metrics } = judge(baseline, canary, { effect });
        const { evidence, classification } = metrics[0]!;
        if (evidence === undefined || evidence.tail !== undefined) return;
        assert.equal(classification === 'High', evidence.ratio.lower >= effect.allowedIncrease);
        assert.equal(classification === 'Low', evidence.ratio.upper <= effect.allowedDecrease);
      },
    ),
  );
});

test('the start of a change is told: by its sample, or its time where there is one', () => {
  const canary = wave(100, 1, 120).map((value, i) => (i < 70 ? value : value * 1.5));
  const pair = createPair('latency', wave(100, 0, 120), canary);
  const timed = (side: typeof pair.canary) => ({ ...side, startAt: Date.UTC(2026, 0, 1, 22, 0) });
  const clocked = { ...pair, canary: timed(pair.canary), baseline: timed(pair.baseline) };
  const config = createCanaryConfig([createMetricConfig({ effect: ratioEffect(1.05) })]);
  for (const [each, words] of [
    [pair, ' since sample 71:'],
    [clocked, ' since 23:10 UTC:'],
  ] as const) {
    const input = { config, thresholds: THRESHOLDS, pairs: [each] };
    const [metric] = createMannWhitneyJudge().judge(input).metrics;
    assert.equal(metric!.evidence?.since, 70);
    assert.ok(metric!.sentence.includes(words), metric!.sentence);
  }
});

test('values that repeat because they are read too often count once', () => {
  const random = createRandom(5);
  const failed = Array.from({ length: 60 }, () => {
    const held = (values: number[]) => values.flatMap((value) => Array<number>(4).fill(value));
    const sides = [held(latencies(random, 60)), held(latencies(random, 60))] as const;
    return judge(sides[0], sides[1], { effect: ratioEffect(1) }).verdict;
  }).filter((verdict) => verdict === 'fail').length;
  assert.ok(failed <= 3, `${failed} of 60`);
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

test('a baseline that is 0 now and then leaves no ratio, and the sentence has the means', () => {
  const baseline = wave(100, 0).map((value, i) => (i % 5 === 0 ? 0 : value));
  const [metric] = judge(baseline, wave(400, 0)).metrics;
  assert.equal(metric!.classification, 'High');
  assert.match(metric!.sentence, /is higher: 80 -> 400 on average/);
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
