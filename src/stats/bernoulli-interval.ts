import { betaBinomialLogMixture } from './beta-binomial-mixture.ts';
import { brentRoot } from './brent-root.ts';
import type { MixtureTuning } from './mixture-tuning.ts';

const TOLERANCE = 1e-15;

/**
 * Confidence sequence of a constant success probability: at all times at once the ends hold it with a
 * chance of at least 1 - alpha, so they may be read after every trial.
 *
 * Definition: the probabilities p against which the two-sided `betaBinomialLogMixture` of the sum
 * successes - p trials, its steps from -p to 1 - p, is below ln(1/alpha).
 * Edge cases: [0, 1] without trials; 0 without a success, 1 without a failure.
 * Source: Howard et al. (arXiv 1810.08240), beta-binomial mixtures, Props. 4-9.
 *
 * @param successes 0 <= successes <= trials
 * @param tuning `tightAt` counts trials here; each p makes intrinsic time of them
 */
export function bernoulliConfidenceInterval(
  successes: number,
  trials: number,
  alpha: number,
  tuning: MixtureTuning,
): { lower: number; upper: number } {
  if (!(trials > 0)) return { lower: 0, upper: 1 };
  const excess = (p: number) => {
    if (p <= 0 || p >= 1) return Infinity;
    const variance = p * (1 - p);
    const logMixture = betaBinomialLogMixture(successes - p * trials, variance * trials, {
      tuning: { ...tuning, tightAt: variance * tuning.tightAt },
      sides: 'two-sided',
      lowest: p,
      highest: 1 - p,
    });
    return logMixture + Math.log(alpha);
  };
  const share = successes / trials;
  return {
    lower: successes <= 0 ? 0 : end(excess, share, 0),
    upper: successes >= trials ? 1 : end(excess, share, 1),
  };
}

/** Between the observed share, always inside, and 0 or 1, then always outside. */
function end(excess: (p: number) => number, share: number, extreme: 0 | 1): number {
  const bracket = { lower: share, upper: extreme, atLower: -1, atUpper: 1 };
  return brentRoot(excess, bracket, TOLERANCE);
}
