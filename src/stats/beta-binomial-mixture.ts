import { incompleteBeta } from './incomplete-beta.ts';
import { logBeta } from './log-gamma.ts';
import { mixtureBound } from './mixture-bound.ts';
import { mixturePrecision } from './mixture-tuning.ts';
import type { MixtureSides, MixtureTuning } from './mixture-tuning.ts';

/** A mixture over beta shifts: for sums of steps between -g and h with a mean of zero. */
export interface BetaBinomialMixture {
  tuning: MixtureTuning;
  sides: MixtureSides;
  /** g > 0, the size of the lowest step. For successes against p: p, with 1 - p as `highest`. */
  lowest: number;
  /** h > 0, the highest step. */
  highest: number;
}

/** The prior counts at least this many trials, however early the mixture is to be tight. */
const LEAST_PRECISION = 1e-3;

/**
 * Log e-value of a sub-Bernoulli sum (steps in [-g, h]) against a mean of zero: successes with a beta
 * prior on their probability; one-sided with the prior cut at the null.
 *
 * Definition: with k = g + h, r = max(rho - g h, 0.001 g h), B the beta function (one-sided: incomplete,
 * up to h / k): (v / gh) ln k - ((v + h s) / hk) ln g - ((v - g s) / gk) ln h
 * + ln B((r + v - g s) / gk, (r + v + h s) / hk) - ln B(r / gk, r / hk).
 * Edge cases: 0 at v = 0 and s = 0; NaN well outside -v/h <= s <= v/g, where no such sum can be.
 * Source: Howard et al. (arXiv 1810.08240), beta-binomial mixtures, Props. 4-9.
 *
 * @param sum s
 * @param time v >= 0, the intrinsic time: g h times the number of steps
 */
export function betaBinomialLogMixture(
  sum: number,
  time: number,
  mixture: BetaBinomialMixture,
): number {
  const { lowest: g, highest: h, tuning, sides } = mixture;
  const width = g + h;
  const failures = (time - g * sum) / (g * width);
  const successes = (time + h * sum) / (h * width);
  const r = Math.max(mixturePrecision(tuning, sides) - g * h, LEAST_PRECISION * g * h);
  const [a, b] = [r / (g * width), r / (h * width)];
  const cut = sides === 'one-sided' ? h / width : 1;
  return (
    logPartialBeta(failures + a, successes + b, cut) -
    logPartialBeta(a, b, cut) -
    failures * Math.log(h / width) -
    successes * Math.log(g / width)
  );
}

/**
 * Time-uniform bound of a sub-Bernoulli sum (two-sided: valid for the upper and the lower end at once,
 * the lower one with g and h swapped): passed at any time with a chance of at most alpha. In the unit of
 * the sum. The root of `betaBinomialLogMixture`.
 *
 * Edge cases: v / g, the sum of nothing but highest steps, when even that is no evidence yet.
 * Source: Howard et al. (arXiv 1810.08240), beta-binomial mixtures, Props. 4-9.
 *
 * @param time v > 0, the intrinsic time: g h times the number of steps
 */
export function betaBinomialMixtureBound(
  time: number,
  alpha: number,
  mixture: BetaBinomialMixture,
): number {
  const logMixture = (sum: number) => betaBinomialLogMixture(sum, time, mixture);
  return mixtureBound(logMixture, alpha, {
    scale: Math.sqrt(time),
    limit: time / mixture.lowest,
  });
}

/** ln of the incomplete beta function, not regularised. */
function logPartialBeta(a: number, b: number, x: number): number {
  return Math.log(incompleteBeta(x, a, b)) + logBeta(a, b);
}
