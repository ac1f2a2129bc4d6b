import { Fault } from '../../errors.ts';
import type { SourceRemark } from '../source.ts';
import { indexAt, type Grid } from './grid.ts';

/** One series as answered: instants in epoch milliseconds, in any order. */
export interface RangeSeries {
  tags: Record<string, string>;
  points: [at: number, value: number][];
  /** Where the answer tells it. */
  stepMs?: number;
}

export interface RangeAnswer {
  series: RangeSeries[];
  remarks: SourceRemark[];
}

/**
 * The values of a series on the grid, gaps as NaN. Order does not matter; instants between two grid
 * points go to the nearer one. Two different values for one grid point, or an instant outside the
 * window, mean that the answer is not to this question: `source-answer`.
 */
export function placeOnGrid(points: RangeSeries['points'], grid: Grid): number[] {
  const values = gaps(grid);
  const filled = new Uint8Array(grid.count);
  for (const [at, value] of points) {
    const index = indexAt(grid, at);
    if (index < 0 || index >= grid.count) {
      throw wrong(`a value for ${new Date(at).toISOString()}, which is outside the window`);
    }
    put(values, filled, { index, value, grid });
  }
  return values;
}

/** As many gaps as the grid has points. */
export function gaps({ count }: Grid): number[] {
  const values: number[] = [];
  while (values.length < count) values.push(NaN);
  return values;
}

/** Writes one value; two different ones for one place are a fault. */
export function put(
  values: number[],
  filled: Uint8Array,
  { index, value, grid }: { index: number; value: number; grid: Grid },
): void {
  if (filled[index] === 1 && !Object.is(values[index], value)) {
    throw wrong(`two values for ${new Date(grid.startAt + index * grid.stepMs).toISOString()}`);
  }
  filled[index] = 1;
  values[index] = value;
}

/** Each instant once, ascending. */
export function inOrder(points: RangeSeries['points']): RangeSeries['points'] {
  return [...new Map(points)].sort(([a], [b]) => a - b);
}

/** A grid in parts of at most so many points, for servers that give no more to one request. */
export function splitGrid({ startAt, stepMs, count }: Grid, maxPoints: number): Grid[] {
  const parts: Grid[] = [];
  for (let first = 0; first < count; first += maxPoints) {
    const size = Math.min(maxPoints, count - first);
    parts.push({ startAt: startAt + first * stepMs, stepMs, count: size });
  }
  return parts;
}

/** The same labels in two parts of an answer are one series, in the order of first appearance. */
export function joinSeries(answers: readonly { series: RangeSeries[] }[]): RangeSeries[] {
  const joined = new Map<string, RangeSeries>();
  for (const answer of answers) {
    for (const one of answer.series) {
      const key = keyOfTags(one.tags);
      const known = joined.get(key);
      const isNew = known === undefined;
      joined.set(key, isNew ? one : { ...known, points: [...known.points, ...one.points] });
    }
  }
  return [...joined.values()];
}

/** Equal for equal labels in whatever order. */
export function keyOfTags(tags: Record<string, string>): string {
  return JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function wrong(what: string): Fault {
  return new Fault('source-answer', what);
}
