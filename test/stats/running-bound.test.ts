import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { createRunningBound, type BoundLook } from '../../src/stats/running-bound.ts';
import { assertClose } from '../support/vectors.ts';

const THRESHOLD = 3;

/** Evidence that falls from the estimate's own side outwards, as a parabola. */
function lookAt(estimate: number, width: number, nullValue: number, side: 1 | -1): BoundLook {
  const logEvidence = (value: number) => {
    const distance = (side * (estimate - value)) / width;
    return distance > 0 ? distance * distance : distance;
  };
  return {
    logEvidence,
    reaches: (value) => logEvidence(value) >= THRESHOLD,
    outermost: () => estimate - side * 100,
    isNullRejected: logEvidence(nullValue) >= THRESHOLD,
  };
}

test('a bound is where the evidence reaches the threshold, and only moves inwards', () => {
  const bound = createRunningBound({ side: 1, nullValue: 0.05, threshold: THRESHOLD });
  assert.equal(bound.value(), undefined);
  bound.look(lookAt(0, 1, 0.05, 1));
  assertClose(bound.value()!, -Math.sqrt(3), 1e-8, 'first');
  bound.look(lookAt(-5, 1, 0.05, 1));
  assertClose(bound.value()!, -Math.sqrt(3), 1e-8, 'a lower look changes nothing');
  bound.look(lookAt(4, 1, 0.05, 1));
  assertClose(bound.value()!, 4 - Math.sqrt(3), 1e-8, 'a higher one moves it');
});

test('a bound lies at or beyond the null exactly when some look has rejected the null', () => {
  const looks = fc.array(
    fc.tuple(
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: 0.01, max: 2, noNaN: true }),
    ),
  );
  const nullValues = fc.constantFrom(0, 0.05, -0.3, 1);
  fc.assert(
    fc.property(
      looks,
      nullValues,
      fc.constantFrom(1 as const, -1 as const),
      (all, nullValue, side) => {
        const bound = createRunningBound({ side, nullValue, threshold: THRESHOLD });
        let isRejected = false;
        for (const [estimate, width] of all) {
          const look = lookAt(estimate, width, nullValue, side);
          isRejected ||= look.isNullRejected;
          bound.look(look);
          const value = bound.value();
          assert.equal(value !== undefined && side * (value - nullValue) >= 0, isRejected);
        }
      },
    ),
  );
});

test('a look that bounds nothing near leaves no bound', () => {
  const bound = createRunningBound({ side: -1, threshold: THRESHOLD });
  bound.look({ ...lookAt(0, 1e9, 0, -1), isNullRejected: false });
  assert.equal(bound.value(), undefined);
});
