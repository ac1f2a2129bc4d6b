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

test('longer runs restart more rarely, so that a sample costs the same in each', () => {
  const day = restartStarts({ every: 30, planned: 1440 });
  assert.deepEqual([day.starts.length, day.starts[1]], [48, 30]);
  for (const planned of [1441, 10_080, 40_000, 100_000]) {
    const { starts } = restartStarts({ every: 30, planned });
    assert.ok(starts.length <= 48 && starts.length > 40, `${planned}: ${starts.length}`);
    assert.ok(starts.at(-1)! < planned);
  }
});

test('a run that is no longer than one period is not restarted', () => {
  assert.deepEqual(restartStarts({ every: 60, planned: 60 }), { starts: [0], logWeights: [0] });
  assert.deepEqual(restartStarts({ every: 0, planned: 600 }).starts, [0]);
  assert.deepEqual(restartStarts({ every: 60, planned: 61 }).starts, [0, 60]);
});
