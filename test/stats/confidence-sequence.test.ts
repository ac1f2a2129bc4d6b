import assert from 'node:assert/strict';
import { test } from 'node:test';

import { confidenceSequence } from '../../src/stats/confidence-sequence.ts';
import { assertClose } from '../support/vectors.ts';

test('a parabola is inverted exactly', () => {
  const { lower, upper } = confidenceSequence((x) => (x - 3) ** 2, 4, { centre: 3, step: 0.01 });
  assertClose(lower, 1, 1e-14, 'lower');
  assertClose(upper, 5, 1e-14, 'upper');
});

test('evidence that never reaches the threshold bounds nothing', () => {
  const interval = confidenceSequence((x) => Math.atan(x), 1.5, { centre: 0, step: 1 });
  assert.equal(interval.lower, -Infinity);
  assertClose(interval.upper, Math.tan(1.5), 1e-12, 'upper');
});
