import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { alphaShares } from '../../../src/judges/score/alpha-shares.ts';
import { metricConfig } from '../../support/sequential-input.ts';

const critical = metricConfig('guardrail', { critical: true, groups: ['errors'] });
const errors = metricConfig('errors', { groups: ['errors'] });
const latency = metricConfig('latency', { groups: ['latency'] });
const muted = metricConfig('muted', { muted: true });

test('half of alpha goes to critical metrics, half to the others by group weight', () => {
  const weights = { errors: 80, latency: 20 };
  assert.deepEqual(alphaShares([critical, errors, latency, muted], weights), [0.5, 0.4, 0.1, 0]);
});

test('metrics of one kind share all of it', () => {
  assert.deepEqual(alphaShares([critical, critical], { errors: 100 }), [0.5, 0.5]);
  assert.deepEqual(alphaShares([latency, latency], { latency: 100 }), [0.5, 0.5]);
  assert.deepEqual(alphaShares([], {}), []);
});

test('among the critical metrics, and within a group, each gets its part by its weight', () => {
  const heavy = { weight: 3 };
  const family = [
    metricConfig('a', { critical: true, ...heavy }),
    critical,
    metricConfig('c', { groups: ['errors'], ...heavy }),
    errors,
    latency,
  ];
  assert.deepEqual(alphaShares(family, { errors: 80, latency: 20 }), [0.375, 0.125, 0.3, 0.1, 0.1]);
});

test('shares sum to 1; a metric of weight w gets what w metrics of weight 1 get, whatever the order', () => {
  const member = fc.record({
    critical: fc.boolean(),
    groups: fc.constantFrom(['errors'], ['latency'], ['errors', 'latency']),
    weight: fc.integer({ min: 1, max: 5 }),
  });
  const groupWeights = { errors: 70, latency: 30 };
  const sharesOf = (members: readonly { weight: number }[]) =>
    alphaShares(
      members.map((one) => metricConfig('m', one)),
      groupWeights,
    );
  const isNear = (actual: readonly number[], expected: readonly number[]) =>
    actual.forEach((share, k) => assert.ok(Math.abs(share - expected[k]!) < 1e-12));
  fc.assert(
    fc.property(fc.array(member, { minLength: 1, maxLength: 8 }), (members) => {
      const shares = sharesOf(members);
      isNear([shares.reduce((sum, share) => sum + share, 0)], [1]);
      isNear(sharesOf(members.map((one) => ({ ...one, weight: one.weight * 0.3 }))), shares);
      isNear(sharesOf(members.toReversed()).toReversed(), shares);
      const repeated = members.flatMap((one) =>
        Array.from({ length: one.weight }, () => ({ ...one, weight: 1 })),
      );
      const single = sharesOf(repeated);
      let start = 0;
      const regained = members.map(({ weight }) =>
        single.slice(start, (start += weight)).reduce((sum, share) => sum + share, 0),
      );
      isNear(regained, shares);
    }),
  );
});
