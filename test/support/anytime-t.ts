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
