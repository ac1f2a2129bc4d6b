import type { Violation } from '../errors.ts';
import { CONFIG_DEFAULTS, durationOf } from '../model/native-format.ts';
import { parseMoment } from '../model/time/moment.ts';
import type { FixedWindow, Interval, RealTimeWindow, Window } from '../model/time/window.ts';
import type { components } from '../openapi.d.ts';

type WireWindow = components['schemas']['WindowRequest'];

const REAL_TIME_ONLY = ['interval', 'warmup', 'lookback', 'settle', 'stopOnFail'] as const;

export interface WindowLimits {
  /** Most points of one series. */
  maxPoints: number;
  /** Most intervals of one analysis. */
  maxIntervals: number;
}

/** Reads a window that has passed the contract's schema; every rule it breaks otherwise. `now` is what its moments count from. */
export function parseWindow(
  wire: WireWindow,
  now: number,
  limits: WindowLimits,
): Window | Violation[] {
  const violations = checkForm(wire);
  if (violations.length > 0) return violations;
  const window =
    wire.duration === undefined ? fixedWindow(wire, now) : realTimeWindow(wire, wire.duration, now);
  const broken = window.kind === 'fixed' ? checkFixed(window) : checkRealTime(window, limits);
  if (broken.length === 0) broken.push(...checkPoints(window, limits));
  return broken.length > 0 ? broken : window;
}

/** How many looks a window has: the remainder of duration and interval is dropped, as Kayenta does. */
export function intervalCount(window: Window): number {
  return window.kind === 'fixed' ? 1 : Math.floor(window.durationMs / window.intervalMs);
}

/** The time before the rollout, where a window reads it: up to where the warm-up begins. */
export function intervalBefore(window: Window): Interval | undefined {
  const { startAt, beforeMs = 0 } = window;
  if (beforeMs <= 0) return undefined;
  return { index: 0, startAt: startAt - beforeMs, endAt: startAt, dueAt: 0 };
}

/** The look with the given number, from 1. */
export function intervalAt(window: Window, index: number): Interval {
  if (window.kind === 'fixed') {
    const { startAt, endAt, settleMs = 0 } = window;
    return { index, startAt, endAt, dueAt: settleMs === 0 ? 0 : endAt + settleMs };
  }
  const judgedFrom = window.startAt + window.warmupMs;
  const endAt = judgedFrom + index * window.intervalMs;
  const startAt = startOf(window, endAt);
  const waited = window.warmupMs + index * window.intervalMs + window.settleMs;
  const clockAt = window.clockStartAt === 0 ? 0 : (window.clockStartAt ?? window.startAt) + waited;
  const dueAt = Math.max(clockAt, window.notBefore ?? 0);
  return { index, startAt, endAt, dueAt };
}

/** Begin of the look that ends at `endAt`. */
function startOf(window: RealTimeWindow, endAt: number): number {
  const judgedFrom = window.startAt + window.warmupMs;
  if (window.lookbackMs <= 0) return judgedFrom;
  const slidingFrom = endAt - window.lookbackMs;
  return window.lookbackBeforeStart === true ? slidingFrom : Math.max(judgedFrom, slidingFrom);
}

/**
 * The look with the given number, brought forward: up to the newest step whose data have settled at `at`, one step at
 * least, and never beyond the end of the window.
 */
export function concludingInterval(window: Window, index: number, at: number): Interval {
  if (window.kind === 'fixed') return { ...intervalAt(window, index), dueAt: at };
  const judgedFrom = window.startAt + window.warmupMs;
  const stepMs = window.stepSeconds * 1000;
  const steps = Math.max(1, Math.floor((at - window.settleMs - judgedFrom) / stepMs));
  const lastEndAt = intervalAt(window, intervalCount(window)).endAt;
  const endAt = Math.min(judgedFrom + steps * stepMs, lastEndAt);
  return { index, startAt: startOf(window, endAt), endAt, dueAt: at };
}

function checkForm(wire: WireWindow): Violation[] {
  if (wire.duration === undefined && wire.end === undefined) {
    return [
      {
        pointer: '',
        message: 'needs `start` and `end` for a window in the past, or `duration` for real time',
      },
    ];
  }
  if (wire.duration !== undefined && wire.end !== undefined) {
    return [
      {
        pointer: '/end',
        message: 'goes with a window in the past; leave it out beside `duration`',
      },
    ];
  }
  if (wire.duration !== undefined) return [];
  const violations: Violation[] = REAL_TIME_ONLY.filter((field) => wire[field] !== undefined).map(
    (field) => ({
      pointer: `/${field}`,
      message: 'goes with `duration`; leave it out for a window in the past',
    }),
  );
  if (wire.start === undefined)
    violations.push({ pointer: '/start', message: 'is required beside `end`' });
  return violations;
}

function fixedWindow(wire: WireWindow, now: number): FixedWindow {
  return {
    kind: 'fixed',
    startAt: momentOf(wire.start, now),
    endAt: momentOf(wire.end, now),
    stepSeconds: stepSecondsOf(wire),
    ...beforeOf(wire),
  };
}

/** One that has passed the contract's format; now when left out. */
function momentOf(text: string | undefined, now: number): number {
  return parseMoment(text ?? 'now', now) ?? now;
}

function beforeOf({ before }: WireWindow): Pick<Window, 'beforeMs'> {
  return before === undefined ? {} : { beforeMs: durationOf(before) };
}

function realTimeWindow(wire: WireWindow, duration: string, now: number): RealTimeWindow {
  const durationMs = durationOf(duration);
  const optional = (text: string | undefined) => (text === undefined ? 0 : durationOf(text));
  return {
    kind: 'realtime',
    startAt: momentOf(wire.start, now),
    durationMs,
    intervalMs: wire.interval === undefined ? durationMs : durationOf(wire.interval),
    warmupMs: optional(wire.warmup),
    lookbackMs: optional(wire.lookback),
    settleMs: optional(wire.settle),
    stepSeconds: stepSecondsOf(wire),
    ...beforeOf(wire),
    stopOnFail: wire.stopOnFail ?? true,
  };
}

function stepSecondsOf(wire: WireWindow): number {
  return (wire.step === undefined ? CONFIG_DEFAULTS.stepMs : durationOf(wire.step)) / 1000;
}

function checkFixed(window: FixedWindow): Violation[] {
  if (window.endAt > window.startAt) return checkStep(window);
  return [{ pointer: '/end', message: 'must be after `start`' }];
}

function checkRealTime(window: RealTimeWindow, limits: WindowLimits): Violation[] {
  const violations = checkStep(window);
  if (window.durationMs <= 0)
    violations.push({ pointer: '/duration', message: 'must be longer than 0s' });
  if (window.intervalMs <= 0 || window.intervalMs > window.durationMs) {
    violations.push({
      pointer: '/interval',
      message: 'must be longer than 0s and not longer than `duration`',
    });
  } else if (intervalCount(window) > limits.maxIntervals) {
    const message = `makes ${intervalCount(window)} looks; at most ${limits.maxIntervals} are allowed: use a longer interval`;
    violations.push({ pointer: '/interval', message });
  }
  if (window.intervalMs < window.stepSeconds * 1000) {
    violations.push({ pointer: '/step', message: 'must not be longer than `interval`' });
  }
  return violations;
}

function checkStep(window: Window): Violation[] {
  return window.stepSeconds > 0 ? [] : [{ pointer: '/step', message: 'must be longer than 0s' }];
}

function checkPoints(window: Window, limits: WindowLimits): Violation[] {
  const lastLook = intervalAt(window, intervalCount(window));
  const points = (lastLook.endAt - lastLook.startAt) / (window.stepSeconds * 1000);
  if (points < 1) return [{ pointer: '/step', message: 'must not be longer than the window' }];
  const earlier = (window.beforeMs ?? 0) / (window.stepSeconds * 1000);
  if (earlier > limits.maxPoints) {
    const message = `makes ${Math.floor(earlier)} points a series; at most ${limits.maxPoints} are allowed`;
    return [{ pointer: '/before', message }];
  }
  if (points <= limits.maxPoints) return [];
  const message = `makes ${Math.floor(points)} points a series; at most ${limits.maxPoints} are allowed: use a longer step`;
  return [{ pointer: '/step', message }];
}
