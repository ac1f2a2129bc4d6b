import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { quantile } from '../../src/stats/quantile.ts';
import { quantileOfRank } from '../../src/stats/quantile-of-rank.ts';

const of = (values: number[], share: number): number =>
  quantileOfRank(Float64Array.from(values), share);

/** What R says: quantile(x, share, type = 6). */
for (const [values, share, expected] of [
  [[1, 2, 3, 4, 5], 0.5, 3],
  [[1, 2, 3, 4], 0.25, 1.25],
  [[10, 20, 30], 0.9, 30],
  [[10, 20, 30, 40, 50, 60, 70, 80, 90], 0.85, 85],
  [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9, 9.9],
  [[1, 2, 3], 0.1, 1],
  [[7], 0.95, 7],
] as const) {
  test(`the ${share} quantile of ${values.join(' ')} is ${expected}`, () => {
    assert.ok(Math.abs(of([...values], share) - expected) < 1e-12);
  });
}

test('nothing has no quantile', () => {
  assert.ok(Number.isNaN(of([], 0.5)));
});

test('medians are those of every other type, and upper tails lie further out', () => {
  const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(values, (drawn) => {
      const sorted = Float64Array.from(drawn).sort();
      assert.ok(Math.abs(quantileOfRank(sorted, 0.5) - quantile(sorted, 0.5)) < 1e-9);
      assert.ok(quantileOfRank(sorted, 0.9) >= quantile(sorted, 0.9) - 1e-9);
    }),
  );
});
