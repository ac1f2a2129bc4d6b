import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fixedSampleSize, sequentialSampleSize } from '../../src/stats/planning.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Case {
  delta: number;
  longRunVariance: number;
  alpha: number;
  power: number;
  nFixed: number;
  n80: number;
  n50: number;
}
const { planning } = readVectors<{ planning: Case[] }>('sequential');

test('sample sizes agree with the reference', () => {
  for (const { delta, longRunVariance, alpha, power, nFixed, n80, n50 } of planning) {
    const plan = { longRunVariance, alpha, power };
    assertClose(fixedSampleSize(delta, plan) / nFixed, 1, 1e-9, 'fixed');
    assert.equal(sequentialSampleSize(delta, plan), n80);
    assert.equal(sequentialSampleSize(delta, { ...plan, power: 0.5 }), n50);
  }
});

test('no change is never found', () => {
  const plan = { longRunVariance: 1, alpha: 0.05, power: 0.8 };
  assert.equal(sequentialSampleSize(0, plan), undefined);
});
