import {
  copyArFilters,
  createArFilters,
  observeArFilters,
  sumOfSquares,
  type ArFilters,
} from './ar-filter.ts';
import { learnPrior, type PriorComponent } from './ar-history.ts';
import { boundByFreeMean, boundByLargestRatio } from './ar-bound.ts';
import { estimateDifference, totalEvidence, type DifferenceEstimate } from './ar-evidence.ts';
import { createTerms, weighTerms, type Null } from './ar-terms.ts';
import type { LogEvidence } from './log-evidence.ts';
import { EFFECT_SIZES, type ArModel, type EffectSize } from './noise-models.ts';

export interface ArMixture {
  /** One time step; NaN in either member is a missing pair. */
  observe(canary: number, baseline: number): void;
  /** Pairs observed, gaps not counted. */
  count(): number;
  /** ln E: of a mean that is different, or on one side of the null. */
  logEvidence(against: Null, side: keyof LogEvidence): number;
  /** At least the log e-value, for a fraction of its cost: a quick bound, and a closer one. */
  quickBound(against: Null, side: keyof LogEvidence): number;
  closeBound(against: Null, side: keyof LogEvidence): number;
  /** Undefined before the first pair. */
  estimate(theta: number): DifferenceEstimate | undefined;
  /** Root mean square of canary - theta * baseline about its mean: a scale for bracketing. */
  spread(theta: number): number;
  /** What was observed so far, as a segment that a later start may learn from: a copy (S12). */
  snapshot(): ArFilters;
}

export interface ArMixtureOptions {
  models: readonly ArModel[];
  /** What earlier segments say of the noise and the offset; see `learnPrior`. */
  prior?: readonly PriorComponent[];
  effects?: readonly EffectSize[];
}

/**
 * The AR-mixture e-process (S1 to S3, S9): the ratio of two marginal likelihoods of a difference series
 * with unknown scale, unknown autocorrelation and an offset of its own, one with the mean free (normal
 * prior in units of the long-run noise and of the offsets, mixed over sizes), one with the mean at the
 * null. Under the null, averaged over the priors of noise and offset, a nonnegative martingale of mean 1,
 * so that P(sup E >= 1/alpha) <= alpha however often one looks. Exact for Gaussian noise and without an
 * offset; with one the scale of the run stands in for the true one (an error of the order 1/n). E = 1
 * before the first pair. One-sided: the alternative restricted to one side, so that E = (E+ + E-)/2.
 * Equivariant under changes of unit together with the prior's.
 * Sources: Howard et al. 1810.08240; Perez-Ortiz et al. 2208.07610; Lindon et al. 2210.08589.
 */
export function createArMixture(options: ArMixtureOptions): ArMixture {
  const { models, effects = EFFECT_SIZES } = options;
  const prior = options.prior ?? learnPrior(models, []);
  const filters = createArFilters(models);
  const terms = createTerms(models, prior, effects);
  // restarts are asked for the same null again and again while a bound is searched
  const last = { theta: NaN, delta: NaN, side: '', logE: 0 };
  return {
    observe: (canary, baseline) => {
      last.side = '';
      observeArFilters(filters, canary, baseline);
    },
    count: () => filters.count,
    logEvidence: (against, side) => {
      if (filters.count === 0) return 0;
      const { theta, delta } = against;
      if (last.side === side && last.theta === theta && last.delta === delta) return last.logE;
      weighTerms(terms, filters, against);
      const logE = totalEvidence(terms, side);
      Object.assign(last, { theta, delta, side, logE });
      return logE;
    },
    quickBound: (against, side) =>
      filters.count === 0 ? 0 : boundByLargestRatio(terms, filters, { against, side }),
    closeBound: (against, side) =>
      filters.count === 0 ? 0 : boundByFreeMean(terms, filters, { against, side }),
    estimate: (theta) =>
      filters.count === 0 ? undefined : estimateDifference(terms, filters, theta),
    spread: (theta) => Math.sqrt(sumOfSquares(filters, 0, theta) / filters.count),
    snapshot: () => copyArFilters(filters),
  };
}
