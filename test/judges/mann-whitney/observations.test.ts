import assert from 'node:assert/strict';
import { test } from 'node:test';

import { observe } from '../../../src/judges/mann-whitney/observations.ts';
import { clean } from '../../../src/judges/clean.ts';
import { createMetricConfig, createPair } from '../../support/metric-config.ts';

const metric = createMetricConfig();

function observed(baseline: number[], canary: number[]) {
  const pair = createPair('latency', baseline, canary);
  const [own, other] = [clean(canary, metric), clean(baseline, metric)];
  return observe({ metric, pair, canary: own, baseline: other });
}

test('repeats count once, by the side that is renewed more seldom', () => {
  const held = (period: number) => Array.from({ length: 60 }, (_, i) => 1 + Math.floor(i / period));
  const { canary, baseline, series } = observed(held(3), held(4));
  assert.equal(canary.length, series.canary.length);
  assert.ok(canary.length >= 14 && canary.length <= 16, `${canary.length}`);
  assert.equal(new Set(baseline).size, baseline.length);
});

test('values that may be equal without being repeats all count', () => {
  const silent = Array<number>(30).fill(0);
  const errors = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? 0 : 1));
  const { canary, baseline, paired } = observed(silent, errors);
  assert.deepEqual([canary.length, baseline.length, paired], [30, 30, true]);
});
