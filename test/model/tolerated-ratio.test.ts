import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../src/model/native-format.ts';
import { readToleratedRatio } from '../../src/model/judgement/tolerated-ratio.ts';

test('a percentage is the ratio that it leaves', () => {
  assert.equal(readToleratedRatio('10%', 'increase'), 1.1);
  assert.equal(readToleratedRatio('10 %', 'decrease'), 0.9);
  assert.equal(readToleratedRatio('2.5%', 'increase'), 1.025);
  assert.equal(readToleratedRatio(1.1, 'increase'), 1.1);
});

test('a config with percentages means the same as one with ratios', () => {
  const metric = { name: 'a', query: { source: 'inline' as const } };
  const withPercent = { ...metric, tolerance: { increase: '10%', decrease: '20%' } };
  const withRatio = { ...metric, tolerance: { increase: 1.1, decrease: 0.8 } };
  assert.deepEqual(
    parseConfig({ name: 'c', metrics: [withPercent] }),
    parseConfig({ name: 'c', metrics: [withRatio] }),
  );
});
