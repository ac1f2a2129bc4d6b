/**
 * Log e-value of the anytime-valid t-test (3.5 T) for the squared t statistic of n samples with
 * prior sample size phi: the AR-mixture with white noise and a single phi. Lindon et al. 2210.08589.
 */
export function anytimeT(tSquared: number, n: number, phi: number): number {
  const freedom = n - 1;
  const shrinkage = phi / (phi + n);
  return (
    Math.log(shrinkage) / 2 +
    ((freedom + 1) / 2) *
      (Math.log1p(tSquared / freedom) - Math.log1p((shrinkage * tSquared) / freedom))
  );
}

/** The |t| at which that e-value reaches 1/alpha; Infinity while no |t| can. */
export function anytimeTRadius(n: number, phi: number, alpha: number): number {
  const freedom = n - 1;
  const shrinkage = phi / (phi + n);
  const c = Math.exp((2 / (freedom + 1)) * (-Math.log(alpha) - Math.log(shrinkage) / 2));
  return c * shrinkage < 1 ? Math.sqrt((freedom * (c - 1)) / (1 - c * shrinkage)) : Infinity;
}
