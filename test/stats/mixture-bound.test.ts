import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mixtureBound } from '../../src/stats/mixture-bound.ts';
import { assertClose } from '../support/vectors.ts';

test('the bound is where the mixture says one over alpha, wherever one looks first', () => {
  for (const scale of [1e-3, 1, 1e3]) {
    const bound = mixtureBound((sum) => sum - 2, 0.05, { scale });
    assertClose(bound, 2 + Math.log(20), 1e-10, `looking first at ${scale}`);
  }
});

test('when the largest possible sum is no evidence, it is the bound', () => {
  assert.equal(
    mixtureBound((sum) => sum, 0.05, { scale: 1, limit: 2 }),
    2,
  );
  assertClose(
    mixtureBound((sum) => sum, 0.05, { scale: 1, limit: 3 }),
    Math.log(20),
    1e-12,
    'a sum that is reached',
  );
  assert.equal(
    mixtureBound(() => 0, 0.05, { scale: 1 }),
    Infinity,
  );
});
