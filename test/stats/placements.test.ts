import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { createPlacements, type PlacementSums } from '../../src/stats/placements.ts';

/** By comparing each value with each. */
function countPlacements(x: readonly number[], y: readonly number[]): PlacementSums {
  const placements = x.map((a) => y.reduce((sum, b) => sum + (b < a ? 2 : b === a ? 1 : 0), 0));
  return {
    count: x.length,
    others: y.length,
    sum: placements.reduce((sum, placement) => sum + placement, 0),
    squares: placements.reduce((sum, placement) => sum + placement * placement, 0),
  };
}

test('counts what lies below each value, after one change and the next, exactly', () => {
  const value = fc.oneof(
    fc.integer({ min: -4, max: 4 }),
    fc.double({ min: -5, max: 5, noNaN: true }),
    fc.constantFrom(Infinity, -Infinity),
  );
  const side = fc.array(value, { minLength: 1, maxLength: 30 });
  const change = fc.record({
    ratio: fc.constantFrom(1, 1, 0.5, 2, 1e-3, 1.05),
    // the largest makes values equal by rounding
    shift: fc.constantFrom(0, 0, 1, -1, 0.1, -20, 20, 1e17, -1e17),
  });
  fc.assert(
    fc.property(side, side, fc.array(change, { maxLength: 8 }), (left, right, changes) => {
      const [x, y] = [left, right].map((values) => values.toSorted((a, b) => (a < b ? -1 : 1)));
      const placementsAfter = createPlacements(Float64Array.from(x!), Float64Array.from(y!));
      for (const { ratio, shift } of changes) {
        const changed = y!.map((value) => value * ratio + shift);
        const { ofX, ofY } = placementsAfter({ ratio, shift });
        assert.deepEqual(ofX, countPlacements(x!, changed));
        assert.deepEqual(ofY, countPlacements(changed, x!));
      }
    }),
    { numRuns: 1000 },
  );
});
