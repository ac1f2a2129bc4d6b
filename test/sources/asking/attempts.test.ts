import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warnOfAttempts } from '../../../src/sources/asking/attempts.ts';

test('attempts that do not fit into the deadline are told with what would', () => {
  const accounts = [{ name: 'a' }, { name: 'b', attempts: 8 }, { name: 'c', attempts: 10 }];
  assert.deepEqual(warnOfAttempts(accounts, 120_000), [
    'account "c": its 10 attempts wait 151 s between them, and limits.executionDeadline is 120 s, so the last are never made: set its attempts to 8 at most, or a deadline of more than 151 s',
  ]);
  assert.deepEqual(warnOfAttempts(accounts, 152_000), []);
  assert.match(warnOfAttempts([{ name: 'd', attempts: 2 }], 500)[0]!, /to 1 at most/);
});
