/**
 * The value below which a share of a sample lies: Hyndman-Fan type 7, the default of R.
 *
 * Definition: with h = 1 + (n - 1) * share, linear interpolation between the order statistics
 * around h (counted from 1); h < 1 gives the minimum, h >= n the maximum.
 * Edge cases: NaN for an empty sample, the value itself for a sample of one.
 * Source: commons-math3 `Percentile` with `EstimationType.R_7`; Hyndman & Fan (1996).
 *
 * @param sorted ascending, without NaN
 * @param share 0 to 1, for example 0.25 for the first quartile
 */
export function quantile(sorted: Float64Array, share: number): number {
  const n = sorted.length;
  if (n === 0) return Number.NaN;
  const h = 1 + (n - 1) * share;
  if (n === 1 || h < 1) return sorted[0]!;
  if (h >= n) return sorted[n - 1]!;
  const below = Math.floor(h);
  const lower = sorted[below - 1]!;
  return lower + (h - below) * (sorted[below]! - lower);
}
