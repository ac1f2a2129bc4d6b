import { Fault } from '../../errors.ts';
import { formatDuration } from '../../model/time/duration.ts';
import type { Scope } from '../../model/scope.ts';
import type { SourceRemark } from '../source.ts';
import type { Grid } from './grid.ts';
import { gaps, put, type RangeSeries } from './range-series.ts';

type Window = Pick<Scope, 'startAt' | 'endAt' | 'stepSeconds'>;

/** Vendors tell times in whole milliseconds, so that equal ones may differ by this much. */
const ROUNDING_MS = 1;

/**
 * The half-open grid of sources that aggregate `[t, t + step)`: a window of exactly n steps has n buckets,
 * each named by its start. A bucket that ended after the window would hold only a part of its time, a count of 3
 * beside counts of 200, so there is none.
 */
export function bucketsOf({ startAt, endAt, stepSeconds }: Window): Grid {
  const stepMs = Math.round(stepSeconds * 1000);
  return { startAt, stepMs, count: Math.max(0, Math.floor((endAt - startAt) / stepMs)) };
}

/**
 * The buckets of vendors that cut time at multiples of the step since the epoch: those that lie in the window as a
 * whole, and a remark when that leaves some of the window out.
 */
export function epochBucketsOf(window: Window): { grid: Grid; remarks: SourceRemark[] } {
  const stepMs = Math.round(window.stepSeconds * 1000);
  const startAt = Math.ceil(window.startAt / stepMs) * stepMs;
  const endAt = Math.floor(window.endAt / stepMs) * stepMs;
  const grid = { startAt, stepMs, count: Math.max(0, (endAt - startAt) / stepMs) };
  if (startAt === window.startAt) return { grid, remarks: [] };
  const text = `the source cuts time at multiples of ${formatDuration(stepMs)}, so the window was read from ${new Date(startAt).toISOString()} to ${new Date(Math.max(startAt, endAt)).toISOString()}`;
  return { grid, remarks: [{ kind: 'warning', text }] };
}

/**
 * The values of buckets on their grid, gaps as NaN; order does not matter. `label`: whether the source names a
 * bucket by its start or its end. Nothing is rounded: a bucket that begins anywhere else holds events of another
 * time than the one it would be judged for, which is `source-answer`, with what to do.
 */
export function placeBuckets(
  points: RangeSeries['points'],
  grid: Grid,
  label: 'start' | 'end' = 'start',
): number[] {
  const values = gaps(grid);
  const filled = new Uint8Array(grid.count);
  const endAt = grid.startAt + grid.count * grid.stepMs;
  for (const [named, value] of points) {
    const at = label === 'start' ? named : named - grid.stepMs;
    const index = Math.round((at - grid.startAt) / grid.stepMs);
    const off = at - grid.startAt - index * grid.stepMs;
    if (at < grid.startAt - ROUNDING_MS) throw unaligned(at, grid, 'starts before the window');
    if (at + grid.stepMs > endAt + ROUNDING_MS) throw unaligned(at, grid, 'ends after the window');
    if (Math.abs(off) > ROUNDING_MS) {
      const by = formatDuration(Math.abs(Math.round(off)));
      throw unaligned(at, grid, `is ${by} off the steps of ${formatDuration(grid.stepMs)}`);
    }
    put(values, filled, { index, value, grid });
  }
  return values;
}

/**
 * Refuses an answer in longer steps than it was asked for, as some vendors give it where points would be too many:
 * its times lie on longer steps, and each of those has one. A few times far apart are no such answer.
 */
export function refuseCoarser(times: readonly number[], { stepMs, count }: Grid): void {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const every = sorted
    .slice(1)
    .map((time, index) => time - sorted[index]!)
    .reduce((known, step) => greatestDivisor(known, step), 0);
  const isDense = sorted.length >= Math.max(4, Math.floor((count * stepMs) / every));
  if (every <= stepMs || !isDense) return;
  const told = `every ${formatDuration(every)}, asked for ${formatDuration(stepMs)}`;
  throw new Fault('source-answer', `${told}; shorten the window or lengthen the step`);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function unaligned(at: number, { startAt }: Grid, what: string): Fault {
  const text = `a bucket ${new Date(at).toISOString()} that ${what}; align the query's buckets with the start of the window, ${new Date(startAt).toISOString()}`;
  return new Fault('source-answer', text);
}
