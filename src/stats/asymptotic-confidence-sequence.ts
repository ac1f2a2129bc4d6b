/** Which claims it makes: both ends, or one end only (then narrower). */
export type Tails = 'two' | 'one';

/** The tuning that makes the sequence tightest near `sampleSize` samples (eq. 155). */
export function asymptoticTuning(alpha: number, sampleSize: number, tails: Tails = 'two'): number {
  const level = tails === 'two' ? alpha : 2 * alpha;
  return Math.sqrt((-2 * Math.log(level) + Math.log(1 - 2 * Math.log(level))) / sampleSize);
}

/** Half width after n samples whose mean has this standard error (eq. 9 and 134). */
export function asymptoticHalfWidth(
  standardError: number,
  n: number,
  { tuning, alpha, tails = 'two' }: { tuning: number; alpha: number; tails?: Tails },
): number {
  const k = n * tuning * tuning + 1;
  const logTerm =
    tails === 'two' ? Math.log(Math.sqrt(k) / alpha) : Math.log(1 + Math.sqrt(k) / (2 * alpha));
  return standardError * Math.sqrt(n) * Math.sqrt(((2 * k) / (n * tuning) ** 2) * logTerm);
}

/**
 * ln of the e-value against mean 0 whose inversion is the two-sided sequence: estimate/standardError
 * = z. Asymptotic: right for many weakly dependent samples, blind to small-sample trouble.
 * Waudby-Smith et al. 2103.06476.
 */
export function asymptoticEvidence(z: number, n: number, tuning: number): number {
  const k = n * tuning * tuning + 1;
  return (tuning * tuning * n * z * z) / (2 * k) - Math.log(k) / 2;
}
