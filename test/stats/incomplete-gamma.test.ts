import assert from 'node:assert/strict';
import { test } from 'node:test';

import { logIncompleteGamma } from '../../src/stats/incomplete-gamma.ts';
import { assertClose } from '../support/vectors.ts';

/** ln P(N < shape) of a Poisson variable N of this mean. */
function logPoissonBelow(shape: number, mean: number): number {
  let logTerm = -mean;
  let sum = 0;
  for (let k = 0; k < shape; k++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log(mean / (k + 1));
  }
  return Math.log(sum);
}

test('for whole shapes the upper part is a Poisson distribution function', () => {
  for (const shape of [1, 2, 7, 40, 300]) {
    for (const ratio of [0.5, 0.9, 1, 1.1, 1.5]) {
      const x = shape * ratio;
      const { upper } = logIncompleteGamma(shape, x);
      assertClose(upper, logPoissonBelow(shape, x), 1e-11, `Q(${shape}, ${x})`);
    }
  }
});

test('shape one is the exponential distribution, far into its lower tail', () => {
  for (const x of [1e-200, 1e-9, 0.3, 1.9, 2.1, 30]) {
    const { lower, upper } = logIncompleteGamma(1, x);
    assertClose(lower, Math.log(-Math.expm1(-x)), 1e-12, `P(1, ${x})`);
    assertClose(upper, -x, 1e-12, `Q(1, ${x})`);
  }
});

test('the parts of a shape that is not whole add up, also across the change of method', () => {
  const inside = logIncompleteGamma(2.5, 3.5 - 1e-12);
  const outside = logIncompleteGamma(2.5, 3.5 + 1e-12);
  assertClose(inside.lower, outside.lower, 1e-11, 'lower');
  assertClose(inside.upper, outside.upper, 1e-11, 'upper');
});

test('all the mass is above zero', () => {
  assert.deepEqual(logIncompleteGamma(2, 0), { lower: -Infinity, upper: 0 });
  assert.deepEqual(logIncompleteGamma(2, -1), { lower: -Infinity, upper: 0 });
});
