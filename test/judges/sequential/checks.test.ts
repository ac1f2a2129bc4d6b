import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createSequentialJudge } from '../../../src/judges/sequential/judge.ts';
import type { JudgeInput } from '../../../src/judges/judge.ts';
import { inputOf, metricConfig, pairOf } from '../../support/sequential-input.ts';

const level = (length: number, value: number) => Array.from({ length }, () => value);

function check(name: string, extra: Partial<JudgeInput>, canary = level(60, 1)) {
  const pair = pairOf('up', { baseline: level(60, 1), canary });
  const { sequential, warnings } = createSequentialJudge().judge(
    inputOf([metricConfig('up')], [pair], extra),
  );
  return { ...sequential.checks.find((found) => found.name === name), warnings };
}

test('a canary that gets a third of its traffic is noticed', () => {
  const traffic = { baseline: level(60, 95), canary: level(60, 2), canaryShare: 0.05 };
  const { failed, warnings } = check('sample ratio', { traffic });
  assert.equal(failed, true);
  // the sentence is a finding, under every judge
  assert.ok(!warnings.some((warning) => warning.startsWith('sample ratio:')));
});

test('the configured split is no finding, and neither is no traffic at all', () => {
  const fair = { baseline: level(60, 95), canary: level(60, 5), canaryShare: 0.05 };
  assert.equal(check('sample ratio', { traffic: fair }).failed, false);
  const idle = { baseline: level(60, 0), canary: level(60, NaN), canaryShare: 0.05 };
  assert.equal(check('sample ratio', { traffic: idle }).p, 1);
});

test('a canary that stops reporting is evidence', () => {
  const silent = level(60, 1).map((value, i) => (i < 15 ? value : NaN));
  assert.equal(check('missing data', {}, silent).failed, true);
  assert.equal(check('missing data', {}).p, 1);
});
