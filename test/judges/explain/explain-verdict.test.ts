import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createNetflixJudge } from '../../../src/judges/netflix/judge.ts';
import type { MetricConfig } from '../../../src/model/config.ts';
import type { Judgement } from '../../../src/model/judgement/judgement.ts';
import { createCanaryConfig, createMetricConfig, createPair } from '../../support/metric-config.ts';

const FLAT = Array.from({ length: 24 }, (_, i) => 10 + (i % 3));
const TIMES = (factor: number): number[] => FLAT.map((value) => value * factor);

type Given = [name: string, canary: number[], changes?: Partial<MetricConfig>];

function judge(given: Given[], thresholds = { pass: 95, marginal: 75 }): Judgement {
  const metrics = given.map(([name, , changes]) => createMetricConfig({ name, ...changes }));
  const pairs = given.map(([name, canary]) => createPair(name, FLAT, canary));
  return createNetflixJudge().judge({ config: createCanaryConfig(metrics), thresholds, pairs });
}

test('a pass', () => {
  const { reason } = judge([
    ['cpu', FLAT],
    ['memory', FLAT],
  ]);
  assert.equal(
    reason,
    'pass: score 100 of 100, pass needs 95; 2 metrics judged, none was found worse',
  );
});

test('a fail names the worst metric', () => {
  const { reason } = judge([
    ['cpu', TIMES(2)],
    ['errors', TIMES(0.1)],
    ['memory', FLAT],
  ]);
  assert.match(
    reason,
    /^fail: score 33\.33 of 100, pass needs 95; 2 of 3 metrics differ, most of all: errors is 0\.1 times/,
  );
});

test('a marginal score tells both thresholds', () => {
  const { reason } = judge(
    [
      ['cpu', TIMES(2)],
      ['memory', FLAT],
    ],
    { pass: 90, marginal: 50 },
  );
  assert.match(
    reason,
    /^marginal: score 50 of 100, pass needs 90, marginal 50; 1 of 2 metrics differs \(higher\): cpu is 2 times/,
  );
});

test('a critical failure says so', () => {
  const { reason } = judge([
    ['cpu', TIMES(2), { critical: true }],
    ['memory', FLAT],
  ]);
  assert.match(reason, /^fail: critical metric cpu is 2 times the baseline/);
});

test('a mean of 0 is the worst that can be', () => {
  const { reason } = judge([
    ['cpu', TIMES(5)],
    ['traffic', TIMES(0)],
  ]);
  assert.match(reason, /2 of 2 metrics differ, most of all: traffic is lower: 11 -> 0/);
});

test('not enough data says of what', () => {
  const critical = judge([
    ['cpu', [], { critical: true }],
    ['memory', FLAT],
  ]);
  assert.equal(
    critical.reason,
    'not enough data: critical metric cpu has no data on the canary side',
  );
  const half = judge([
    ['cpu', []],
    ['disk', []],
    ['memory', FLAT],
  ]);
  assert.equal(half.reason, 'not enough data: none for 2 of 3 metrics (cpu, disk)');
  const muted = judge([['cpu', FLAT, { muted: true }]]);
  assert.equal(
    muted.reason,
    'not enough data: no metric counts, as each is muted or none was given',
  );
});
