import { betaBinomialMixtureBound } from './beta-binomial-mixture.ts';
import type { MixtureTuning } from './mixture-tuning.ts';

/** What is known of a quantile after some samples. Both ends are values of the sample. */
export interface QuantileConfidence {
  lower: number;
  upper: number;
  /** How far below the share the lower end lies, as a probability. */
  lowerRadius: number;
  /** How far above the share the upper end lies, as a probability. */
  upperRadius: number;
  /** The sample is too small to bound the quantile from below: `lower` is its minimum, and no bound. */
  isOpenBelow: boolean;
  /** The sample is too small to bound the quantile from above: `upper` is its maximum, and no bound. */
  isOpenAbove: boolean;
}

/**
 * Confidence sequence of one quantile of independent samples of any distribution: at all times at once
 * the ends hold it with a chance of at least 1 - alpha, so they may be read after every sample.
 *
 * Definition: how many of n samples lie below the quantile is binomial; the radii are the two-sided
 * `betaBinomialMixtureBound` of that count at intrinsic time n p (1 - p), over n, and the ends the order
 * statistics of rank n (p - lowerRadius) and n (p + upperRadius), rounded up.
 * Edge cases: an end the sample cannot bound yet is open, and must not be used as a bound; NaN ends, both
 * open, for an empty sample. The running maximum of the lower ends and minimum of the upper ones is a
 * confidence sequence too.
 * Source: Howard & Ramdas, Sequential estimation of quantiles (arXiv 1906.09712), fixed quantile.
 *
 * @param sorted ascending, without NaN
 * @param share p, 0 < p < 1
 * @param tuning `tightAt` counts samples here
 */
export function quantileConfidence(
  sorted: Float64Array,
  share: number,
  alpha: number,
  tuning: MixtureTuning,
): QuantileConfidence {
  const n = sorted.length;
  const rest = 1 - share;
  const below = radius(rest, n, alpha, tuning);
  const above = radius(share, n, alpha, tuning);
  return {
    lower: orderStatistic(sorted, n * (share - below.radius)),
    upper: orderStatistic(sorted, n * (share + above.radius)),
    lowerRadius: below.radius,
    upperRadius: above.radius,
    isOpenBelow: below.isOpen,
    isOpenAbove: above.isOpen,
  };
}

/** `lowest`: the size of the step against the radius' direction. Open when no count would pass it. */
function radius(lowest: number, n: number, alpha: number, tuning: MixtureTuning) {
  const highest = 1 - lowest;
  if (n === 0) return { radius: highest, isOpen: true };
  const time = n * lowest * highest;
  const bound = betaBinomialMixtureBound(time, alpha, {
    tuning: { ...tuning, tightAt: tuning.tightAt * lowest * highest },
    sides: 'two-sided',
    lowest,
    highest,
  });
  return { radius: bound / n, isOpen: bound >= time / lowest };
}

function orderStatistic(sorted: Float64Array, rank: number): number {
  const index = Math.min(Math.max(Math.ceil(rank), 1), sorted.length) - 1;
  return sorted[index] ?? NaN;
}
