import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intervalAt, intervalCount } from '../../../../src/analysis/intervals.ts';
import { planStandalone } from '../../../../src/faces/kayenta/format/plan-standalone.ts';

const AT = Date.parse('2026-01-15T10:00:00Z');
const MINUTE = 60_000;

function plan(request: object, scope: object = {}) {
  const scopes = [
    {
      scopeName: 'default',
      controlOffsetInMinutes: 0,
      step: 60,
      controlScope: 'a',
      experimentScope: 'b',
      ...scope,
    },
  ];
  const whole = { scopes, thresholds: { pass: 90, marginal: 70 }, ...request };
  const { window } = planStandalone(whole, { at: AT, minuteMs: MINUTE, maxIntervals: 1440 });
  const looks = Array.from({ length: intervalCount(window) }, (_, index) =>
    intervalAt(window, index + 1),
  );
  return looks.map(({ startAt, endAt, dueAt }) =>
    [startAt, endAt, dueAt].map((at) => (at === 0 ? 'at once' : (at - AT) / MINUTE)),
  );
}

test('the remainder of lifetime and interval is dropped; windows grow', () => {
  assert.deepEqual(plan({ lifetimeDurationMins: 50, analysisIntervalMins: 20 }), [
    [0, 20, 20],
    [0, 40, 40],
  ]);
});

test('an interval of 0, none, or beyond the lifetime means one look', () => {
  for (const analysisIntervalMins of [0, undefined, 90]) {
    assert.deepEqual(plan({ lifetimeDurationMins: 60, analysisIntervalMins }), [[0, 60, 60]]);
  }
});

test('a warm-up moves the windows; a lookback makes them slide, also before their start', () => {
  const timing = { lifetimeDurationMins: 20, analysisIntervalMins: 10, beginAfterMins: 5 };
  assert.deepEqual(plan(timing), [
    [5, 15, 15],
    [5, 25, 25],
  ]);
  assert.deepEqual(plan({ ...timing, lookbackMins: 15 }), [
    [0, 15, 15],
    [10, 25, 25],
  ]);
});

test('a start without an end anchors the windows there, while waits count from now', () => {
  const scope = { startTimeIso: '2026-01-15T09:00:00Z' };
  assert.deepEqual(plan({ lifetimeDurationMins: 20, analysisIntervalMins: 10 }, scope), [
    [-60, -50, 10],
    [-60, -40, 20],
  ]);
});

test('an end means the past: it beats the lifetime, nothing waits but a warm-up', () => {
  const scope = { startTimeIso: '2026-01-15T08:00:00Z', endTimeIso: '2026-01-15T08:30:30Z' };
  const timing = { lifetimeDurationMins: 500, analysisIntervalMins: 15 };
  assert.deepEqual(plan(timing, scope), [
    [-120, -105, 'at once'],
    [-120, -90, 'at once'],
  ]);
  assert.deepEqual(plan({ ...timing, beginAfterMins: 3 }, scope), [
    [-120, -105, 3],
    [-120, -90, 3],
  ]);
});

test('an end in the past without a start says that the start is missing', () => {
  const past = { endTimeIso: '2026-01-15T09:00:00Z' };
  assert.throws(
    () => plan({}, past),
    /is in the past, and without startTimeIso .*: give startTimeIso too/,
  );
  assert.throws(
    () => plan({}, { ...past, startTimeIso: '2026-01-15T09:30:00Z' }),
    /lifetime of the canary analysis must be at least a minute/,
  );
});
