import assert from 'node:assert/strict';
import { test } from 'node:test';

import { scoreCanary, shareWeights } from '../../../src/judges/score/score-canary.ts';

const thresholds = { pass: 75, marginal: 50 };

function result(group: string, classification: 'Pass' | 'High' | 'Nodata') {
  return { groups: [group], classification, critical: false, muted: false };
}

test('weights are shared out to 100 over the groups that have metrics', () => {
  assert.deepEqual(shareWeights(['a', 'b'], { a: 40 }), { a: 40, b: 60 });
  assert.deepEqual(shareWeights(['a', 'b'], { a: 70, b: 70, gone: 20 }), { a: 50, b: 50 });
  assert.deepEqual(shareWeights(['a', 'b'], { a: 0, b: -5 }), { a: 50, b: 50 });
  assert.deepEqual(shareWeights([], { gone: 100 }), {});
});

test('the score stays between 0 and 100 where the weights do not', () => {
  const passed = [result('a', 'Pass'), result('b', 'Pass')];
  assert.equal(scoreCanary(passed, { a: 70, b: 70 }, thresholds).score, 100);
  assert.equal(scoreCanary(passed, { a: 10, b: 10 }, thresholds).score, 100);
});

test('a group without data neither passes nor fails anybody', () => {
  const mixed = [result('a', 'High'), result('a', 'Pass'), result('b', 'Nodata')];
  assert.equal(scoreCanary(mixed, { a: 50, b: 50 }, thresholds).score, 50);
});
