import type { Series } from '../../model/series.ts';
import type { Grid } from '../grid/grid.ts';
import { createMeasure, type Measure } from './measure.ts';
import { selectorsOf, type Aggregate, type Question, type Selector } from './question.ts';
import type { Reading } from './reading.ts';

/** Readings before the grid that its first points look back on. */
export const LEAD_STEPS = 2;

/** The readings of one instance by grid point, `LEAD_STEPS` before the first one included. */
export interface Track {
  instance: string;
  readings: (Reading | undefined)[];
  /** Outside of these places the instance is not there, and its silence no gap; always there unless told. */
  fromSlot?: number;
  untilSlot?: number;
}

export function emptyReadings({ count }: Grid): Track['readings'] {
  return Array.from({ length: count + LEAD_STEPS }, () => undefined);
}

/**
 * The series a question asks for. Growth is since the reading before, at most two steps back. Where an instance
 * has no reading there is a gap: in a sum of rates, counts or gauges for all, in ratios, quantiles and means for
 * that instance only. Empty when none has what is asked for. `query` is told beside the series.
 */
export function evaluateTracks(
  question: Question,
  { aggregate, query }: { aggregate: Aggregate; query: string },
  tracks: readonly Track[],
  grid: Grid,
): Series[] {
  if (!hasAll(tracks, selectorsOf(question))) return [];
  const measure = createMeasure(
    question,
    tracks.flatMap(({ readings }) => readings),
  );
  const rows = tracks.map(({ readings }) =>
    Array.from({ length: grid.count }, (_, index) =>
      partsAt(readings, index + LEAD_STEPS, measure),
    ),
  );
  const series = (tags: Record<string, string>, valueAt: (index: number) => number): Series => ({
    tags,
    startAt: grid.startAt,
    stepMs: grid.stepMs,
    values: Array.from({ length: grid.count }, (_, index) => finite(valueAt(index))),
    attributes: { query },
  });
  if (aggregate === 'instance') {
    return rows.map((row, number) =>
      series({ instance: tracks[number]!.instance }, (index) => valueOf(row[index], measure)),
    );
  }
  const combine = aggregate === 'mean' ? meanOf : sumOf;
  return [
    series({}, (index) =>
      combine(
        rows
          .filter((_, number) => isThere(tracks[number]!, index + LEAD_STEPS))
          .map((row) => row[index]),
        measure,
      ),
    ),
  ];
}

function isThere({ fromSlot = -Infinity, untilSlot = Infinity }: Track, slot: number): boolean {
  return fromSlot <= slot && slot <= untilSlot;
}

function hasAll(tracks: readonly Track[], selectors: readonly Selector[]): boolean {
  return selectors.every(({ name }) =>
    tracks.some(({ readings }) =>
      readings.some((reading) => reading?.present.includes(name) === true),
    ),
  );
}

function partsAt(
  readings: Track['readings'],
  slot: number,
  measure: Measure,
): number[] | undefined {
  const now = readings[slot];
  return now && measure.parts(readings[slot - 1] ?? readings[slot - 2], now);
}

function valueOf(parts: number[] | undefined, measure: Measure): number {
  return parts === undefined ? NaN : measure.value(parts);
}

function sumOf(all: readonly (number[] | undefined)[], measure: Measure): number {
  const given = all.filter((parts) => parts !== undefined);
  if (given.length === 0 || (given.length < all.length && !measure.partial)) return NaN;
  return measure.value(
    given[0]!.map((_, part) => given.reduce((sum, parts) => sum + parts[part]!, 0)),
  );
}

function meanOf(all: readonly (number[] | undefined)[], measure: Measure): number {
  const values = all
    .map((parts) => valueOf(parts, measure))
    .filter((value) => !Number.isNaN(value));
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A ratio over nothing says nothing, and an infinite one would swamp every mean. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}
