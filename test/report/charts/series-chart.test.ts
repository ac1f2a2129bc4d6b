import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderSeriesChart } from '../../../src/report/charts/series-chart.ts';
import type { Pair } from '../../../src/model/series.ts';
import { toleratedFrom } from '../../../src/report/charts/tolerance.ts';
import { START } from '../../support/analysis-sample.ts';

function chart(
  baseline: number[],
  canary: number[],
  baselineStart = START,
  since?: number,
): string {
  const side = (values: number[], startAt: number) => ({
    startAt,
    stepMs: 60_000,
    values,
    attributes: {},
  });
  const pair: Pair = {
    id: 'p',
    metric: 'latency',
    tags: {},
    baseline: side(baseline, baselineStart),
    canary: side(canary, START),
  };
  return String(renderSeriesChart(pair, 'metric-1', { unit: 'ms', since }));
}

function pathOf(svg: string, side: string): string {
  const path = new RegExp(`<path[^>]*class="line ${side}"[^>]*\\bd="([^"]*)"`).exec(svg);
  return path?.[1] ?? assert.fail(`no line of the ${side}`);
}

test('a gap interrupts the line; a single value between gaps is still drawn', () => {
  const svg = chart([1, 2, NaN, 3, NaN, 4, 5], [1, 1, 1, 1, 1, 1, 1]);
  assert.equal(pathOf(svg, 'baseline').match(/M/g)!.length, 3);
  assert.match(pathOf(svg, 'baseline'), /Z/);
  assert.equal(pathOf(svg, 'canary').match(/M/g)!.length, 1);
});

test('the canary is dashed, the baseline is not, and both are described in words', () => {
  const svg = chart([1, NaN], [2, 3]);
  assert.match(svg, /class="line canary"[^>]*stroke-dasharray/);
  assert.doesNotMatch(svg, /class="line baseline"[^>]*stroke-dasharray/);
  assert.match(
    svg,
    /Baseline: 1 values from 1 ms to 1 ms, 1 gaps\. Canary: 2 values from 2 ms to 3 ms, 0 gaps\./,
  );
  assert.match(svg, /<title id="metric-1-title">/);
  assert.match(svg, /aria-labelledby="metric-1-title metric-1-text"/);
});

test('a baseline of another time is laid under the canary and says so', () => {
  const now = pathOf(chart([1, 2, 3], [1, 2, 3]), 'baseline');
  const earlier = chart([1, 2, 3], [1, 2, 3], START - 86_400_000);
  assert.equal(pathOf(earlier, 'baseline'), now);
  assert.match(earlier, /baseline, from 2026-03-02 14:02:00 UTC/);
});

test('constant, single, infinite and absent values make a chart or a sentence, never NaN', () => {
  for (const values of [[5, 5, 5], [7], [0, 0], [-1e300, 1e300], [Infinity, 1], [1e-12, 2e-12]]) {
    assert.doesNotMatch(chart(values, values), /NaN|Infinity|undefined/);
  }
  assert.match(chart([NaN], []), /Neither side has a value/);
});

test('the start of a change is a vertical line with its time', () => {
  const svg = chart([1, 1, 1, 1], [1, 1, 2, 2], START, 2);
  assert.match(svg, /<g class="onset">/);
  assert.match(svg, /changed from 14:04 UTC/);
  assert.doesNotMatch(chart([1, 1], [1, 1]), /onset/);
});

test('what is tolerated is a band over the baseline, which ends where there is no baseline', () => {
  const values = [100, 100, NaN, 100, 100];
  const side = { startAt: START, stepMs: 60_000, values, attributes: {} };
  const pair: Pair = { id: 'p', metric: 'latency', tags: {}, baseline: side, canary: side };
  const tolerance = { lower: 1, upper: 1.1, expected: 1, amount: 0 };
  const svg = String(renderSeriesChart(pair, 'm', { tolerance }));
  const band = /<path class="band" d="([^"]*)"/.exec(svg)?.[1] ?? assert.fail('no band');
  assert.equal(band.match(/M/g)!.length, 2);
  assert.match(svg, />tolerated</);
  assert.doesNotMatch(String(renderSeriesChart(pair, 'm')), /tolerated/);
});

test('a tolerance counts from what was expected, by the size of the baseline, and at least the smallest change', () => {
  const tolerance = { lower: 0.5, upper: 1.1, expected: 2, amount: 0 };
  assert.deepEqual(toleratedFrom(100, tolerance), [100, 220.00000000000003]);
  assert.deepEqual(toleratedFrom(-1, { ...tolerance, expected: 1 }), [-1.5, -0.8999999999999999]);
  assert.deepEqual(toleratedFrom(10, { ...tolerance, expected: 1, amount: 7 }), [3, 17]);
});
