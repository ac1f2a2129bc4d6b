import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNetflixJudge } from '../../../src/judges/netflix/judge.ts';
import type { MetricConfig } from '../../../src/model/config.ts';
import { createCanaryConfig, createMetricConfig, createPair } from '../../support/metric-config.ts';

const steady = Array.from({ length: 24 }, (_, index) => 10 + (index % 3));
const times = (factor: number) => steady.map((value) => value * factor);

function remedyOf(given: [name: string, factor: number, changes?: Partial<MetricConfig>][]) {
  const config = createCanaryConfig(
    given.map(([name, , changes]) => createMetricConfig({ name, groups: [name], ...changes })),
  );
  const pairs = given.map(([name, factor]) => createPair(name, steady, times(factor)));
  const thresholds = { pass: 75, marginal: 50 };
  return createNetflixJudge().judge({ config, thresholds, pairs }).remedy;
}

test('a pass needs no remedy', () => {
  assert.equal(remedyOf([['cpu', 1]]), undefined);
});

test('it names what stands in the way, and nothing more than that', () => {
  assert.equal(
    remedyOf([
      ['cpu', 2],
      ['disk', 1],
    ]),
    'it would pass if cpu was within tolerance',
  );
  // of two failing quarters one may stay: the milder one
  const two = remedyOf([
    ['cpu', 3],
    ['disk', 1.5],
    ['net', 1],
    ['ram', 1],
  ]);
  assert.equal(two, 'it would pass if cpu was within tolerance');
  const all = remedyOf([
    ['cpu', 3],
    ['disk', 2],
  ]);
  assert.equal(all, 'it would pass if cpu and disk were within tolerance');
});

test('a critical metric is always in the way', () => {
  const remedy = remedyOf([
    ['cpu', 1.5, { critical: true }],
    ['disk', 3],
    ['net', 1],
    ['ram', 1],
  ]);
  assert.equal(remedy, 'it would pass if cpu was within tolerance');
});

test('where data are missing, no tolerance helps', () => {
  const config = createCanaryConfig([createMetricConfig({ name: 'cpu' })]);
  const judgement = createNetflixJudge().judge({
    config,
    thresholds: config.thresholds,
    pairs: [createPair('cpu', steady, [])],
  });
  assert.equal(judgement.remedy, undefined);
});
