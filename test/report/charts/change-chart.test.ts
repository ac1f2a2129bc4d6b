import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricJudgement } from '../../../src/model/judgement/judgement.ts';
import type { EvidencePath } from '../../../src/model/judgement/sequential.ts';
import type { Pair } from '../../../src/model/series.ts';
import { createSequentialJudge } from '../../../src/judges/sequential/judge.ts';
import { renderChangeChart } from '../../../src/report/charts/change-chart.ts';
import { pointwiseRatios } from '../../../src/report/charts/change-path.ts';
import { sampleResult, START } from '../../support/analysis-sample.ts';
import {
  createRandom,
  inputOf,
  latencies,
  metricConfig,
  pairOf,
} from '../../support/sequential-input.ts';

const random = createRandom(5);
const PAIR: Pair = pairOf('latency', {
  baseline: latencies(random, 90),
  canary: latencies(random, 90).map((value) => value * 1.6),
});
for (const side of [PAIR.baseline, PAIR.canary]) side.startAt = START;
const FAILED: MetricJudgement = createSequentialJudge().judge(
  inputOf([metricConfig('latency')], [PAIR]),
).metrics[0]!;

const chartOf = (metric: MetricJudgement, pair: Pair) =>
  String(renderChangeChart(metric, pair, 'metric-1') ?? '');

test('the chart of a sequential judge has estimate, interval so far, band and the moment it failed', () => {
  const svg = chartOf(FAILED, PAIR);
  const minute = FAILED.sequential!.decidedAt! - 1;
  const clock = new Date(START + minute * 60_000).toISOString().slice(11, 16);
  assert.match(svg, new RegExp(`>failed ${clock} UTC<`));
  assert.match(svg, /class="ribbon" d="M/);
  assert.match(svg, /class="change" d="M/);
  assert.match(svg, /<rect class="band"|class="band"/);
  assert.match(
    svg,
    new RegExp(`allowed \\+5 %\\. Failed at ${clock} UTC\\. The interval holds at every look`),
  );
  assert.equal(chartOf(FAILED, PAIR), svg, 'the same judgement gives the same picture');
});

test('one interval of a whole window says so, over the ratios step by step', () => {
  const { judgement, pairs } = sampleResult();
  const svg = chartOf(judgement.metrics[2]!, pairs[2]!);
  assert.match(svg, /class="steps" d="M/);
  assert.match(svg, /The interval is of the whole window; single steps decide nothing\./);
  assert.equal(chartOf(judgement.metrics[4]!, pairs[4]!), '', 'without data there is no change');
});

test('bounds that exclude each other, missing ones and endless ones make no broken picture', () => {
  const path: EvidencePath = {
    samples: [5, 6, 7],
    estimate: [null, 1.2, 1.1],
    lower: [null, 1.3, 1.4],
    upper: [null, null, 1.2],
    first: -3,
  };
  const svg = chartOf({ ...FAILED, sequential: { ...FAILED.sequential!, path } }, PAIR);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});

test('steps are compared at the same time, and by their place where the windows lie apart', () => {
  const side = (startAt: number, values: number[]) => ({
    startAt,
    stepMs: 60_000,
    values,
    attributes: {},
  });
  const pair = (startAt: number): Pair => ({
    ...PAIR,
    baseline: side(START, [1, 2, 4, 0]),
    canary: side(startAt, [2, 2, 2, 2]),
  });
  assert.deepEqual(pointwiseRatios(pair(START)), [2, 1, 0.5, NaN]);
  assert.deepEqual(pointwiseRatios(pair(START + 60_000)), [1, 0.5, NaN, NaN]);
  assert.deepEqual(pointwiseRatios(pair(START + 86_400_000)), [2, 1, 0.5, NaN]);
});
