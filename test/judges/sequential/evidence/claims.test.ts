import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Fault } from '../../../../src/errors.ts';
import { claimsOf } from '../../../../src/judges/sequential/evidence/claims.ts';
import { metricConfig, ratioEffect } from '../../../support/sequential-input.ts';

const MARGIN = 1.1;

test('an increase is claimed at its tolerance and ruled out at the margin', () => {
  const metric = metricConfig('latency', { effect: ratioEffect(1.05) });
  assert.deepEqual(claimsOf(metric, MARGIN, 'continuous'), {
    fail: [{ ratio: 1.05, side: 'increase' }],
    critical: [],
    margin: [{ ratio: 1.1, side: 'decrease' }],
  });
});

test('either direction claims each side for itself', () => {
  const metric = metricConfig('latency', { direction: 'either', effect: ratioEffect(1) });
  const { fail, margin } = claimsOf(metric, MARGIN, 'continuous');
  assert.deepEqual(fail, [
    { ratio: 1, side: 'increase' },
    { ratio: 1, side: 'decrease' },
  ]);
  assert.deepEqual(margin, [
    { ratio: 1.1, side: 'decrease' },
    { ratio: 1 / 1.1, side: 'increase' },
  ]);
});

test('the margin is never stricter than the tolerance', () => {
  const metric = metricConfig('latency', { effect: ratioEffect(1.3) });
  assert.equal(claimsOf(metric, MARGIN, 'continuous').margin[0]!.ratio, 1.3);
});

test('only a critical metric with a limit of its own has critical claims', () => {
  const effect = ratioEffect(1.05, 1.5);
  const signal = metricConfig('latency', { effect });
  const guardrail = metricConfig('latency', { effect, critical: true });
  assert.deepEqual(claimsOf(signal, MARGIN, 'continuous').critical, []);
  assert.deepEqual(claimsOf(guardrail, MARGIN, 'continuous').critical, [
    { ratio: 1.5, side: 'increase' },
  ]);
});

test('a gauge always has a tolerance, and cles limits are no ratios', () => {
  const strict = metricConfig('memory', { effect: ratioEffect(1) });
  assert.equal(claimsOf(strict, MARGIN, 'gauge').fail[0]!.ratio, 1.01);
  const effect = { ...ratioEffect(1), measure: 'cles' as const, allowedIncrease: 0.7 };
  const chance = metricConfig('latency', { effect });
  assert.equal(claimsOf(chance, MARGIN, 'continuous').fail[0]!.ratio, 1);
});

test('a decrease below nothing cannot be claimed; an increase from nothing is refused', () => {
  const floor = { ...ratioEffect(1), allowedDecrease: 0, criticalDecrease: 0 };
  const metric = metricConfig('latency', { direction: 'decrease', effect: floor });
  assert.deepEqual(claimsOf(metric, MARGIN, 'continuous').fail, []);
  const broken = metricConfig('latency', { effect: { ...ratioEffect(1), allowedIncrease: 0 } });
  assert.throws(
    () => claimsOf(broken, MARGIN, 'continuous'),
    (thrown) => thrown instanceof Fault && thrown.code === 'invalid-config',
  );
});
