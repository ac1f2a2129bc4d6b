import { quantile } from './quantile.ts';

export interface Fences {
  lower: number;
  upper: number;
}

/**
 * Limits beyond which a value counts as an outlier; a value on a fence is none.
 *
 * Definition: Tukey's fences, the quartiles moved outwards by `factor` interquartile ranges. With
 * `reduceSensitivity` they never cut inside the 1st and 99th percentile.
 * Edge cases: NaN for an empty sample and where infinities cancel out; nothing lies beyond NaN.
 * Source: Kayenta's `IQRDetector`; the judge always reduces the sensitivity.
 *
 * @param sorted ascending, without NaN
 * @param factor multiple of the interquartile range, > 0
 */
export function outlierFences(
  sorted: Float64Array,
  factor: number,
  reduceSensitivity: boolean,
): Fences {
  const firstQuartile = quantile(sorted, 0.25);
  const thirdQuartile = quantile(sorted, 0.75);
  const reach = factor * (thirdQuartile - firstQuartile);
  const lower = firstQuartile - reach;
  const upper = thirdQuartile + reach;
  if (!reduceSensitivity) return { lower, upper };
  return {
    lower: Math.min(quantile(sorted, 0.01), lower),
    upper: Math.max(quantile(sorted, 0.99), upper),
  };
}
