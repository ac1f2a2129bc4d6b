import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { brentRoot } from '../../src/stats/brent-root.ts';

function solve(f: (x: number) => number, lower: number, upper: number, tolerance: number): number {
  return brentRoot(f, { lower, upper, atLower: f(lower), atUpper: f(upper) }, tolerance);
}

test('finds the roots of smooth functions', () => {
  assert.ok(Math.abs(solve((x) => x ** 3 - 2, 0, 4, 1e-4) - Math.cbrt(2)) < 1e-4);
  assert.ok(Math.abs(solve((x) => Math.exp(x) - 5, 0, 3, 1e-4) - Math.log(5)) < 1e-4);
});

test('an end that is a root is returned without a step', () => {
  let calls = 0;
  const count = (): number => ++calls;
  const at = { lower: 2, upper: 5 };
  assert.equal(brentRoot(count, { ...at, atLower: 0, atUpper: -1 }, 1e-4), 2);
  assert.equal(brentRoot(count, { ...at, atLower: 1, atUpper: Number.MIN_VALUE }, 1e-4), 5);
  assert.equal(calls, 0);
});

test('ends within the tolerance of the root of any falling line', () => {
  const root = fc.double({ min: -100, max: 100, noNaN: true });
  fc.assert(
    fc.property(root, (zero) => {
      const found = solve((x) => zero - x, -101, 102, 1e-4);
      assert.ok(Math.abs(found - zero) <= 1e-4, `${found}`);
    }),
  );
});

test('ends without an error where there is no number to follow', () => {
  const bracket = { lower: 0, upper: 1, atLower: Number.NaN, atUpper: Number.NaN };
  assert.doesNotThrow(() => brentRoot(() => Number.NaN, bracket, 1e-4));
});
