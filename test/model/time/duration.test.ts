import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../../src/model/time/duration.ts';

test('durations are read in the units people write', () => {
  assert.equal(parseDuration('90s'), 90_000);
  assert.equal(parseDuration('1h30m'), 5_400_000);
  assert.equal(parseDuration('250ms'), 250);
  assert.equal(parseDuration('0.5s'), 500);
  assert.equal(parseDuration('0s'), 0);
});

test('text that is no duration is not read as one', () => {
  for (const text of ['', '5', 'm', '5 m', '-5m', '5m!', 'x5m', '5mm']) {
    assert.equal(parseDuration(text), undefined, text);
  }
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), (ms) => {
      assert.equal(parseDuration(formatDuration(ms)), ms);
    }),
  );
});
