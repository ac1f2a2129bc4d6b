import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { createRunningMaximum } from '../../../../src/judges/sequential/evidence/running-maximum.ts';
import { logSumExp } from '../../../../src/stats/log-sum-exp.ts';

test('bounds change the cost, never the maximum', () => {
  const term = fc.record({
    value: fc.double({ min: -5, max: 4, noNaN: true }),
    slack: fc.double({ min: 0, max: 3, noNaN: true }),
    logWeight: fc.double({ min: -3, max: 0, noNaN: true }),
  });
  const mixtures = fc.array(fc.array(term, { minLength: 1, maxLength: 5 }), { maxLength: 6 });
  fc.assert(
    fc.property(mixtures, (steps) => {
      const path = createRunningMaximum();
      let highest = 0;
      for (const terms of steps) {
        const value = logSumExp(terms.map(({ value, logWeight }) => value + logWeight));
        const largest = path.extend(
          terms.map(({ value, slack, logWeight }) => ({
            logWeight,
            bounds: [() => value + slack, () => value + slack / 2, () => value],
          })),
        );
        assert.equal(largest !== undefined, value > highest);
        if (largest !== undefined) {
          const logs = terms.map(({ value, logWeight }) => value + logWeight);
          assert.equal(logs[largest], Math.max(...logs));
        }
        highest = Math.max(highest, value);
        assert.equal(path.highest(), highest);
      }
      assert.equal(path.maxima.length, steps.length);
    }),
  );
});

test('a bound that is no new maximum spares the exact value', () => {
  const path = createRunningMaximum();
  const fails = () => assert.fail('computed');
  assert.equal(path.extend([{ logWeight: 0, bounds: [() => -0.1, fails] }]), undefined);
  path.repeat();
  assert.deepEqual(path.maxima, [0, 0]);
});
