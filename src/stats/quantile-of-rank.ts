/**
 * The value below which a share of a population lies, as estimated from a sample of it: Hyndman-Fan type 6.
 *
 * Definition: with h = (n + 1) * share, linear interpolation between the order statistics around h
 * (counted from 1); h < 1 gives the minimum, h >= n the maximum. For small samples its tails lie further out
 * than those of type 7 (`quantile`): of 3 values the 0.9 quantile is the maximum.
 * Edge cases: NaN for an empty sample, the value itself for a sample of one.
 * Source: Keptn, lighthouse-service, `calculatePercentile`; Hyndman & Fan (1996).
 *
 * @param sorted ascending, without NaN
 * @param share 0 to 1, for example 0.9
 */
export function quantileOfRank(sorted: Float64Array, share: number): number {
  const n = sorted.length;
  if (n === 0) return Number.NaN;
  const h = (n + 1) * share;
  if (h < 1) return sorted[0]!;
  if (h >= n) return sorted[n - 1]!;
  const below = Math.floor(h);
  const lower = sorted[below - 1]!;
  return lower + (h - below) * (sorted[below]! - lower);
}
