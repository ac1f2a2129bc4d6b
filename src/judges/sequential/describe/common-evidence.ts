import type { MetricConfig } from '../../../model/config.ts';
import type { Evidence, SampleSummary } from '../../../model/judgement/judgement.ts';
import type { ComparisonScale, SequentialEvidence } from '../../../model/judgement/sequential.ts';
import { commonLanguageEffect } from '../../../stats/effect-size.ts';
import { createRankComparison } from '../../../stats/rank-comparison.ts';

const TESTS: Record<ComparisonScale, string> = {
  log: 'AR-mixture e-process on ratios',
  linear: 'AR-mixture e-process on means',
  count: 'count AR-mixture e-process',
  unpaired: 'asymptotic confidence sequence of unpaired arms',
};

/**
 * The numbers in the shape that every judge gives them: the ratio with its confidence sequence, and
 * the same as a shift of the baseline's mean. The bound is the tolerated shift.
 * Undefined where no ratio exists or an arm is empty.
 */
export function commonEvidence(
  sequential: SequentialEvidence,
  metric: MetricConfig,
  { baseline, canary }: { baseline: Float64Array; canary: Float64Array },
  summary: SampleSummary,
): Evidence | undefined {
  const { estimate, interval, level, scale } = sequential;
  if (estimate === undefined || baseline.length === 0 || canary.length === 0) return undefined;
  const { measure, allowedIncrease, allowedDecrease } = metric.effect;
  const shift = (ratio: number) => (ratio - 1) * summary.mean;
  const ends = [interval?.lower ?? -Infinity, interval?.upper ?? Infinity].map(shift);
  const cles = commonLanguageEffect(createRankComparison(canary, baseline));
  return {
    test: TESTS[scale],
    level,
    estimate: shift(estimate),
    interval: { lower: Math.min(...ends), upper: Math.max(...ends) },
    bound: measure === 'cles' ? 0 : Math.abs(shift(allowedIncrease)),
    ratio: { estimate, lower: interval?.lower ?? 0, upper: interval?.upper ?? Infinity },
    effect: {
      measure,
      value: measure === 'cles' ? cles : estimate,
      direction: metric.direction,
      allowedIncrease,
      allowedDecrease,
    },
    cles,
  };
}
