import assert from 'node:assert/strict';
import { test } from 'node:test';

import { detectableShift } from '../../src/stats/detectable-shift.ts';
import { assertClose } from '../support/vectors.ts';

test('as far from the tolerance as the evidence reaches, and the scatter of a power of 80 %', () => {
  const question = {
    nullValue: 0.05,
    estimate: 0.3,
    spread: 0.1,
    side: 1 as const,
    threshold: 4,
    logEvidence: (value: number) => ((0.3 - value) / 0.1) ** 2 / 2,
  };
  const reach = 0.1 * Math.sqrt(8);
  assertClose(detectableShift(question)!, 0.05 + reach + 0.1 * 0.84162, 1e-5, 'upwards');
  const down = detectableShift({ ...question, nullValue: -0.05, side: -1 });
  assertClose(down!, -0.05 - reach - 0.1 * 0.84162, 1e-5, 'downwards');
});

test('evidence that never reaches the threshold finds nothing', () => {
  const question = { nullValue: 0, estimate: 0, spread: 1, side: 1 as const, threshold: 4 };
  assert.equal(detectableShift({ ...question, logEvidence: () => 1 }), undefined);
});
