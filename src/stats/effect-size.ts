import type { RankComparison } from './rank-comparison.ts';

/**
 * Ratio of the canary's mean to the baseline's: 1 = no change.
 *
 * Edge cases: NaN when either mean is exactly 0 (a ratio to nothing says nothing, and Kayenta treats a
 * mean of 0 in the numerator alike) or when a mean is NaN.
 * Source: Kayenta's `EffectSizes.meanRatio`.
 */
export function meanRatio(canaryMean: number, baselineMean: number): number {
  return canaryMean === 0 || baselineMean === 0 ? Number.NaN : canaryMean / baselineMean;
}

/**
 * Common-language effect size: the probability that a canary value exceeds a baseline value, ties
 * counted half. 0.5 = no difference. The same as Vargha and Delaney's A; Cliff's delta is 2A - 1.
 *
 * Source: McGraw & Wong (1992), Vargha & Delaney (2000).
 *
 * @param ranks of the canary's values among the baseline's
 */
export function commonLanguageEffect(ranks: RankComparison): number {
  const pairs = ranks.x.length * ranks.y.length;
  return (ranks.at(0).excess + pairs / 2) / pairs;
}
