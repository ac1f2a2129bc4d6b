/** Where a conjugate mixture is to be tight. */
export interface MixtureTuning {
  /** Intrinsic time, > 0, at which the bound is to be smallest. */
  tightAt: number;
  /** Crossing probability, 0 < alpha < 1, for which it is to be smallest there. */
  alpha: number;
}

/** One-sided: only sums above the null are evidence. Two-sided: sums on either side of it. */
export type MixtureSides = 'one-sided' | 'two-sided';

/**
 * rho, the precision of the mixing distribution: rho = v / (2 ln(1/a) + ln(1 + 2 ln(1/a))). It
 * approximates the best one, which needs the branch W_-1 of Lambert's function: the bound it gives is
 * wider by less than a thousandth (alpha up to 0.1).
 *
 * Convention: a one-sided mixture uses twice the alpha, as half of its mass is on the other side.
 * Edge cases: one-sided from alpha = 0.5 on is Infinity or negative; nobody tunes for that.
 * Units: intrinsic time. Source: Howard, Ramdas, McAuliffe & Sekhon, Time-uniform, nonparametric,
 * nonasymptotic confidence sequences (arXiv 1810.08240), on tuning boundaries.
 */
export function mixturePrecision({ tightAt, alpha }: MixtureTuning, sides: MixtureSides): number {
  const twiceLog = -2 * Math.log(sides === 'one-sided' ? 2 * alpha : alpha);
  return tightAt / (twiceLog + Math.log1p(twiceLog));
}
