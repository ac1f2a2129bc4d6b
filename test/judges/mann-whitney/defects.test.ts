// The defects D1 to D12 of Kayenta's judge, each shown under `NetflixACAJudge-v1.0`, and what became of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createMannWhitneyJudge } from '../../../src/judges/mann-whitney/judge.ts';
import { scoreFully } from '../../../src/judges/mann-whitney/score.ts';
import { createNetflixJudge } from '../../../src/judges/netflix/judge.ts';
import { scoreMetrics, type ScoredMetric } from '../../../src/judges/netflix/score.ts';
import { createSequentialJudge } from '../../../src/judges/sequential/judge.ts';
import type { EffectPolicy, MetricConfig } from '../../../src/model/config.ts';
import type { Judgement } from '../../../src/model/judgement.ts';
import { selectDifferences } from '../../../src/stats/difference-selection.ts';
import { kayentaShiftInterval } from '../../../src/stats/mann-whitney.ts';
import { createRankComparison } from '../../../src/stats/rank-comparison.ts';
import { createCanaryConfig, createMetricConfig, createPair } from '../../support/metric-config.ts';
import { createRandom, latencies } from '../../support/sequential-input.ts';

const THRESHOLDS = { pass: 95, marginal: 75 };
const netflix = createNetflixJudge();
const exact = createMannWhitneyJudge();
const sequential = createSequentialJudge({ preset: 'auto' });

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
  assert.deepEqual(interval, { lower: 1.00002 - 1, upper: 1.00002 - 1 });
});

test('D3: three values apart fail under v1, and are too few under v2', () => {
  const input = inputOf({ baseline: [1, 2, 3], canary: [4, 5, 6] });
  assert.equal(netflix.judge(input).verdict, 'fail');
  const { verdict, metrics } = exact.judge(input);
  assert.deepEqual([verdict, metrics[0]!.classification], ['nodata', 'Nodata']);
  assert.match(metrics[0]!.sentence, /too few values to judge: 3 canary values/);
  const enough = inputOf({ baseline: wave(1, 0, 6), canary: wave(4, 1, 6) });
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
  const unclear = arms(16, 1.15);
  assert.equal(labelOf(netflix.judge(inputOf(unclear, tolerance(1.1)))), 'High');
  const { metrics } = exact.judge(inputOf(unclear, tolerance(1.1)));
  assert.equal(metrics[0]!.classification, 'Pass');
  assert.match(metrics[0]!.sentence, /not clearly beyond the allowed 1.1$/);
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

test('D5: autocorrelation fools v1 and v2 alike at one look; the sequential judge models it', () => {
  assert.ok(countFailed([120], netflix) >= 10);
  assert.ok(countFailed([120], exact) >= 10);
  assert.ok(countFailed([120], sequential) <= 4);
});

test('D6: peeking makes v1 and v2 fail more; the sequential judge may look at any time', () => {
  const looks = [20, 40, 60, 80, 100, 120];
  for (const judge of [netflix, exact]) {
    assert.ok(countFailed(looks, judge) > countFailed([120], judge));
  }
  assert.ok(countFailed(looks, sequential) <= 4);
});

test('D7: with many metrics v1 and v2 test each at its own level; the sequential judge shares one out', () => {
  const random = createRandom(5);
  const names = Array.from({ length: 200 }, (_, i) => `m${i}`);
  const metrics = names.map((name) => createMetricConfig({ name }));
  const pairs = names.map((name) => createPair(name, latencies(random, 20), latencies(random, 20)));
  const input = { config: createCanaryConfig(metrics), thresholds: THRESHOLDS, pairs };
  const worse = ({ metrics: judged }: Judgement) =>
    judged.filter(({ classification }) => classification !== 'Pass').length;
  assert.ok(worse(exact.judge(input)) >= 1, 'v2 at 2 % each');
  assert.equal(worse(sequential.judge(input)), 0);
  // one level for every metric, however many there are: adding metrics moves no interval
  const alone = { ...input, pairs: pairs.slice(0, 1) };
  assert.deepEqual(exact.judge(alone).metrics[0], exact.judge(input).metrics[0]);
  assert.deepEqual(netflix.judge(alone).metrics[0], netflix.judge(input).metrics[0]);
});

test('D8: v1 and v2 rank by merging sorted samples; no list of the 33 million differences of 5760 values', () => {
  const x = Float64Array.from(wave(1, 1, 5760)).sort();
  const differences = selectDifferences(x, x);
  assert.equal(differences.count, 33_177_600);
  assert.equal(differences.at(differences.count / 2), 0);
});

test('D9: a trend common to both sides hides a shift of 8 % from v1 and v2; the sequential judge pairs it away', () => {
  const random = createRandom(2);
  const trend = (i: number) => 100 * (1 + 0.4 * Math.sin((2 * Math.PI * i) / 60));
  const side = (factor: number) =>
    Array.from({ length: 60 }, (_, i) => factor * trend(i) * Math.exp(0.03 * random.normal()));
  const input = inputOf({ baseline: side(1), canary: side(1.08) });
  assert.equal(labelOf(netflix.judge(input)), 'Pass');
  assert.equal(labelOf(exact.judge(input)), 'Pass');
  assert.equal(labelOf(sequential.judge(input)), 'High');
});

test('D10: every fourth minute at 50 times the latency passes under v1; v2 looks at the tail and fails it', () => {
  const canary = wave(100, 1).map((value, i) => (i % 4 === 0 ? 50 * value : value));
  const input = inputOf({ baseline: wave(100, 0), canary }, tolerance(1.05));
  assert.equal(labelOf(netflix.judge(input)), 'Pass');
  const judgement = exact.judge(input);
  assert.equal(judgement.verdict, 'fail');
  const { tail } = judgement.metrics[0]!.evidence!;
  assert.deepEqual([tail?.side, tail?.canary, tail?.baseline], ['upper', 12, 0]);
  assert.match(
    judgement.reason,
    /fails now and then: the canary holds 12 of the 12 highest values/,
  );
});

test("D11: v1's estimate is a point of a plateau, up to a root tolerance; v2's is the median difference", () => {
  const [baseline, canary] = [wave(1, 0, 11), wave(1.2, 1, 11)];
  const differences = canary.flatMap((a) => baseline.map((b) => a - b)).sort((a, b) => a - b);
  const median = differences[60]!;
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
