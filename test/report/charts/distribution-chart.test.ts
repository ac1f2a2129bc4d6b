import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDistribution, widestGap } from '../../../src/report/charts/distribution-chart.ts';
import type { Pair } from '../../../src/model/series.ts';

function pairOf(baseline: number[], canary: number[]): Pair {
  const side = (values: number[]) => ({ startAt: 0, stepMs: 1000, values, attributes: {} });
  const sides = { baseline: side(baseline), canary: side(canary) };
  return { id: 'p', metric: 'latency', tags: {}, ...sides };
}

test('the widest gap is the statistic of Kolmogorov and Smirnov', () => {
  // by hand: at 3 all of the baseline and one of four of the canary
  const gap = widestGap({ baseline: [1, 2, 3], canary: [3, 4, 5, 6] });
  assert.deepEqual(gap, { value: 3, baseline: 1, canary: 0.25 });
  const same = widestGap({ baseline: [1, 2, 2], canary: [1, 2, 2] });
  assert.equal(same.baseline, same.canary);
});

test('the spread is told in words with both medians, gaps left out', () => {
  const baseline = [1, 2, 3, 4, NaN, 5];
  const text = String(renderDistribution(pairOf(baseline, [11, 12, 13, 14, 15]), 'm', 'ms'));
  assert.match(text, /Half of the values lie at or below 3 ms \(baseline\) and 13 ms \(canary\)/);
  assert.match(text, /at 5 ms: at or below it lie 100 % of the baseline&#39;s values and 0 % of/);
  assert.doesNotMatch(text, /NaN/);
});

test('sides that are alike say so; a side with hardly any value has no shape', () => {
  const values = [1, 2, 3, 4, 5, 6];
  assert.match(String(renderDistribution(pairOf(values, values), 'm')), /Both sides spread alike/);
  assert.equal(renderDistribution(pairOf(values, [1, NaN, 2, 3]), 'm'), undefined);
});

test('a constant on both sides is drawn, and a hundred thousand values are a few kilobytes', () => {
  const constant = Array<number>(10).fill(7);
  assert.doesNotMatch(String(renderDistribution(pairOf(constant, constant), 'm')), /NaN|Infinity/);
  const many = Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 100_003);
  assert.ok(String(renderDistribution(pairOf(many, many), 'm')).length < 16_000);
});
