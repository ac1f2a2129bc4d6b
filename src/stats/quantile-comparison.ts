import { betaBinomialLogMixture } from './beta-binomial-mixture.ts';
import type { BetaBinomialMixture } from './beta-binomial-mixture.ts';
import { goldenSection } from './golden-section.ts';
import type { MixtureTuning } from './mixture-tuning.ts';

/**
 * Always-valid p-value of the hypothesis that two independent streams have the same quantile: under it
 * the chance that it is ever at most alpha is at most alpha, whenever one stops and however the samples
 * were divided between the sides. Two-sided; equal when the sides are swapped.
 *
 * Definition: 1 over the smallest, over all x, of the product of both sides' evidence against x being
 * their quantile, at most 1. A side's evidence is the two-sided beta-binomial mixture of the share of its
 * values below x; at a value of the sample, of the share between "below" and "not above" that is least.
 * Edge cases: 1 when both sides are empty; ties need no care.
 * Source: Howard & Ramdas, Sequential estimation of quantiles (arXiv 1906.09712), A/B testing.
 *
 * @param canary ascending, without NaN
 * @param baseline ascending, without NaN
 * @param share p, 0 < p < 1
 * @param tuning `tightAt` counts samples of one side here
 */
export function compareQuantiles(
  canary: Float64Array,
  baseline: Float64Array,
  share: number,
  tuning: MixtureTuning,
): number {
  const mixture: BetaBinomialMixture = {
    tuning: { ...tuning, tightAt: tuning.tightAt * share * (1 - share) },
    sides: 'two-sided',
    lowest: share,
    highest: 1 - share,
  };
  const ofCanary = createEvidence(canary, mixture);
  const ofBaseline = createEvidence(baseline, mixture);
  let least = canary.length + baseline.length === 0 ? 0 : Infinity;
  for (const values of [canary, baseline]) {
    for (const x of values) least = Math.min(least, ofCanary(x) + ofBaseline(x));
  }
  return Math.min(1, Math.exp(-least));
}

/** A side's log evidence against the quantile being x: falls up to its own quantile, then rises. */
function createEvidence(sorted: Float64Array, mixture: BetaBinomialMixture): (x: number) => number {
  const n = sorted.length;
  if (n === 0) return () => 0;
  const share = mixture.lowest;
  const time = n * share * mixture.highest;
  const evidence = (part: number) => betaBinomialLogMixture((part - share) * n, time, mixture);
  const leastAt = goldenSection(evidence, 0, 1);
  return (x) => {
    const below = countUntil(sorted, (value) => value >= x) / n;
    const notAbove = countUntil(sorted, (value) => value > x) / n;
    return evidence(Math.min(Math.max(leastAt, below), notAbove));
  };
}

/** How many values come before the first that is `past`, by bisection. */
function countUntil(sorted: Float64Array, past: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (past(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
