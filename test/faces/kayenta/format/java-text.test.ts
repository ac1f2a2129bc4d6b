import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  doubleText,
  durationText,
  instantText,
} from '../../../../src/faces/kayenta/format/java-text.ts';

test('instants, durations and doubles are written as Java writes them', () => {
  assert.equal(instantText(1768471200000), '2026-01-15T10:00:00Z');
  assert.equal(instantText(1768471200120), '2026-01-15T10:00:00.120Z');
  assert.equal(instantText(Number.MAX_VALUE), '');
  const durations = { 0: 'PT0S', 3_600_000: 'PT1H', 5_400_000: 'PT1H30M', 86_400_000: 'PT24H' };
  for (const [ms, text] of Object.entries(durations)) assert.equal(durationText(Number(ms)), text);
  assert.equal(durationText(61_500), 'PT1M1.5S');
  assert.deepEqual([100, 83.33, 0].map(doubleText), ['100.0', '83.33', '0.0']);
});
