import type { Series } from '../../model/series.ts';
import { indexAt, type Grid } from '../grid/grid.ts';
import { createMeasure, type Measure } from './scrape-measure.ts';
import type { PageAt } from './scrape-page.ts';
import {
  describeScrapeQuery,
  selectorsOf,
  type ScrapeQuery,
  type Selector,
} from './scrape-query.ts';

/** Readings before the grid that its first points look back on. */
export const LEAD_STEPS = 2;

/** The readings of one instance by grid point, `LEAD_STEPS` before the first one included. */
type Track = (PageAt | undefined)[];

/**
 * The series a query asks for, from what was read of its instances' pages. A value stands at the grid
 * point nearest to its reading. Rates, ratios and quantiles look at the growth since the reading before,
 * at most two steps back. Where a page could not be read there is a gap: in a sum of rates or gauges for
 * all, in ratios, quantiles and means for that instance only. Empty when no page has what is asked for.
 */
export function evaluateScrapes(
  query: ScrapeQuery,
  readings: ReadonlyMap<string, readonly PageAt[]>,
  grid: Grid,
): Series[] {
  const tracks = query.instances.map((url) => placeReadings(readings.get(url) ?? [], grid));
  if (!hasAll(tracks, selectorsOf(query.question))) return [];
  const measure = createMeasure(query.question, tracks.flat());
  const rows = tracks.map((track) =>
    Array.from({ length: grid.count }, (_, index) => partsAt(track, index + LEAD_STEPS, measure)),
  );
  const series = (tags: Record<string, string>, valueAt: (index: number) => number): Series => ({
    tags,
    startAt: grid.startAt,
    stepMs: grid.stepMs,
    values: Array.from({ length: grid.count }, (_, index) => finite(valueAt(index))),
    attributes: { query: describeScrapeQuery(query) },
  });
  if (query.aggregate === 'instance') {
    return rows.map((row, number) =>
      series({ instance: new URL(query.instances[number]!).host }, (index) =>
        valueOf(row[index], measure),
      ),
    );
  }
  const combine = query.aggregate === 'mean' ? meanOf : sumOf;
  return [
    series({}, (index) =>
      combine(
        rows.map((row) => row[index]),
        measure,
      ),
    ),
  ];
}

function placeReadings(readings: readonly PageAt[], grid: Grid): Track {
  const track: Track = Array.from({ length: grid.count + LEAD_STEPS }, () => undefined);
  for (const reading of readings) {
    const index = indexAt(grid, reading.at);
    const slot = index + LEAD_STEPS;
    if (slot < 0 || slot >= track.length) continue;
    const instant = grid.startAt + index * grid.stepMs;
    const rival = track[slot];
    if (rival === undefined || Math.abs(reading.at - instant) < Math.abs(rival.at - instant)) {
      track[slot] = reading;
    }
  }
  return track;
}

function hasAll(tracks: readonly Track[], selectors: readonly Selector[]): boolean {
  return selectors.every(({ name }) =>
    tracks.some((track) => track.some((page) => page?.present.includes(name) === true)),
  );
}

function partsAt(track: Track, slot: number, measure: Measure): number[] | undefined {
  const now = track[slot];
  return now && measure.parts(track[slot - 1] ?? track[slot - 2], now);
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
