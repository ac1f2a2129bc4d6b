import type { Grid } from '../grid/grid.ts';
import type { RangeSeries } from '../grid/range-series.ts';

/** Instants are answered in seconds with three decimals, so that equal ones may differ by this much. */
const ROUNDING_MS = 1;

/**
 * By how many milliseconds, less than one step, a server moved all instants of its answer against those
 * that were asked for: -20,000 when it began 20 s earlier, 0 when it did not, or when its instants differ
 * from the grid by different amounts.
 *
 * VictoriaMetrics (from 50 points on, so that its cache is hit) and Mimir with `align_queries_with_step`
 * round a window down to a multiple of the step. Anybody else's way is guessed from what fits the window.
 */
export function moveOf(series: readonly RangeSeries[], grid: Grid): number {
  const first = series.find(({ points }) => points.length > 0)?.points[0]![0];
  if (first === undefined) return 0;
  const { startAt, stepMs } = grid;
  const late = modulo(first - startAt, stepMs);
  if (Math.min(late, stepMs - late) <= ROUNDING_MS) return 0; // most answers end here
  const instants = new Set<number>();
  for (const { points } of series) for (const [at] of points) instants.add(at);
  const areAll = (isSo: (at: number) => boolean): boolean => [...instants].every(isSo);
  if (!areAll((at) => isMultiple(at - first, stepMs))) return 0;
  const [earlier, later] = [late - stepMs, late];
  if (areAll((at) => isMultiple(at, stepMs))) return earlier;
  if (instants.size === 1) return 0; // one instant is no pattern: it goes to the nearest grid point
  const endAt = startAt + (grid.count - 1) * stepMs;
  const fits = (move: number) => areAll((at) => at - move >= startAt && at - move <= endAt);
  const nearer = -earlier < later ? earlier : later;
  return [nearer, earlier, later].find(fits) ?? 0;
}

/** The same points at the instants that were asked for. */
export function moveBack(series: readonly RangeSeries[], moveMs: number): RangeSeries[] {
  return series.map(({ tags, points }) => ({
    tags,
    points: points.map(([at, value]) => [at - moveMs, value]),
  }));
}

function isMultiple(ms: number, stepMs: number): boolean {
  const rest = modulo(ms, stepMs);
  return Math.min(rest, stepMs - rest) <= ROUNDING_MS;
}

function modulo(ms: number, stepMs: number): number {
  return ((ms % stepMs) + stepMs) % stepMs;
}
