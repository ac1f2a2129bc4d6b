import { logIncompleteGamma } from './incomplete-gamma.ts';
import { logGamma } from './log-gamma.ts';
import { mixtureBound } from './mixture-bound.ts';
import { mixturePrecision } from './mixture-tuning.ts';
import type { MixtureTuning } from './mixture-tuning.ts';

/** A one-sided mixture over gamma shifts: for sums whose upper tail is heavier than a normal one. */
export interface GammaMixture {
  tuning: MixtureTuning;
  /** c > 0, the scale of the tail, in the unit of the sum. */
  scale: number;
}

/**
 * Log e-value of a sub-exponential sum with scale c against a mean of zero or below.
 *
 * Definition: with r = rho / c^2, w = (v + rho) / c^2, x = (c s + v) / c^2, P the lower incomplete gamma:
 * ln(r^r / (Gamma(r) P(r, r))) + ln(Gamma(w) P(w, x + r)) - w ln(x + r) + x.
 * Edge cases: 0 at v = 0 and s = 0; NaN from c s + v + rho <= 0 on, which no sub-exponential sum reaches.
 * Source: Howard et al. (arXiv 1810.08240), gamma-exponential mixture, Props. 4-9.
 *
 * @param sum s
 * @param time v >= 0, the intrinsic time
 */
export function gammaExponentialLogMixture(
  sum: number,
  time: number,
  { tuning, scale }: GammaMixture,
): number {
  const square = scale * scale;
  const r = mixturePrecision(tuning, 'one-sided') / square;
  const w = time / square + r;
  const x = sum / scale + time / square;
  return logKernel(w, x + r).lower + x - logKernel(r, r).lower;
}

/**
 * Log e-value of a sub-Poisson sum with scale c against a mean of zero or below.
 *
 * Definition: with r = rho / c^2, w = (v + rho) / c^2, y = s / c + w, Q the upper incomplete gamma:
 * ln(r^r / (Gamma(r) Q(r, r))) + ln(Gamma(y) Q(y, w)) - y ln(w) + v / c^2.
 * Edge cases: 0 at v = 0 and s = 0; NaN for y < 0, which no sub-Poisson sum reaches.
 * Source: Howard et al. (arXiv 1810.08240), gamma-Poisson mixture, Props. 4-9.
 *
 * @param sum s
 * @param time v >= 0, the intrinsic time
 */
export function gammaPoissonLogMixture(
  sum: number,
  time: number,
  { tuning, scale }: GammaMixture,
): number {
  const square = scale * scale;
  const r = mixturePrecision(tuning, 'one-sided') / square;
  const w = time / square + r;
  return logKernel(sum / scale + w, w).upper + time / square - logKernel(r, r).upper;
}

/**
 * Time-uniform upper bound of a sub-exponential sum: passed at any time with a chance of at most alpha.
 * The root of `gammaExponentialLogMixture`, in the unit of the sum. Same source.
 *
 * @param time v > 0, the intrinsic time
 */
export function gammaExponentialMixtureBound(
  time: number,
  alpha: number,
  mixture: GammaMixture,
): number {
  const logMixture = (sum: number) => gammaExponentialLogMixture(sum, time, mixture);
  return mixtureBound(logMixture, alpha, { scale: Math.sqrt(time) });
}

/**
 * Time-uniform upper bound of a sub-Poisson sum: passed at any time with a chance of at most alpha. The
 * root of `gammaPoissonLogMixture`, in the unit of the sum. Same source.
 *
 * @param time v > 0, the intrinsic time
 */
export function gammaPoissonMixtureBound(
  time: number,
  alpha: number,
  mixture: GammaMixture,
): number {
  const logMixture = (sum: number) => gammaPoissonLogMixture(sum, time, mixture);
  return mixtureBound(logMixture, alpha, { scale: Math.sqrt(time) });
}

/** ln of the integral of t^(shape - 1) e^(-rate t) over [0, 1] (lower) and over [1, Infinity) (upper). */
function logKernel(shape: number, rate: number): { lower: number; upper: number } {
  const whole = logGamma(shape) - shape * Math.log(rate);
  const parts = logIncompleteGamma(shape, rate);
  return { lower: whole + parts.lower, upper: whole + parts.upper };
}
