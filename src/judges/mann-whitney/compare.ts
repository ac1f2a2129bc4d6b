import type { MetricConfig } from '../../model/config.ts';
import type { Evidence } from '../../model/judgement.ts';
import { commonLanguageEffect, meanRatio } from '../../stats/effect-size.ts';
import { rankSumPValue } from '../../stats/exact-shift.ts';
import { createRankComparison } from '../../stats/rank-comparison.ts';
import { countText } from '../number-text.ts';
import type { Sample } from '../netflix/clean.ts';
import { areEqual, areOneValue, type Comparison } from '../netflix/compare.ts';
import { LEVEL } from '../netflix/estimate-shift.ts';
import { labelShift } from './label.ts';
import { measureShift, type Arithmetic } from './measure-shift.ts';
import { findTail } from './tail.ts';

/** With fewer values a side the interval is the whole range, and separation by chance is frequent. */
const FEWEST_VALUES = 6;

/**
 * Compares the two sides of one metric: too few values, identical, or what the test says of the typical
 * values and, where those show nothing, of the extreme ones. Never `Error`.
 *
 * Edge cases: an infinite value is judged as farther out than every other. A side without values has too
 * few of them also where gaps count as 0.
 */
export function compareSamples(
  canary: Sample,
  baseline: Sample,
  metric: MetricConfig,
  arithmetic: Arithmetic,
): Comparison {
  const [x, y] = [canary.sorted, baseline.sorted];
  if (Math.min(x.length, y.length) < FEWEST_VALUES) return tooFewValues(canary, baseline, metric);
  if (areEqual(x, y)) {
    const classificationReason = 'The Canary and Baseline data are identical';
    return { classification: 'Pass', classificationReason, critical: false, ratio: 1 };
  }
  if (areOneValue(x, y)) return { classification: 'Pass', critical: false, ratio: 1 };
  const evidence = gatherEvidence(canary, baseline, metric, arithmetic);
  const ratio = meanRatio(canary.summary.mean, baseline.summary.mean);
  const label = labelShift(evidence, metric);
  if (label.classification !== 'Pass') return { ...label, ratio, evidence };
  const found = findTail(canary, baseline, metric);
  if (found === undefined) return { ...label, ratio, evidence };
  return { ...found.label, ratio, evidence: { ...evidence, tail: found.tail } };
}

function tooFewValues(canary: Sample, baseline: Sample, metric: MetricConfig): Comparison {
  const [m, n] = [canary.summary.count, baseline.summary.count];
  const isMissing = m === 0 || n === 0;
  const counts = `${countText(m, 'canary value')} and ${countText(n, 'baseline value')}`;
  const failsAlone = metric.noData === 'fail' && !metric.critical;
  return {
    classification: failsAlone ? 'NodataFailMetric' : 'Nodata',
    classificationReason: isMissing
      ? `Missing data for ${metric.name}`
      : `Too few values for ${metric.name}: ${counts}, ${FEWEST_VALUES} a side are needed`,
    critical: metric.critical,
  };
}

function gatherEvidence(
  canary: Sample,
  baseline: Sample,
  metric: MetricConfig,
  arithmetic: Arithmetic,
): Evidence {
  const shift = measureShift(canary, baseline, arithmetic);
  const cles = commonLanguageEffect(createRankComparison(canary.sorted, baseline.sorted));
  const { measure, allowedIncrease, allowedDecrease } = metric.effect;
  const value = measure === 'cles' ? cles : shift.ratio.estimate;
  return {
    test: 'Mann-Whitney U',
    level: LEVEL,
    p: rankSumPValue(canary.sorted, baseline.sorted),
    estimate: shift.estimate,
    interval: { lower: shift.lower, upper: shift.upper },
    bound: 0,
    ratio: shift.ratio,
    effect: { measure, value, direction: metric.direction, allowedIncrease, allowedDecrease },
    cles,
  };
}
