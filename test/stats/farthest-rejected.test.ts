import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { farthestRejected } from '../../src/stats/farthest-rejected.ts';

const anyEnd = fc.double({ min: 0, max: 1000, noNaN: true });

test('is rejected, and so close to what is not that no value lies between', () => {
  fc.assert(
    fc.property(anyEnd, (end) => {
      const isRejected = (value: number) => value <= end;
      const found = farthestRejected(isRejected, { rejected: 0, kept: 1001, steps: 60 });
      assert.ok(isRejected(found) && end - found < 1e-9);
      const upwards = farthestRejected((value) => value >= end, {
        rejected: 1000,
        kept: -1,
        steps: 60,
      });
      assert.ok(upwards >= end && upwards - end < 1e-9);
    }),
  );
});
