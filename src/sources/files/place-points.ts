import { Fault } from '../../errors.ts';
import type { Series } from '../../model/series.ts';

export interface Point {
  at: number;
  value: number;
  /** Where it stands in the file, for fault texts. */
  place: string;
}

/** The points of one series, in any order. */
export interface Collected {
  metric: string;
  tags: Record<string, string>;
  points: Point[];
}

export type SeriesByMetric = Record<string, Series[]>;

export const MAX_POINTS = 1_000_000;
/** Step of values that come without times, and of a single point. */
export const DEFAULT_STEP_MS = 60_000;

/**
 * Places points on the grid of their own times: the step is the smallest distance of two, holes become NaN. Faults
 * `invalid-request`, naming the place, for a repeated time and for times that lie on no common grid.
 */
export function placePoints(collected: Iterable<Collected>): SeriesByMetric {
  const byMetric = new Map<string, Series[]>();
  for (const one of collected) {
    byMetric.set(one.metric, [...(byMetric.get(one.metric) ?? []), toSeries(one)]);
  }
  return Object.fromEntries(byMetric);
}

function toSeries({ metric, tags, points }: Collected): Series {
  const sorted = points.toSorted((a, b) => a.at - b.at);
  const startAt = sorted[0]?.at ?? 0;
  const stepMs = stepOf(sorted, metric);
  const count = sorted.length === 0 ? 0 : (sorted.at(-1)!.at - startAt) / stepMs + 1;
  if (count > MAX_POINTS) {
    throw wrong(
      `metric "${metric}"`,
      `has ${count} points at a step of ${stepMs} ms, more than ${MAX_POINTS}`,
    );
  }
  const values = Array.from({ length: count }, () => NaN);
  for (const { at, value } of sorted) values[(at - startAt) / stepMs] = value;
  return { tags, startAt, stepMs, values, attributes: {} };
}

/** The smallest distance of two neighbours, of which all other distances must be multiples. */
function stepOf(sorted: readonly Point[], metric: string): number {
  const distances = sorted.slice(1).map((point, index) => point.at - sorted[index]!.at);
  const repeated = distances.indexOf(0);
  if (repeated !== -1) {
    const [first, second] = [sorted[repeated]!, sorted[repeated + 1]!];
    throw wrong(second.place, `repeats the time of ${first.place} for metric "${metric}"`);
  }
  const step = distances.reduce((least, distance) => Math.min(least, distance), Infinity);
  if (step === Infinity) return DEFAULT_STEP_MS;
  const odd = distances.findIndex((distance) => distance % step !== 0);
  if (odd === -1) return step;
  const why = `is ${distances[odd]} ms after the time before, no multiple of the step of ${step} ms`;
  throw wrong(sorted[odd + 1]!.place, `${why}; give times on one grid`);
}

export function wrong(who: string, why: string): Fault {
  return new Fault('invalid-request', `${who} ${why}`);
}
