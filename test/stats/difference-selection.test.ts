import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { selectDifferences } from '../../src/stats/difference-selection.ts';

test('is the k-th difference and the next, whether values are distinct, tied or infinite', () => {
  const value = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({ min: -10, max: 10, noNaN: true }),
    fc.constantFrom(Infinity, -Infinity),
  );
  const side = fc.array(value, { minLength: 1, maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(side, side, fc.double({ min: 0, max: 1, noNaN: true }), (left, right, share) => {
      const [x, y] = [left, right].map((values) => Float64Array.from(values).sort());
      const all = left.flatMap((a) => right.map((b) => (a === b ? 0 : a - b)));
      const sorted = Float64Array.from(all).sort();
      const { count, at } = selectDifferences(x!, y!);
      assert.equal(count, sorted.length);
      const k = 1 + Math.floor(share * (count - 1));
      const [wanted, next] = at(k);
      assert.ok(wanted === sorted[k - 1] && next === sorted[Math.min(k, count - 1)]);
    }),
    { numRuns: 500 },
  );
});
