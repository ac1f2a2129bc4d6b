import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { farthestRejected, type Tried } from '../../src/stats/farthest-rejected.ts';

const anyEnd = fc.double({ min: 0, max: 1000, noNaN: true });
const anyGuess = fc.double({ min: -10, max: 1010, noNaN: true });
const tolerance = 1e-9;

/** What is rejected at `end` and before it, with steps and an excess that is flat in places. */
const excesses: ((distance: number) => number)[] = [
  (distance) => distance,
  (distance) => Math.sign(distance) || 1,
  (distance) => Math.atan(Math.round(distance * 8) / 8 + (distance >= 0 ? 1e-3 : -1e-3)),
  (distance) => (distance >= 0 ? 1e-9 : 0),
];

test('is rejected, and so close to what is not that no value lies between', () => {
  fc.assert(
    fc.property(anyEnd, anyGuess, fc.constantFrom(...excesses), (end, guess, excess) => {
      for (const [from, to] of [
        [-1, 1001],
        [1001, -1],
      ] as const) {
        const direction = Math.sign(to - from);
        const excessOf = (value: number) => excess(direction * (end - value));
        const attempt = (value: number): Tried => ({ value, excess: excessOf(value) });
        const search = { rejected: attempt(from), kept: attempt(to), guess, tolerance };
        const found = farthestRejected(excessOf, search);
        assert.ok(excessOf(found) > 0, `${found}`);
        assert.ok(Math.abs(found - end) < 2 * tolerance + 1e-12 * end, `${found} of ${end}`);
      }
    }),
  );
});

test('stays where nothing beyond is rejected, to the bit', () => {
  const excessOf = (value: number) => (value === 1.05 ? 1 : -1);
  const [rejected, kept] = [1.05, 3].map((value) => ({ value, excess: excessOf(value) }));
  const search = { rejected: rejected!, kept: kept!, guess: 2, tolerance };
  assert.equal(farthestRejected(excessOf, search), 1.05);
});
