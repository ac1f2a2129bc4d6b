import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clean } from '../../src/judges/clean.ts';

const KEEP = { strategy: 'keep', factor: 3 } as const;
const REMOVE = { strategy: 'remove', factor: 3 } as const;

test('drops gaps and counts them', () => {
  const { sorted, summary } = clean([3, NaN, 1], { missingValues: 'remove', outliers: KEEP });
  assert.deepEqual([...sorted], [1, 3]);
  const std = Math.SQRT2;
  assert.deepEqual(summary, {
    count: 2,
    min: 1,
    max: 3,
    mean: 2,
    std,
    received: 3,
    missing: 1,
    outliers: 0,
  });
});

test('counts gaps as 0 where the metric says so', () => {
  const { sorted, summary } = clean([3, NaN, 0], { missingValues: 'zero', outliers: KEEP });
  assert.deepEqual([...sorted], [0, 0, 3]);
  assert.deepEqual([summary.missing, summary.count, summary.mean], [1, 3, 1]);
});

test('drops outliers from values and order alike', () => {
  const values = [...Array.from({ length: 200 }, (_, index) => 100 + (index % 7)), 1e6];
  const { sorted, summary } = clean(values, { missingValues: 'remove', outliers: REMOVE });
  assert.deepEqual([sorted.length, sorted.at(-1)], [200, 106]);
  assert.deepEqual([summary.outliers, summary.max, summary.received], [1, 106, 201]);
});

test('nothing left is a summary of zeros', () => {
  const { sorted, summary } = clean([NaN], { missingValues: 'remove', outliers: REMOVE });
  assert.equal(sorted.length, 0);
  assert.deepEqual(summary, {
    count: 0,
    min: 0,
    max: 0,
    mean: 0,
    std: 0,
    received: 1,
    missing: 1,
    outliers: 0,
  });
});

test('infinities stay, and leave no mean', () => {
  const { summary } = clean([1, Infinity], { missingValues: 'remove', outliers: REMOVE });
  assert.deepEqual([summary.min, summary.max], [1, Infinity]);
  assert.ok(Number.isNaN(summary.mean) && Number.isNaN(summary.std));
});
