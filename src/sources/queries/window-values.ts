import type { Grid } from '../grid/grid.ts';

/**
 * The times of a window as most languages write them: `start` and `end` (ISO 8601, UTC), `start_ms`, `end_ms`,
 * `start_s`, `end_s`, and the step as `step_s` and `step_ms`. The end is where the last bucket ends.
 */
export function windowValues({ startAt, stepMs, count }: Grid): Map<string, string> {
  const endAt = startAt + count * stepMs;
  return new Map([
    ['start', new Date(startAt).toISOString()],
    ['end', new Date(endAt).toISOString()],
    ['start_ms', String(startAt)],
    ['end_ms', String(endAt)],
    ['start_s', String(startAt / 1000)],
    ['end_s', String(endAt / 1000)],
    ['step_s', String(stepMs / 1000)],
    ['step_ms', String(stepMs)],
  ]);
}
