/** One value of a series at its moment; a gap is NaN. */
export interface Point {
  at: number;
  value: number;
}

/** A series by the instant of its first value and its step. */
export interface Grid {
  startAt: number;
  stepMs: number;
  values: readonly number[];
}

/**
 * The points of a series that a line so many columns wide shows: first, lowest, highest and last of each. A gap
 * is kept only where it fills a whole column: a smaller one could not be seen.
 */
export function thinPoints({ startAt, stepMs, values }: Grid, columns: number): Point[] {
  const pointAt = (index: number) => ({ at: startAt + index * stepMs, value: values[index]! });
  if (values.length <= 2 * columns) return values.map((_, index) => pointAt(index));
  const size = values.length / columns;
  const points: Point[] = [];
  for (let column = 0; column < columns; column++) {
    const [from, to] = [Math.floor(column * size), Math.floor((column + 1) * size)];
    for (const index of keptOf(values, from, to)) points.push(pointAt(index));
  }
  return points;
}

/** Of the values from `from` up to `to`, in their order; the first gap where there is nothing else. */
function keptOf(values: readonly number[], from: number, to: number): Iterable<number> {
  let [first, lowest, highest, last] = [-1, -1, -1, -1];
  for (let index = from; index < to; index++) {
    const value = values[index]!;
    if (!Number.isFinite(value)) continue;
    if (first < 0) [first, lowest, highest] = [index, index, index];
    if (value < values[lowest]!) lowest = index;
    if (value > values[highest]!) highest = index;
    last = index;
  }
  if (first < 0) return [from];
  return new Set([first, Math.min(lowest, highest), Math.max(lowest, highest), last]);
}
