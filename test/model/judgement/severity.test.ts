import assert from 'node:assert/strict';
import { test } from 'node:test';
import { worstFirst } from '../../../src/model/judgement/severity.ts';
import { sampleJudgement } from '../../support/analysis-sample.ts';

const base = { group: 'A', baseline: 1, canary: 1 };

test('critical, error, fail, no data, muted, pass', () => {
  const ranked = worstFirst(
    sampleJudgement([
      { ...base, name: 'passed', classification: 'Pass' },
      { ...base, name: 'muted', classification: 'High', muted: true },
      { ...base, name: 'empty', classification: 'Nodata' },
      { ...base, name: 'high', classification: 'High' },
      { ...base, name: 'broken', classification: 'Error' },
      { ...base, name: 'critical', classification: 'Nodata', critical: true },
    ]),
  );
  assert.deepEqual(
    ranked.map(({ metric, severity }) => `${metric.metric} ${severity}`),
    [
      'critical critical',
      'broken error',
      'high fail',
      'empty nodata',
      'muted muted',
      'passed pass',
    ],
  );
});

test('among failed metrics the cost in points decides, then the change, then the name', () => {
  const ranked = worstFirst(
    sampleJudgement([
      { ...base, name: 'half of A', classification: 'High', canary: 9 },
      { ...base, name: 'passed', classification: 'Pass' },
      { ...base, name: 'all of B', classification: 'Low', group: 'B', canary: 0.9 },
      { ...base, name: 'd', classification: 'High', group: 'C', canary: 2 },
      { ...base, name: 'c', classification: 'Low', group: 'C', canary: 0.5 },
      { ...base, name: 'far', classification: 'Low', group: 'C', canary: 0.1 },
      { ...base, name: 'to zero', classification: 'Low', group: 'C', canary: 0 },
    ]),
  );
  assert.deepEqual(
    ranked.map(({ metric }) => metric.metric),
    ['all of B', 'half of A', 'to zero', 'far', 'c', 'd', 'passed'],
  );
  const costs = ranked.map(({ cost }) => Math.round(cost * 10) / 10);
  assert.deepEqual(costs, [33.3, 16.7, 8.3, 8.3, 8.3, 8.3, 0]);
});
