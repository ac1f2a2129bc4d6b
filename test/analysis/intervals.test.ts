import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  concludingInterval,
  intervalAt,
  intervalBefore,
  intervalCount,
  parseWindow,
} from '../../src/analysis/intervals.ts';
import type { Window } from '../../src/model/time/window.ts';

const limits = { maxPoints: 10_000, maxIntervals: 500 };
const NOW = Date.parse('2026-01-15T10:00:00Z');
const MINUTE = 60_000;

function windowOf(wire: Parameters<typeof parseWindow>[0]): Window {
  const window = parseWindow(wire, NOW, limits);
  assert.ok(!Array.isArray(window), JSON.stringify(window));
  return window;
}

function pointersOf(wire: Parameters<typeof parseWindow>[0]): string[] {
  const violations = parseWindow(wire, NOW, limits);
  assert.ok(Array.isArray(violations));
  return violations.map(({ pointer }) => pointer);
}

test('a window in the past is one look that is due at once', () => {
  const window = windowOf({
    start: '2026-01-15T08:00:00Z',
    end: '2026-01-15T09:00:00Z',
    step: '30s',
  });
  assert.equal(intervalCount(window), 1);
  assert.deepEqual(intervalAt(window, 1), {
    index: 1,
    startAt: NOW - 120 * MINUTE,
    endAt: NOW - 60 * MINUTE,
    dueAt: 0,
  });
  assert.equal(window.stepSeconds, 30);
});

test('in real time the window grows from the end of the warm-up', () => {
  const window = windowOf({ duration: '30m', interval: '10m', warmup: '5m', settle: '30s' });
  assert.equal(intervalCount(window), 3);
  assert.deepEqual(intervalAt(window, 2), {
    index: 2,
    startAt: NOW + 5 * MINUTE,
    endAt: NOW + 25 * MINUTE,
    dueAt: NOW + 25 * MINUTE + 30_000,
  });
});

test('with a lookback the window slides, and never reaches into the warm-up', () => {
  const window = windowOf({ duration: '30m', interval: '10m', warmup: '5m', lookback: '15m' });
  assert.equal(intervalAt(window, 1).startAt, NOW + 5 * MINUTE);
  assert.equal(intervalAt(window, 3).startAt, NOW + 20 * MINUTE);
});

test('the remainder of duration and interval is dropped', () => {
  assert.equal(intervalCount(windowOf({ duration: '50m', interval: '20m' })), 2);
});

test('waits may be counted from another moment than the window, or not at all', () => {
  const window = windowOf({ duration: '20m', interval: '10m' });
  assert.ok(window.kind === 'realtime');
  const later = intervalAt({ ...window, clockStartAt: NOW + 60 * MINUTE }, 2);
  assert.deepEqual([later.endAt, later.dueAt], [NOW + 20 * MINUTE, NOW + 80 * MINUTE]);
  assert.equal(intervalAt({ ...window, clockStartAt: 0 }, 2).dueAt, 0);
});

test('a window that can never work is refused with the place', () => {
  assert.deepEqual(pointersOf({}), ['']);
  assert.deepEqual(pointersOf({ duration: '5m', end: '2026-01-15T09:00:00Z' }), ['/end']);
  assert.deepEqual(pointersOf({ end: '2026-01-15T09:00:00Z', warmup: '5m' }), [
    '/warmup',
    '/start',
  ]);
  assert.deepEqual(pointersOf({ start: '2026-01-15T09:00:00Z', end: '2026-01-15T09:00:00Z' }), [
    '/end',
  ]);
  assert.deepEqual(pointersOf({ duration: '0s' }), ['/duration', '/interval', '/step']);
  assert.deepEqual(pointersOf({ duration: '5m', interval: '10m' }), ['/interval']);
  assert.deepEqual(pointersOf({ duration: '10m', step: '0s' }), ['/step']);
  assert.deepEqual(pointersOf({ duration: '100h', interval: '1m' }), ['/interval']);
  assert.deepEqual(pointersOf({ duration: '10d', step: '1s' }), ['/step']);
  assert.deepEqual(pointersOf({ start: '2026-01-15T09:00:00Z', end: '2026-01-15T09:00:30Z' }), [
    '/step',
  ]);
});

test('looks follow each other without gaps or overlap in time', () => {
  const minutes = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(minutes, minutes, (interval, factor) => {
      const window = windowOf({ duration: `${interval * factor}m`, interval: `${interval}m` });
      for (let index = 1; index < intervalCount(window); index += 1) {
        assert.equal(
          intervalAt(window, index + 1).endAt - intervalAt(window, index).endAt,
          interval * MINUTE,
        );
        assert.equal(intervalAt(window, index).startAt, NOW);
      }
      assert.equal(
        intervalAt(window, intervalCount(window)).endAt,
        NOW + interval * factor * MINUTE,
      );
    }),
  );
});

test('the time before the rollout ends where the clock of the analysis starts', () => {
  const fixed = windowOf({
    start: '2026-01-15T08:00:00Z',
    end: '2026-01-15T09:00:00Z',
    before: '2h',
  });
  const at = { index: 0, dueAt: 0 };
  assert.deepEqual(intervalBefore(fixed), {
    ...at,
    startAt: NOW - 240 * MINUTE,
    endAt: NOW - 120 * MINUTE,
  });
  const live = windowOf({ duration: '30m', warmup: '5m', before: '1h' });
  assert.deepEqual(intervalBefore(live), { ...at, startAt: NOW - 60 * MINUTE, endAt: NOW });
  assert.equal(intervalBefore(windowOf({ duration: '30m' })), undefined);
  assert.equal(intervalBefore(windowOf({ duration: '30m', before: '0s' })), undefined);
});

test('the time before the rollout has its own limit of points', () => {
  assert.deepEqual(pointersOf({ duration: '30m', before: '200h' }), ['/before']);
});

test('a look that is brought forward ends at the newest step that has settled', () => {
  const minute = 60_000;
  const window = {
    kind: 'realtime',
    startAt: 0,
    durationMs: 60 * minute,
    intervalMs: 30 * minute,
    warmupMs: 5 * minute,
    lookbackMs: 0,
    settleMs: 2 * minute,
    stepSeconds: 60,
    stopOnFail: true,
  } as const;
  const spans = [0, 6, 12.5, 80].map((at) => {
    const { startAt, endAt, dueAt } = concludingInterval(window, 1, at * minute);
    assert.equal(dueAt, at * minute);
    return [startAt / minute, endAt / minute];
  });
  assert.deepEqual(spans, [
    [5, 6],
    [5, 6],
    [5, 10],
    [5, 65],
  ]);
  const sliding = concludingInterval({ ...window, lookbackMs: 3 * minute }, 2, 47 * minute);
  assert.deepEqual([sliding.startAt / minute, sliding.endAt / minute], [42, 45]);
});
