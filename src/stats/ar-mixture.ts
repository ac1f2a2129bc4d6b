import { createArFilters, observeArFilters } from './ar-filter.ts';
import { learnRegimes, type NoiseRegime } from './ar-history.ts';
import { boundByFreeMean, boundByLargestRatio } from './ar-bound.ts';
import { estimateDifference, totalEvidence, type DifferenceEstimate } from './ar-evidence.ts';
import { createTerms, sumOfSquares, weighTerms, type Null } from './ar-terms.ts';
import type { LogEvidence, Sides } from './log-evidence.ts';
import { EFFECT_SIZES, type ArModel, type EffectSize } from './noise-models.ts';

export interface ArMixture {
  /** One time step; NaN in either member is a missing pair. */
  observe(canary: number, baseline: number): void;
  /** Pairs observed, gaps not counted. */
  count(): number;
  logEvidence(against: Null, sides: Sides): LogEvidence;
  /** At least the log e-value, for a fraction of its cost: a quick bound, and a closer one. */
  quickBound(against: Null, side: keyof LogEvidence): number;
  closeBound(against: Null, side: keyof LogEvidence): number;
  /** Undefined before the first pair. */
  estimate(theta: number): DifferenceEstimate | undefined;
  /** Root mean square of canary - theta * baseline about its mean: a scale for bracketing. */
  spread(theta: number): number;
}

export interface ArMixtureOptions {
  models: readonly ArModel[];
  /** Difference series of earlier healthy runs; see `learnRegimes`. */
  regimes?: readonly NoiseRegime[];
  effects?: readonly EffectSize[];
}

/**
 * The AR-mixture e-process (S1 to S4): the ratio of two marginal likelihoods of a difference series
 * with unknown scale and unknown autocorrelation, one with the mean free (normal prior in units of the
 * long-run noise, mixed over sizes), one with the mean at the null. Under the null, averaged over the
 * noise prior, a nonnegative martingale of mean 1, so that P(sup E >= 1/alpha) <= alpha however often
 * one looks. Exact for Gaussian noise; E = 1 before the first pair. One-sided: the alternative
 * restricted to one side, so that E = (E+ + E-)/2. Equivariant under changes of unit.
 * Sources: Howard et al. 1810.08240; Perez-Ortiz et al. 2208.07610; Lindon et al. 2210.08589.
 */
export function createArMixture(options: ArMixtureOptions): ArMixture {
  const { models, effects = EFFECT_SIZES } = options;
  const regimes = options.regimes ?? learnRegimes(models, []);
  const filters = createArFilters(models);
  const terms = createTerms(models, regimes, effects);
  return {
    observe: (canary, baseline) => observeArFilters(filters, canary, baseline),
    count: () => filters.count,
    logEvidence: (against, sides) => {
      if (filters.count === 0) return { either: 0, increase: 0, decrease: 0 };
      weighTerms(terms, filters, against);
      return totalEvidence(terms, sides);
    },
    quickBound: (against, side) =>
      filters.count === 0 ? 0 : boundByLargestRatio(terms, filters, { against, side }),
    closeBound: (against, side) =>
      filters.count === 0 ? 0 : boundByFreeMean(terms, filters, { against, side }),
    estimate: (theta) =>
      filters.count === 0 ? undefined : estimateDifference(terms, filters, theta),
    spread: (theta) => Math.sqrt(sumOfSquares(filters, 0, theta) / filters.count),
  };
}
