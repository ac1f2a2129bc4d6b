import type { MetricConfig } from '../../model/config.ts';
import type { Evidence } from '../../model/judgement.ts';
import { commonLanguageEffect, meanRatio } from '../../stats/effect-size.ts';
import { rankSumPValue } from '../../stats/exact-shift.ts';
import type { ArModel } from '../../stats/noise-models.ts';
import { createRankComparison } from '../../stats/rank-comparison.ts';
import { areEqual, areOneValue, type Comparison } from '../comparison.ts';
import { countText } from '../explain/number-text.ts';
import type { Member } from '../rank-judge.ts';
import { align } from '../align.ts';
import { labelShift } from './label.ts';
import { measureShift, type Arithmetic } from './measure-shift.ts';
import { findTail } from './tail.ts';
import { anytimeYardstick, FEWEST_VALUES, kayentaYardstick, type Yardstick } from './yardstick.ts';

export interface CompareOptions {
  arithmetic: Arithmetic;
  /** How values may depend on those before. */
  models: readonly ArModel[];
  /** Of this metric: the chance that the metric of a healthy canary ever fails. */
  alpha: number;
}

/**
 * Compares the two sides of one metric: too few values, identical, or what the test says of the typical
 * values and, where those show nothing, of the extreme ones. Never `Error`.
 *
 * Edge cases: an infinite value is judged as farther out than every other. A side without values has too
 * few of them also where gaps count as 0.
 */
export function compareMember(member: Member, options: CompareOptions): Comparison {
  const { canary, baseline, metric } = member;
  const [x, y] = [canary.sorted, baseline.sorted];
  if (Math.min(x.length, y.length) < FEWEST_VALUES) return tooFewValues(member);
  if (areEqual(x, y)) {
    const classificationReason = 'The Canary and Baseline data are identical';
    return { classification: 'Pass', classificationReason, critical: false, ratio: 1 };
  }
  if (areOneValue(x, y)) return { classification: 'Pass', critical: false, ratio: 1 };
  const yardstick = chooseYardstick(member, options);
  const { independentValues } = yardstick;
  if (!yardstick.isEnough) return tooFewIndependent(metric, independentValues);
  const evidence = gatherEvidence(member, options.arithmetic, yardstick);
  const ratio = meanRatio(canary.summary.mean, baseline.summary.mean);
  const label = labelShift(evidence, metric);
  const found = label.classification === 'Pass' ? findTail(member, yardstick.tailReach) : undefined;
  if (found === undefined) return { ...label, ratio, evidence, independentValues };
  const { tail } = found;
  return { ...found.label, ratio, evidence: { ...evidence, tail }, independentValues };
}

function chooseYardstick(member: Member, { arithmetic, models, alpha }: CompareOptions): Yardstick {
  const counts = { canary: member.canary.sorted.length, baseline: member.baseline.sorted.length };
  if (arithmetic === 'kayenta') return kayentaYardstick(counts);
  const { samples, comparable } = align(member.pair, member.metric);
  const arms = {
    canary: samples.map(({ canary }) => canary),
    baseline: samples.map(({ baseline }) => baseline),
  };
  const together = samples.filter(({ canary, baseline }) => !Number.isNaN(canary - baseline));
  const paired = comparable && together.length >= Math.min(counts.canary, counts.baseline) / 2;
  return anytimeYardstick(counts, { ...arms, paired, models }, alpha);
}

function tooFewValues({ canary, baseline, metric }: Member): Comparison {
  const [m, n] = [canary.summary.count, baseline.summary.count];
  const isMissing = m === 0 || n === 0;
  const counts = `${countText(m, 'canary value')} and ${countText(n, 'baseline value')}`;
  return unjudged(
    metric,
    isMissing
      ? `Missing data for ${metric.name}`
      : `Too few values for ${metric.name}: ${counts}, ${FEWEST_VALUES} a side are needed`,
  );
}

function tooFewIndependent(metric: MetricConfig, independentValues: number): Comparison {
  const worth = `those of a side are worth about ${Math.round(independentValues)}`;
  const reason = `Too few independent values for ${metric.name}: ${worth}`;
  return { ...unjudged(metric, reason), independentValues };
}

function unjudged(metric: MetricConfig, classificationReason: string): Comparison {
  const failsAlone = metric.noData === 'fail' && !metric.critical;
  return {
    classification: failsAlone ? 'NodataFailMetric' : 'Nodata',
    classificationReason,
    critical: metric.critical,
  };
}

function gatherEvidence(
  member: Member,
  arithmetic: Arithmetic,
  { level, reach, inflation }: Yardstick,
): Evidence {
  const { canary, baseline, metric } = member;
  const shift = measureShift(member, arithmetic, reach);
  const cles = commonLanguageEffect(createRankComparison(canary.sorted, baseline.sorted));
  const { measure, allowedIncrease, allowedDecrease } = metric.effect;
  const value = measure === 'cles' ? cles : shift.ratio.estimate;
  return {
    test: 'Mann-Whitney U',
    level,
    p: rankSumPValue(canary.sorted, baseline.sorted, inflation),
    estimate: shift.estimate,
    interval: { lower: shift.lower, upper: shift.upper },
    bound: 0,
    ratio: shift.ratio,
    effect: { measure, value, direction: metric.direction, allowedIncrease, allowedDecrease },
    cles,
  };
}
