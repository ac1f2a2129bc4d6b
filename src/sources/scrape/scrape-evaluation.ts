import type { Series } from '../../model/series.ts';
import { indexAt, type Grid } from '../grid/grid.ts';
import { emptyReadings, evaluateTracks, LEAD_STEPS, type Track } from '../readings/evaluation.ts';
import type { PageAt } from './scrape-page.ts';
import { describeScrapeQuery, type ScrapeQuery } from './scrape-query.ts';

/**
 * The series a query asks for, from what was read of its instances' pages. A value stands at the grid
 * point nearest to its reading.
 */
export function evaluateScrapes(
  query: ScrapeQuery,
  readings: ReadonlyMap<string, readonly PageAt[]>,
  grid: Grid,
): Series[] {
  const tracks = query.instances.map((url) => ({
    instance: new URL(url).host,
    readings: placeReadings(readings.get(url) ?? [], grid),
  }));
  const { question, aggregate } = query;
  return evaluateTracks(question, { aggregate, query: describeScrapeQuery(query) }, tracks, grid);
}

function placeReadings(readings: readonly PageAt[], grid: Grid): Track['readings'] {
  const placed = emptyReadings(grid);
  for (const reading of readings) {
    const index = indexAt(grid, reading.at);
    const slot = index + LEAD_STEPS;
    if (slot < 0 || slot >= placed.length) continue;
    const instant = grid.startAt + index * grid.stepMs;
    const rival = placed[slot];
    if (rival === undefined || Math.abs(reading.at - instant) < Math.abs(rival.at - instant)) {
      placed[slot] = reading;
    }
  }
  return placed;
}
