import type { ExponentialBuckets, PushedPoint } from '../../model/pushed/points.ts';

/** How many observations fell into each bucket alone, by its upper bound. */
export type BucketCounts = Map<number, number>;

type Distribution = Extract<PushedPoint, { kind: 'histogram' | 'exponential' }>;

export function isDistribution(point: PushedPoint): point is Distribution {
  return point.kind === 'histogram' || point.kind === 'exponential';
}

/**
 * The buckets of a point. Those of an exponential histogram are merged to those of `scale`, the coarsest among
 * the points that are compared: every bucket of a finer scale lies in one of a coarser one as a whole.
 */
export function bucketCounts(point: Distribution, scale: number): BucketCounts {
  const found: BucketCounts = new Map();
  const add = (bound: number, count: number) =>
    count > 0 && found.set(bound, (found.get(bound) ?? 0) + count);
  if (point.kind === 'histogram') {
    point.counts.forEach((count, index) => add(point.bounds[index] ?? Infinity, count));
    return found;
  }
  const { positive, negative, zeroCount } = point;
  const merged = 2 ** (point.scale - scale);
  const edge = (index: number) => 2 ** (index * 2 ** -scale);
  const place = ({ offset }: ExponentialBuckets['positive'], index: number) =>
    Math.floor((offset + index) / merged);
  negative.counts.forEach((count, index) => add(-edge(place(negative, index)), count));
  add(0, zeroCount);
  positive.counts.forEach((count, index) => add(edge(place(positive, index) + 1), count));
  return found;
}

export function coarsestScale(points: readonly PushedPoint[]): number {
  const scales = points.flatMap((point) => (point.kind === 'exponential' ? point.scale : []));
  return scales.reduce((least, scale) => Math.min(least, scale), Infinity);
}

export function totalOf(counts: BucketCounts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** At or below each of the bounds, which are ascending. */
export function cumulated(
  counts: BucketCounts,
  bounds: readonly number[],
): { bound: number; count: number }[] {
  const own = [...counts].sort(([a], [b]) => a - b);
  let next = 0;
  let count = 0;
  return bounds.map((bound) => {
    for (; next < own.length && own[next]![0] <= bound; next++) count += own[next]![1];
    return { bound, count };
  });
}
