import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isDelivered, nextAttemptAt } from '../../src/webhooks/retry-schedule.ts';

const HOUR = 3_600_000;
const NO_JITTER = 0.5;

test('the waits are those of the schedule, and the twelfth failure is the last', () => {
  const waits = Array.from({ length: 12 }, (_, index) =>
    nextAttemptAt({ number: index + 1, endedAt: 0, status: 500 }, NO_JITTER),
  );
  assert.deepEqual(waits, [
    5000,
    30_000,
    120_000,
    600_000,
    1_800_000,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
    'dead',
  ]);
});

test('jitter spreads a wait by at most 20 % to either side', () => {
  assert.equal(nextAttemptAt({ number: 1, endedAt: 1000 }, 0), 1000 + 4000);
  const attempt = fc.integer({ min: 1, max: 11 });
  fc.assert(
    fc.property(
      attempt,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (number, random) => {
        const exact = Number(nextAttemptAt({ number, endedAt: 0 }, NO_JITTER));
        const jittered = Number(nextAttemptAt({ number, endedAt: 0 }, random));
        assert.ok(Math.abs(jittered - exact) <= 0.2 * exact + 1);
      },
    ),
  );
});

test('Retry-After postpones an attempt, never brings it forward, and at most a day', () => {
  const failed = { number: 1, endedAt: 0, status: 429 };
  assert.equal(nextAttemptAt({ ...failed, retryAfterMs: 60_000 }, NO_JITTER), 60_000);
  assert.equal(nextAttemptAt({ ...failed, retryAfterMs: 1 }, NO_JITTER), 5000);
  assert.equal(nextAttemptAt({ ...failed, retryAfterMs: 1000 * HOUR }, NO_JITTER), 24 * HOUR);
});

test('410 ends a delivery at its first attempt; only 2xx delivers', () => {
  assert.equal(nextAttemptAt({ number: 1, endedAt: 0, status: 410 }, NO_JITTER), 'dead');
  assert.deepEqual([200, 204, 299].map(isDelivered), [true, true, true]);
  assert.deepEqual(
    [undefined, 199, 301, 302, 400, 410, 500].map((status) => isDelivered(status)),
    Array<boolean>(7).fill(false),
  );
});
