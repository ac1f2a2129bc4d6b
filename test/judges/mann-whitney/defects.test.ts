// The defects D1 to D12 of Kayenta's judge, each shown under `NetflixACAJudge-v1.0`, and what became of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createMannWhitneyJudge } from '../../../src/judges/mann-whitney/judge.ts';
import { scoreFully } from '../../../src/judges/mann-whitney/score.ts';
import { createNetflixJudge } from '../../../src/judges/netflix/judge.ts';
import { scoreMetrics, type ScoredMetric } from '../../../src/judges/score/score.ts';
import type { EffectPolicy, MetricConfig } from '../../../src/model/config.ts';
import type { Judgement } from '../../../src/model/judgement/judgement.ts';
import { brunnerMunzel } from '../../../src/stats/brunner-munzel.ts';
import { criticalValue } from '../../../src/stats/critical-value.ts';
import { kayentaShiftInterval } from '../../../src/stats/mann-whitney.ts';
import { createRankComparison } from '../../../src/stats/rank-comparison.ts';
import { createCanaryConfig, createMetricConfig, createPair } from '../../support/metric-config.ts';
import { createRandom, latencies } from '../../support/sequential-input.ts';

const THRESHOLDS = { pass: 95, marginal: 75 };
const netflix = createNetflixJudge();
const exact = createMannWhitneyJudge();

interface Arms {
  baseline: number[];
  canary: number[];
}

function inputOf({ baseline, canary }: Arms, changes: Partial<MetricConfig> = {}) {
  const config = createCanaryConfig([createMetricConfig(changes)]);
  return { config, thresholds: THRESHOLDS, pairs: [createPair('latency', baseline, canary)] };
}

function labelOf(judgement: Judgement): string {
  return judgement.metrics[0]!.classification;
}

function tolerance(ratio: number): { effect: EffectPolicy } {
  return {
    effect: {
      measure: 'meanRatio',
      allowedIncrease: ratio,
      allowedDecrease: 1 / ratio,
      criticalIncrease: ratio,
      criticalDecrease: 1 / ratio,
    },
  };
}

/** The specification's example: 60 values around `scale`, with a phase. */
function wave(scale: number, phase: number, length = 60): number[] {
  return Array.from({ length }, (_, i) => scale * (1 + 0.25 * Math.sin(2.399963 * i + phase)));
}

test('D1: a 50 % regression of values of 1e-5 passes under v1, and fails under v2 at every scale', () => {
  for (const scale of [1, 1e-3, 1e-5, 1e-7, 1e-12]) {
    const input = inputOf({ baseline: wave(scale, 0), canary: wave(1.5 * scale, 1) });
    assert.equal(labelOf(netflix.judge(input)), scale >= 1e-3 ? 'High' : 'Pass', `v1 at ${scale}`);
    const judgement = exact.judge(input);
    assert.equal(labelOf(judgement), 'High', `v2 at ${scale}`);
    const { estimate } = judgement.metrics[0]!.evidence!;
    assert.ok(Math.abs(estimate / scale - 0.5) < 0.02, `${estimate}`);
  }
});

test("D2: the original's noise gives two labels to the same constants; both of our judges draw nothing", () => {
  const labels = new Set<string>();
  for (let seed = 1; seed <= 20; seed++) {
    const random = createRandom(seed);
    const noisy = (value: number) =>
      Float64Array.from({ length: 60 }, () => value + 1e-5 * value * random.normal()).sort();
    const ranks = createRankComparison(noisy(1.00002), noisy(1));
    const { lower, estimate } = kayentaShiftInterval(ranks, 0.98);
    labels.add(lower > 0.25 * Math.abs(estimate) ? 'High' : 'Pass');
  }
  assert.deepEqual([...labels].sort(), ['High', 'Pass'], 'as the original draws');
  const input = inputOf({
    baseline: Array<number>(60).fill(1),
    canary: Array<number>(60).fill(1.00002),
  });
  for (const judge of [netflix, exact]) assert.deepEqual(judge.judge(input), judge.judge(input));
  const { interval } = exact.judge(input).metrics[0]!.evidence!;
  for (const end of [interval.lower, interval.upper]) assert.ok(Math.abs(end - 2e-5) < 1e-9);
});

test('D3: three values apart fail under v1, and are too few under v2', () => {
  const input = inputOf({ baseline: [1, 2, 3], canary: [4, 5, 6] });
  assert.equal(netflix.judge(input).verdict, 'fail');
  const { verdict, metrics } = exact.judge(input);
  assert.deepEqual([verdict, metrics[0]!.classification], ['nodata', 'Nodata']);
  assert.match(metrics[0]!.sentence, /too few values to judge: 3 canary values/);
  // nor do ten wandering ones say much: they are worth four or five
  const ten = exact.judge(inputOf({ baseline: wave(1, 0, 10), canary: wave(4, 1, 10) }));
  assert.match(ten.metrics[0]!.sentence, /too few independent values to judge/);
  const enough = inputOf({ baseline: wave(1, 0, 30), canary: wave(4, 1, 30) });
  assert.equal(exact.judge(enough).verdict, 'fail');
});

test("D4: v1's tolerance of 25 % lets 1 % fail, and its limit asks the mean only; v2 tolerates the ratio it was told", () => {
  const random = createRandom(3);
  const arms = (length: number, factor: number) => ({
    baseline: latencies(random, length),
    canary: latencies(random, length).map((value) => value * factor),
  });
  const tiny = arms(5000, 1.01);
  assert.equal(labelOf(netflix.judge(inputOf(tiny))), 'High');
  assert.equal(labelOf(exact.judge(inputOf(tiny, tolerance(1.05)))), 'Pass');
  // a limit of 1.1: the mean is beyond it, the interval is not
  const unclear = arms(100, 1.13);
  assert.equal(labelOf(netflix.judge(inputOf(unclear, tolerance(1.1)))), 'High');
  const { metrics } = exact.judge(inputOf(unclear, tolerance(1.1)));
  assert.equal(metrics[0]!.classification, 'Pass');
  assert.match(
    metrics[0]!.sentence,
    /not clearly beyond what is allowed: the canary is higher by more than the allowed 10 % in 57.4 %/,
  );
  assert.equal(labelOf(exact.judge(inputOf(arms(200, 1.3), tolerance(1.1)))), 'High');
});

/** Of 40 healthy canaries on a wandering metric (AR(0.9)), how many a judge fails at some look. */
function countFailed(looks: readonly number[], judge: { judge: typeof netflix.judge }): number {
  const random = createRandom(11);
  let failed = 0;
  for (let run = 0; run < 40; run++) {
    const arms = { baseline: latencies(random, 120, 0.9), canary: latencies(random, 120, 0.9) };
    const isFailed = looks.some((look) => {
      const seen = { baseline: arms.baseline.slice(0, look), canary: arms.canary.slice(0, look) };
      const label = labelOf(judge.judge(inputOf(seen)));
      return label === 'High' || label === 'Low';
    });
    if (isFailed) failed++;
  }
  return failed;
}

test('D5: autocorrelation fools v1 at one look; v2 knows how many independent values it has', () => {
  assert.ok(countFailed([120], netflix) >= 10);
  assert.ok(countFailed([120], exact) <= 2);
  const random = createRandom(11);
  const wandering = { baseline: latencies(random, 480, 0.9), canary: latencies(random, 480, 0.9) };
  const { independentValues } = exact.judge(inputOf(wandering)).metrics[0]!;
  // 480 (1 - 0.9) / (1 + 0.9) = 25
  assert.ok(independentValues! > 12 && independentValues! < 50, `${independentValues}`);
});

test('D6: every further look lets v1 fail more healthy canaries; v2 may look at any time', () => {
  const looks = [20, 40, 60, 80, 100, 120];
  assert.ok(countFailed(looks, netflix) > countFailed([120], netflix));
  assert.ok(countFailed(looks, exact) <= 2);
  // also where values are independent of each other, and every minute is looked at
  assert.ok(countFailedEveryMinute(exact) <= 2); // alpha of 40
  assert.ok(countFailedEveryMinute(netflix) >= 3);
});

/** Of 40 healthy canaries of independent values, how many a judge fails in their first hour. */
function countFailedEveryMinute(judge: { judge: typeof netflix.judge }): number {
  const random = createRandom(13);
  let failed = 0;
  for (let run = 0; run < 40; run++) {
    const arms = { baseline: latencies(random, 60), canary: latencies(random, 60) };
    for (let look = 2; look <= 60; look++) {
      const seen = { baseline: arms.baseline.slice(0, look), canary: arms.canary.slice(0, look) };
      if (!['High', 'Low'].includes(labelOf(judge.judge(inputOf(seen))))) continue;
      failed++;
      break;
    }
  }
  return failed;
}

test('D7: the more metrics, the surer v1 fails one of a healthy canary; v2 shares one alpha out', () => {
  const random = createRandom(5);
  const names = Array.from({ length: 500 }, (_, i) => `m${i}`);
  const metrics = names.map((name) => createMetricConfig({ name }));
  const pairs = names.map((name) => createPair(name, latencies(random, 60), latencies(random, 60)));
  const input = { config: createCanaryConfig(metrics), thresholds: THRESHOLDS, pairs };
  const worse = ({ metrics: judged }: Judgement) =>
    judged.filter(({ classification }) => ['High', 'Low'].includes(classification)).length;
  assert.ok(worse(netflix.judge(input)) >= 1);
  assert.equal(worse(exact.judge(input)), 0);
  const alone = { ...input, pairs: pairs.slice(0, 1) };
  assert.deepEqual(netflix.judge(alone).metrics[0], netflix.judge(input).metrics[0]);
  const [one, many] = [alone, input].map((each) => exact.judge(each).metrics[0]!.evidence!);
  assert.ok(Math.abs(1 - one!.level - 500 * (1 - many!.level)) < 1e-12);
  assert.ok(many!.interval.lower < one!.interval.lower);
  assert.ok(many!.interval.upper > one!.interval.upper);
});

test('D8: the original ranks anew for every step of its root finder; v2 decides by one ranking', () => {
  const [x, y] = [wave(1, 1, 5760), wave(1, 0, 5760)].map((arm) => Float64Array.from(arm).sort());
  const ranks = createRankComparison(x!, y!);
  let rankings = 0;
  const counting = { ...ranks, at: (shift: number) => (rankings++, ranks.at(shift)) };
  const original = kayentaShiftInterval(counting, 0.98);
  assert.ok(rankings >= 10, `${rankings} rankings of 11,520 values`);
  const { probability, variance } = brunnerMunzel(x!, y!);
  const isShifted = Math.abs(probability - 0.5) > criticalValue(0.98) * Math.sqrt(variance);
  assert.equal(isShifted, original.lower > 0 || original.upper < 0);
});

test('D9: a trend common to both sides hides a shift of 8 % from v1; v2 pairs it away', () => {
  const random = createRandom(2);
  const trend = (i: number) => 100 * (1 + 0.4 * Math.sin((2 * Math.PI * i) / 60));
  const side = (factor: number) =>
    Array.from({ length: 60 }, (_, i) => factor * trend(i) * Math.exp(0.03 * random.normal()));
  const input = inputOf({ baseline: side(1), canary: side(1.08) });
  assert.equal(labelOf(netflix.judge(input)), 'Pass');
  assert.equal(labelOf(exact.judge(input)), 'High');
  const healthy = inputOf({ baseline: side(1), canary: side(1) });
  assert.equal(labelOf(exact.judge(healthy)), 'Pass');
});

test('D10: every fourth minute at 50 times the latency passes under v1; v2 looks at the tail and fails it', () => {
  const canary = wave(100, 1).map((value, i) => (i % 4 === 0 ? 50 * value : value));
  const input = inputOf({ baseline: wave(100, 0), canary }, tolerance(1.05));
  assert.equal(labelOf(netflix.judge(input)), 'Pass');
  const judgement = exact.judge(input);
  assert.equal(judgement.verdict, 'fail');
  const { tail } = judgement.metrics[0]!.evidence!;
  assert.deepEqual([tail?.side, tail?.canary, tail?.baseline], ['upper', 12, 0]);
  assert.match(judgement.reason, /is worse in part: the canary holds 12 of the 12 highest values/);
});

test("D11: v1's estimate is a point of a plateau, up to a root tolerance; v2's is the median difference", () => {
  const [baseline, canary] = [wave(1, 0, 31), wave(1.2, 1, 31)];
  const differences = canary.flatMap((a) => baseline.map((b) => a - b)).sort((a, b) => a - b);
  const median = differences[480]!;
  const input = inputOf({ baseline, canary });
  const { estimate } = netflix.judge(input).metrics[0]!.evidence!;
  assert.notEqual(estimate, median);
  assert.ok(!differences.includes(estimate), 'it is no difference of two values at all');
  assert.equal(exact.judge(input).metrics[0]!.evidence!.estimate, median);
});

test('D12: v1 scores errors, ungrouped metrics and odd weights wrongly; v2 counts everything between 0 and 100', () => {
  const scored = (groups: string[], classification: ScoredMetric['classification']) => ({
    groups,
    classification,
    critical: false,
    muted: false,
  });
  const broken = [scored(['a'], 'Error'), scored(['b'], 'Pass')];
  assert.equal(scoreMetrics(broken, {}, THRESHOLDS).score, 100);
  assert.equal(scoreFully(broken, {}, THRESHOLDS).score, 50);

  const passed = [scored(['a'], 'Pass'), scored(['b'], 'Pass')];
  assert.equal(scoreMetrics(passed, { a: 70, b: 70 }, THRESHOLDS).score, 140);
  assert.equal(scoreFully(passed, { a: 70, b: 70 }, THRESHOLDS).score, 100);
  assert.equal(scoreMetrics(passed, { a: 50, b: 20, c: 30 }, THRESHOLDS).score, 70);
  assert.equal(scoreFully(passed, { a: 50, b: 20, c: 30 }, THRESHOLDS).score, 100);

  const ungrouped = inputOf({ baseline: wave(1, 0), canary: wave(2, 1) }, { groups: [] });
  assert.deepEqual(netflix.judge(ungrouped).groups, []);
  const { verdict, groups, score } = exact.judge(ungrouped);
  assert.deepEqual([verdict, score, groups[0]?.name], ['fail', 0, 'ungrouped']);

  const nothing = { config: createCanaryConfig([]), thresholds: THRESHOLDS, pairs: [] };
  assert.equal(netflix.judge(nothing).scoreClassification, 'Fail');
  assert.equal(exact.judge(nothing).verdict, 'nodata');
});
