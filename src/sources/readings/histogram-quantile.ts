/** A cumulative bucket: how many observations were at or below `bound`. */
export interface Bucket {
  bound: number;
  count: number;
}

/**
 * Estimates a quantile from cumulative buckets as Prometheus' `histogram_quantile` does: linear within
 * the bucket the rank falls into, from 0 in the first one; the highest finite bound when it falls into
 * the last. NaN without observations, without a `+Inf` bucket, or with fewer than two buckets. Counts
 * that fall with rising bounds (pages read in mid-update) are lifted to the one before; those of the same
 * bound, which one service wrote as `1` and another as `1.0`, are added up.
 */
export function histogramQuantile(quantile: number, unordered: readonly Bucket[]): number {
  const buckets = rising(coalesce(unordered.toSorted((a, b) => a.bound - b.bound)));
  const last = buckets.at(-1);
  const second = buckets.at(-2);
  if (last?.bound !== Infinity || second === undefined || last.count === 0) return NaN;
  const rank = quantile * last.count;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[index];
  if (bucket === undefined || bucket === last) return second.bound;
  const below = buckets[index - 1] ?? { bound: Math.min(0, bucket.bound), count: 0 };
  if (bucket.count === below.count) return below.bound;
  return (
    below.bound +
    ((bucket.bound - below.bound) * (rank - below.count)) / (bucket.count - below.count)
  );
}

function coalesce(ascending: readonly Bucket[]): Bucket[] {
  const joined = new Map<number, Bucket>();
  for (const { bound, count } of ascending) {
    joined.set(bound, { bound, count: count + (joined.get(bound)?.count ?? 0) });
  }
  return [...joined.values()];
}

function rising(buckets: readonly Bucket[]): Bucket[] {
  let highest = 0;
  return buckets.map(({ bound, count }) => ({
    bound,
    count: (highest = Math.max(highest, count)),
  }));
}
