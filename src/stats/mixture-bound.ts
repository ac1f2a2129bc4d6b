import { brentRoot } from './brent-root.ts';

const DOUBLINGS = 60;
const RELATIVE_TOLERANCE = 1e-14;

/**
 * The sum s >= 0 at which a mixture says 1/alpha: a sum with the intrinsic time of `logMixture` passes
 * it with a chance of at most alpha, at any time (Ville's inequality).
 *
 * Convention: `logMixture` is the natural logarithm of the mixture as a function of the sum; below
 * ln(1/alpha) at 0 and convex or rising from there on, as every mixture of this folder is.
 * Edge cases: `limit`, the largest possible sum, when even that does not say 1/alpha; Infinity when no
 * sum up to 2^60 times `scale` does.
 * Source: Howard et al. (arXiv 1810.08240), mixture boundaries, Props. 4-9.
 *
 * @param scale where to look first, in the unit of the sum, > 0
 */
export function mixtureBound(
  logMixture: (sum: number) => number,
  alpha: number,
  { scale, limit = Infinity }: { scale: number; limit?: number },
): number {
  const excess = (sum: number) => logMixture(sum) + Math.log(alpha);
  let upper = Math.min(scale, limit);
  for (let i = 0; excess(upper) < 0; i++) {
    if (upper === limit || i === DOUBLINGS) return limit;
    upper = Math.min(2 * upper, limit);
  }
  const bracket = { lower: 0, upper, atLower: excess(0), atUpper: excess(upper) };
  return brentRoot(excess, bracket, RELATIVE_TOLERANCE * upper);
}
