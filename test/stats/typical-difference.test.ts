import assert from 'node:assert/strict';
import { test } from 'node:test';

import { typicalDifference } from '../../src/stats/typical-difference.ts';
import { isNear, readRecorded } from '../support/kayenta-fixtures.ts';

interface Case {
  name: string;
  experiment: number[];
  control: number[];
  exact: { est: number } | null;
}

function typical(canary: number[], baseline: number[]): number {
  return typicalDifference(Float64Array.from(canary).sort(), Float64Array.from(baseline).sort());
}

test('is the recorded median of the differences, in all 274 cases that have one', () => {
  const { cases } = readRecorded<{ cases: Case[] }>('vectors/wilcoxon.json.gz');
  const recorded = cases.filter(({ exact }) => exact !== null);
  assert.equal(recorded.length, 274);
  for (const { name, experiment, control, exact } of recorded) {
    assert.ok(isNear(typical(experiment, control), exact!.est, 1e-12), name);
  }
});

test('infinite values are farther out than every other', () => {
  assert.equal(typical([Infinity, 3, 5], [1, 2, 3]), 3);
  assert.equal(typical([Infinity], [1]), Infinity);
  assert.equal(typical([Infinity, -Infinity], [1]), 0);
});
