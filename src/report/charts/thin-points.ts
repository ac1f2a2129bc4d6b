/** One value of a series at its moment; a gap is NaN. */
export interface Point {
  at: number;
  value: number;
}

/**
 * Keeps first, lowest, highest and last point of each column, which draws the same line at that width. A gap
 * is kept only where it fills a whole column: a smaller one could not be seen.
 */
export function thinPoints(points: readonly Point[], columns: number): readonly Point[] {
  if (points.length <= 2 * columns) return points;
  const size = points.length / columns;
  return Array.from({ length: columns }, (_, column) =>
    thinColumn(points.slice(Math.floor(column * size), Math.floor((column + 1) * size))),
  ).flat();
}

function thinColumn(points: readonly Point[]): readonly Point[] {
  const drawn = points.filter(({ value }) => Number.isFinite(value));
  if (drawn.length === 0) return points.slice(0, 1);
  const lowest = drawn.reduce((best, point) => (point.value < best.value ? point : best));
  const highest = drawn.reduce((best, point) => (point.value > best.value ? point : best));
  const kept = new Set([drawn[0]!, lowest, highest, drawn.at(-1)!]);
  return drawn.filter((point) => kept.has(point));
}
