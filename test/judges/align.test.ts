import assert from 'node:assert/strict';
import { test } from 'node:test';

import { align } from '../../src/judges/align.ts';
import { MINUTE, pairOf } from '../support/sequential-input.ts';

const REMOVE = { missingValues: 'remove' } as const;

function arms(pair: Parameters<typeof align>[0], policy: Parameters<typeof align>[1] = REMOVE) {
  return align(pair, policy).samples.map(({ baseline, canary }) => [baseline, canary]);
}

test('a canary that starts two minutes later is paired by timestamp', () => {
  const pair = pairOf('m', { baseline: [1, 2, 3, 4], canary: [30, 40] }, { startAt: 2 * MINUTE });
  assert.deepEqual(arms(pair), [
    [1, NaN],
    [2, NaN],
    [3, 30],
    [4, 40],
  ]);
});

test('a baseline that starts later leaves the canary alone at first', () => {
  const pair = pairOf('m', { baseline: [1, 2], canary: [10, 20, 30] }, { startAt: -MINUTE });
  assert.deepEqual(arms(pair), [
    [NaN, 10],
    [1, 20],
    [2, 30],
  ]);
});

test('windows that do not overlap are paired by index', () => {
  const pair = pairOf('m', { baseline: [1, 2], canary: [10, 20, 30] }, { startAt: 1440 * MINUTE });
  assert.deepEqual(arms(pair), [
    [1, 10],
    [2, 20],
    [NaN, 30],
  ]);
});

test('windows that follow each other share one instant, and are paired by index all the same', () => {
  const values = { baseline: [1, 2, 3], canary: [3, 4, 5] };
  assert.deepEqual(arms(pairOf('m', values, { startAt: 2 * MINUTE })), [
    [1, 3],
    [2, 4],
    [3, 5],
  ]);
  const half = arms(pairOf('m', values, { startAt: MINUTE }));
  assert.deepEqual(half[1], [2, 3], 'most of them overlaps');
});

test('infinite values are missing, and missing values count as 0 where either arm reports', () => {
  const pair = pairOf('m', { baseline: [1, NaN], canary: [Infinity, NaN] });
  assert.deepEqual(arms(pair), [
    [1, NaN],
    [NaN, NaN],
  ]);
  assert.deepEqual(arms(pair, { missingValues: 'zero' }), [
    [1, 0],
    [0, 0],
  ]);
  const blank = pairOf('m', { baseline: [NaN, NaN], canary: [NaN, NaN] });
  assert.deepEqual(arms(blank, { missingValues: 'zero' }), arms(blank));
});

test('different steps cannot be paired, and exposures follow their arm', () => {
  const other = pairOf('m', { baseline: [1], canary: [1] }, { stepMs: 2 * MINUTE });
  assert.equal(align(other, REMOVE).comparable, false);
  const late = pairOf('m', { baseline: [1, 2], canary: [3] }, { startAt: MINUTE });
  const { samples } = align(late, REMOVE, { baseline: [10, 20], canary: [30] });
  assert.deepEqual(samples[1], {
    baseline: 2,
    canary: 3,
    baselineExposure: 20,
    canaryExposure: 30,
  });
});
