import assert from 'node:assert/strict';
import { test } from 'node:test';

import { logMeanExp, logSumExp } from '../../src/stats/log-sum-exp.ts';
import { assertClose } from '../support/vectors.ts';

test('sums of exponentials survive numbers whose exponential does not', () => {
  assertClose(logSumExp([1000, 1000]), 1000 + Math.LN2, 1e-12, 'large');
  assertClose(logSumExp([-2000, -2000, -5000]), -2000 + Math.LN2, 1e-12, 'small');
  assertClose(logSumExp([0, -40]), Math.log1p(Math.exp(-40)), 1e-16, 'nearly invisible');
});

test('nothing sums to nothing and infinity wins', () => {
  assert.equal(logSumExp([]), -Infinity);
  assert.equal(logSumExp([-Infinity, -Infinity]), -Infinity);
  assert.equal(logSumExp([0, Infinity]), Infinity);
});

test('the mean of equal e-values is that e-value', () => {
  assertClose(logMeanExp([3, 3, 3]), 3, 1e-15, 'mean');
});
