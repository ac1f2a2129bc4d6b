import assert from 'node:assert/strict';
import { test } from 'node:test';

import { tolerate } from '../../../src/judges/mann-whitney/tolerate.ts';
import { readVectors } from '../../support/vectors.ts';

interface Case {
  name: string;
  baseline: number[];
  ratio: number;
  absolute: number;
  tolerated: number[];
}
const { ranks } = readVectors<{ ranks: Case[] }>('data-rules');
const sorted = (values: readonly number[]) => Float64Array.from(values).sort();

test('the tolerated values are those of the reference', () => {
  for (const { name, baseline, ratio, absolute, tolerated } of ranks) {
    const own = tolerate(sorted(baseline), 'increase', { ratio, amount: absolute });
    assert.deepEqual([...own], [...sorted(tolerated)], name);
  }
});

test('the larger of both tolerances counts, on either side, and a silent baseline stays silent', () => {
  const baseline = sorted([0, 10, 100]);
  const rise = (ratio: number, amount: number) => [
    ...tolerate(baseline, 'increase', { ratio, amount }),
  ];
  const fall = (ratio: number, amount: number) => [
    ...tolerate(baseline, 'decrease', { ratio, amount }),
  ];
  assert.deepEqual(rise(1.5, 0), [0, 15, 150]);
  assert.deepEqual(rise(1.5, 8), [8, 18, 150]);
  assert.deepEqual(fall(0.5, 0), [0, 5, 50]);
  assert.deepEqual(fall(0.5, 8), [-8, 2, 50]);
});

test('negative values move by a share of their size, infinite ones not at all; the order is kept', () => {
  const baseline = sorted([-Infinity, -10, -1, Infinity]);
  const risen = tolerate(baseline, 'increase', { ratio: 1.5, amount: 0 });
  assert.deepEqual([...risen], [-Infinity, -5, -0.5, Infinity]);
  const far = tolerate(sorted([-10, -1]), 'increase', { ratio: 3, amount: 0 });
  assert.deepEqual([...far], [1, 10]);
});
