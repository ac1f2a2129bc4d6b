import assert from 'node:assert/strict';
import { test } from 'node:test';

import { adjust, alphaShares } from '../../../src/judges/sequential/family.ts';
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

test('a metric that cannot move the score keeps its own p-value and costs nobody anything', () => {
  assert.deepEqual(adjust([0.01, 0.04, 0.02], [0.5, 0.5, 0]), [0.02, 0.04, 0.02]);
});
