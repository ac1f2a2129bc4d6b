import { brentRoot } from './brent-root.ts';
import { goldenSection } from './golden-section.ts';

/** A of the paper, above sqrt(1/2): smaller is tighter late and looser early. */
const FACTOR = 0.85;
const TOLERANCE = 1e-13;

/**
 * Time-uniform bound of the largest distance between an empirical distribution function and the true
 * one: from `tightFrom` samples on, a chance of at most alpha that it is ever passed. It holds every
 * quantile at once, and compares two samples when both bounds are added.
 *
 * Definition: 0.85 sqrt((ln(1 + ln(t / m)) + C) / t), with the smallest C whose error, minimised over
 * the spacing of the epochs, is alpha. The iterated logarithm makes it shrink as fast as any can.
 * Edge cases: Infinity before `tightFrom`. Units: probability.
 * Source: Howard & Ramdas, Sequential estimation of quantiles (arXiv 1906.09712), empirical process.
 *
 * @param samples t
 * @param alpha 0 < alpha < 1
 * @param tightFrom m >= 1
 */
export function empiricalProcessBound(samples: number, alpha: number, tightFrom: number): number {
  if (samples < tightFrom) return Infinity;
  return (
    FACTOR * Math.sqrt((Math.log1p(Math.log(samples / tightFrom)) + constant(alpha)) / samples)
  );
}

/** C: the error falls in it, and is above 1 at C = 1. */
function constant(alpha: number): number {
  const excess = (c: number) => leastError(c) - alpha;
  let upper = 2;
  while (excess(upper) > 0) upper *= 2;
  const bracket = { lower: 1, upper, atLower: excess(1), atUpper: excess(upper) };
  return brentRoot(excess, bracket, TOLERANCE);
}

/** Over the spacings for which the error is finite. */
function leastError(c: number): number {
  return errorAt(
    c,
    goldenSection((eta) => errorAt(c, eta), 1, largestSpacing(c)),
  );
}

/** eta where sqrt(eta / 2) + sqrt(2 (eta - 1) / C) = A. */
function largestSpacing(c: number): number {
  const excess = (eta: number) => Math.sqrt(eta / 2) + Math.sqrt((2 * (eta - 1)) / c) - FACTOR;
  const upper = 2 * FACTOR * FACTOR;
  const bracket = { lower: 1, upper, atLower: excess(1), atUpper: excess(upper) };
  return brentRoot(excess, bracket, TOLERANCE);
}

/** Chance of ever passing the bound, by a union over epochs that grow by `eta`. */
function errorAt(c: number, eta: number): number {
  const square = (2 / eta) * (FACTOR - Math.sqrt((2 * (eta - 1)) / c)) ** 2;
  if (square <= 1) return Infinity;
  return 4 * Math.exp(-square * c) * (1 + 1 / ((square - 1) * Math.log(eta)));
}
