import { mixtureBound } from './mixture-bound.ts';
import { mixturePrecision } from './mixture-tuning.ts';
import type { MixtureSides, MixtureTuning } from './mixture-tuning.ts';
import { normalCdf } from './normal-distribution.ts';

/** A mixture over normal shifts: for sub-Gaussian sums. */
export interface NormalMixture {
  tuning: MixtureTuning;
  sides: MixtureSides;
}

/**
 * Log e-value of a sub-Gaussian sum against a mean of zero: exp(lambda s - lambda^2 v / 2) mixed over a
 * normal lambda with precision rho; one-sided with that normal cut at 0.
 *
 * Definition: with w = v + rho, ln(rho / w) / 2 + s^2 / (2w); one-sided adds ln(2 Phi(s / sqrt(w))).
 * Edge cases: 0 at v = 0 and s = 0; -Infinity one-sided for a sum 38 deviations below.
 * Source: Howard et al. (arXiv 1810.08240), normal mixtures, Props. 4-9.
 *
 * @param sum s, the sum of the deviations from the null
 * @param time v >= 0, the intrinsic time: the sum of their variances
 */
export function normalLogMixture(sum: number, time: number, mixture: NormalMixture): number {
  const rho = mixturePrecision(mixture.tuning, mixture.sides);
  const width = time + rho;
  const either = Math.log(rho / width) / 2 + (sum * sum) / (2 * width);
  if (mixture.sides === 'two-sided') return either;
  return either + Math.LN2 + Math.log(normalCdf(sum / Math.sqrt(width)));
}

/**
 * Time-uniform bound of a sub-Gaussian sum (two-sided: of its size): passed at any time with a chance of
 * at most alpha. In the unit of the sum.
 *
 * Definition: two-sided sqrt((v + rho) (ln(1 + v / rho) + 2 ln(1/alpha))); one-sided the root of
 * `normalLogMixture`. Edge cases: finite at v = 0 too.
 * Source: Howard et al. (arXiv 1810.08240), normal mixtures, Props. 4-9.
 *
 * @param time v >= 0, the intrinsic time
 * @param alpha 0 < alpha < 1; one-sided < 0.5
 */
export function normalMixtureBound(time: number, alpha: number, mixture: NormalMixture): number {
  const rho = mixturePrecision(mixture.tuning, mixture.sides);
  const twoSided = Math.sqrt((time + rho) * (Math.log1p(time / rho) - 2 * Math.log(alpha)));
  if (mixture.sides === 'two-sided') return twoSided;
  const logMixture = (sum: number) => normalLogMixture(sum, time, mixture);
  return mixtureBound(logMixture, alpha, { scale: twoSided });
}
