import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createNetflixJudge } from '../../../src/judges/netflix/judge.ts';
import type { MetricConfig } from '../../../src/model/config.ts';
import { createCanaryConfig, createMetricConfig, createPair } from '../../support/metric-config.ts';

const FLAT = Array.from({ length: 24 }, (_, i) => 10 + (i % 3));
const ZEROS = FLAT.map(() => 0);
const GAPS = FLAT.map(() => NaN);

function warn(
  changes: Partial<MetricConfig>,
  baseline: number[],
  canary: number[],
  weights: Record<string, number> = {},
): string[] {
  const config = createCanaryConfig([createMetricConfig({ name: 'm', ...changes })], weights);
  const pairs = [createPair('m', baseline, canary)];
  return createNetflixJudge().judge({ config, thresholds: { pass: 95, marginal: 75 }, pairs })
    .warnings;
}

test('sound data and weights leave nothing to warn about', () => {
  assert.deepEqual(warn({}, FLAT, FLAT, { all: 100 }), []);
});

test('warns about data that is not there', () => {
  assert.deepEqual(warn({}, FLAT, GAPS), ['metric "m" has no data on the canary side']);
  assert.deepEqual(warn({}, [1], [1.5]), ['metric "m" could not be compared and does not count']);
  const zero = { missingValues: 'zero' } as const;
  assert.deepEqual(warn(zero, GAPS, GAPS), [
    'metric "m" received no baseline or canary value; missing ones count as 0, so it passed without a comparison',
  ]);
  assert.deepEqual(warn({ ...zero, direction: 'increase' }, FLAT, GAPS), [
    'metric "m" received no canary value; missing ones count as 0',
  ]);
  assert.deepEqual(warn({}, FLAT, [...FLAT, Infinity]), [
    'metric "m" holds infinite values and passed unmeasured',
  ]);
});

test('warns about errors that appear from nothing and pass', () => {
  const some = FLAT.map((_, i) => (i % 4 === 0 ? 2 : 0));
  assert.deepEqual(warn({ unit: 'errors' }, ZEROS, some), [
    'metric "m" passed although it rose from a baseline of zeros: 0 -> 0.5 errors on average',
  ]);
  assert.deepEqual(warn({}, ZEROS, FLAT), []);
});

test('warns about few values', () => {
  assert.deepEqual(warn({}, FLAT, [10, 11, 12]), [
    'metric "m" was judged on 3 canary values and 24 baseline values; fewer than 10 a side decide little',
  ]);
});

test('warns about weights that do not add up', () => {
  assert.deepEqual(warn({}, FLAT, FLAT, { all: 60, gone: 40 }), [
    'group "gone" has a weight but no metric; its share is lost',
    'group weights sum to 60, not 100',
  ]);
  assert.deepEqual(warn({}, FLAT, FLAT, { all: 140 }), ['group weights sum to 140, not 100']);
});
