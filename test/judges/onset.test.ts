import assert from 'node:assert/strict';
import { test } from 'node:test';

import { findOnset, sinceText } from '../../src/judges/onset.ts';
import { createMetricConfig, createPair } from '../support/metric-config.ts';
import { createRandom, latencies, ratioEffect } from '../support/sequential-input.ts';

const metric = createMetricConfig({ effect: ratioEffect(1.05) });

test('the start of a step is right within three samples, in ratios and in differences', () => {
  const random = createRandom(3);
  for (const from of [0, 40, 90]) {
    const near = Array.from({ length: 50 }, () => {
      const [baseline, canary] = [latencies(random, 120), latencies(random, 120)];
      const worse = canary.map((value, i) => (i < from ? value : value * 2));
      const onsets = [
        createPair('m', baseline, worse),
        createPair('m', [...baseline, 0], [...worse, 0]),
      ];
      return onsets.every((pair) => Math.abs(findOnset(pair, metric, 'High')! - from) <= 3);
    }).filter(Boolean);
    assert.ok(near.length >= 48, `from ${from}: ${near.length} of 50`);
  }
});

test('only a failed metric has a start', () => {
  const pair = createPair('m', [1, 1, 1, 1], [1, 1, 2, 2]);
  assert.equal(findOnset(pair, metric, 'High'), 2);
  assert.equal(findOnset(pair, metric, 'Low'), undefined);
  assert.equal(findOnset(pair, metric, 'Pass'), undefined);
  const apart = { ...pair, canary: { ...pair.canary, stepMs: 1000 } };
  assert.equal(findOnset(apart, metric, 'High'), undefined);
});

test('a canary that was measured later counts from its own first sample', () => {
  const pair = createPair('m', [1, 1, 1, 1, 1, 1], [1, 1, 2, 2]);
  const later = { ...pair, canary: { ...pair.canary, startAt: 120_000 } };
  assert.equal(findOnset(later, metric, 'High'), 2);
  assert.equal(sinceText(2, later), ' since 00:04 UTC');
});

test('nothing is said of a change from the start', () => {
  const pair = createPair('m', [1, 1], [2, 2]);
  assert.equal(sinceText(0, pair), '');
  assert.equal(sinceText(undefined, pair), '');
  assert.equal(sinceText(4, pair), ' since sample 5');
});
