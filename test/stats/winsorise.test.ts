import assert from 'node:assert/strict';
import { test } from 'node:test';

import { winsorBound, winsorise } from '../../src/stats/winsorise.ts';
import { assertClose } from '../support/vectors.ts';

test('the bound is three robust standard deviations of the history', () => {
  assertClose(winsorBound([1, 2, 3, 4, 100, NaN])!, 3 * 1.4826, 1e-12, 'bound');
  assertClose(winsorBound([1, 2, 3, 4])!, 3 * 1.4826, 1e-12, 'even length');
});

test('without a spread there is no bound', () => {
  assert.equal(winsorBound([]), undefined);
  assert.equal(winsorBound([NaN, Infinity]), undefined);
  assert.equal(winsorBound([5, 5, 5, 9]), undefined);
});

test('values are clipped around the null and gaps stay gaps', () => {
  assert.deepEqual(
    [-9, 0.5, 9].map((value) => winsorise(value, 1, 2)),
    [-1, 0.5, 3],
  );
  assert.ok(Number.isNaN(winsorise(NaN, 0, 1)));
});
