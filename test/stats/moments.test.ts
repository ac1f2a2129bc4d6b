import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mean, standardDeviation } from '../../src/stats/moments.ts';
import { isNear, readRecorded } from '../support/kayenta-fixtures.ts';

interface Recorded {
  cases: { name: string; values: number[]; summary: { mean: number; std: number } }[];
}

test('mean and deviation agree with commons-math on every recorded sample', () => {
  const { cases } = readRecorded<Recorded>('vectors/percentile.json.gz');
  assert.equal(cases.length, 80);
  for (const { name, values, summary } of cases) {
    const sample = Float64Array.from(values);
    const center = mean(sample);
    const deviation = standardDeviation(sample, center);
    assert.ok(isNear(center, summary.mean, 1e-15), `${name} mean: ${center}`);
    assert.ok(isNear(deviation, summary.std, 1e-12), `${name} std: ${deviation}`);
  }
});

test('the second pass takes the rounding error back', () => {
  const sample = new Float64Array(10).fill(0.1);
  assert.equal(mean(sample), 0.1);
});

test('a single value does not deviate; nothing and infinity have no moments', () => {
  assert.equal(standardDeviation(Float64Array.of(5), 5), 0);
  assert.ok(Number.isNaN(mean(new Float64Array(0))));
  assert.ok(Number.isNaN(mean(Float64Array.of(1, Infinity))));
});
