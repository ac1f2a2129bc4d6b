import assert from 'node:assert/strict';
import { test } from 'node:test';

import { restartStarts } from '../../src/stats/restart-mixture.ts';
import { assertClose } from '../support/vectors.ts';

test('a day of minutes has 24 starts, half of the weight on the first', () => {
  const { starts, logWeights } = restartStarts({ every: 60, planned: 1440 });
  assert.deepEqual([starts.length, starts[1], starts.at(-1)], [24, 60, 1380]);
  assertClose(Math.exp(logWeights[0]!), 0.5, 1e-15, 'first');
  assertClose(Math.exp(logWeights[7]!), 0.5 / 23, 1e-15, 'later');
});

test('a run that is no longer than one period is not restarted', () => {
  assert.deepEqual(restartStarts({ every: 60, planned: 60 }), { starts: [0], logWeights: [0] });
  assert.deepEqual(restartStarts({ every: 0, planned: 600 }).starts, [0]);
  assert.deepEqual(restartStarts({ every: 60, planned: 61 }).starts, [0, 60]);
});
