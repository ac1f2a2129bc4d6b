import type { MetricConfig } from '../../model/config.ts';
import type { Dominance, Evidence } from '../../model/judgement/judgement.ts';
import { testPlacements } from '../../stats/brunner-munzel.ts';
import { meanRatio } from '../../stats/effect-size.ts';
import type { ArModel } from '../../stats/noise-models.ts';
import { createPlacements, UNCHANGED } from '../../stats/placements.ts';
import { areEqual, areOneValue, type Comparison } from '../comparison.ts';
import { countText } from '../explain/number-text.ts';
import type { Member } from '../rank-judge.ts';
import { isBeyond, measureDominance } from './dominance.ts';
import { ALLOWED, CRITICAL, harmfulMoves, labelMove, type Label, type Move } from './label.ts';
import { measureRatio, measureShift } from './measure-shift.ts';
import { observe, type Observations } from './observations.ts';
import { findTail } from './tail.ts';
import { createYardstick, FEWEST_VALUES, type Yardstick } from './yardstick.ts';

export interface CompareOptions {
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
export function compareMember(member: Member, { models, alpha }: CompareOptions): Comparison {
  const { canary, baseline, metric } = member;
  const [x, y] = [canary.sorted, baseline.sorted];
  if (Math.min(x.length, y.length) < FEWEST_VALUES) return tooFewValues(member);
  if (areEqual(x, y)) {
    const classificationReason = 'The Canary and Baseline data are identical';
    return { classification: 'Pass', classificationReason, critical: false, ratio: 1 };
  }
  if (areOneValue(x, y)) return { classification: 'Pass', critical: false, ratio: 1 };
  const observations = observe(member);
  const { series, paired } = observations;
  const counts = { canary: observations.canary.length, baseline: observations.baseline.length };
  const yardstick = createYardstick(counts, { ...series, paired, models }, alpha);
  const { independentValues, isEnough } = yardstick;
  if (!isEnough || Math.min(counts.canary, counts.baseline) < FEWEST_VALUES) {
    return tooFewIndependent(metric, independentValues);
  }
  const { label, dominance } = labelTypical(observations, metric, yardstick);
  const evidence = { ...gatherEvidence(observations, metric, yardstick), dominance };
  const ratio = meanRatio(canary.summary.mean, baseline.summary.mean);
  const found =
    label.classification === 'Pass'
      ? findTail(observations, metric, yardstick.tailReach)
      : undefined;
  if (found === undefined) return { ...label, ratio, evidence, independentValues };
  const { tail } = found;
  return { ...found.label, ratio, evidence: { ...evidence, tail }, independentValues };
}

/** The first harmful side on which the canary lies beyond its limit; else the one on which it comes closest. */
function labelTypical(
  observations: Observations,
  metric: MetricConfig,
  yardstick: Yardstick,
): { label: Label; dominance: Dominance } {
  const measure = (move: Move, limit: (typeof ALLOWED | typeof CRITICAL)[Move]): Dominance =>
    measureDominance(observations, metric, { move, limit, yardstick });
  const sides = harmfulMoves(metric).map((move) => measure(move, ALLOWED[move]));
  const worst = sides.toSorted((a, b) => b.lower - b.limit - (a.lower - a.limit))[0]!;
  if (!isBeyond(worst)) {
    return { label: { classification: 'Pass', critical: false }, dominance: worst };
  }
  const isCritical = isBeyond(measure(worst.side, CRITICAL[worst.side]));
  return { label: labelMove(worst.side, metric, isCritical), dominance: worst };
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
  { canary, baseline }: Observations,
  metric: MetricConfig,
  yardstick: Yardstick,
): Evidence {
  const { measure, allowedIncrease, allowedDecrease } = metric.effect;
  const placementsAfter = createPlacements(canary, baseline);
  const { ofX, ofY } = placementsAfter(UNCHANGED);
  const test = testPlacements(ofX, ofY);
  const placed = { canary, baseline, placementsAfter };
  const { estimate, ...interval } = measureShift(placed, yardstick);
  const ratio = measureRatio(placed, metric, yardstick);
  const value = measure === 'cles' ? test.probability : ratio.estimate;
  return {
    test: 'Brunner-Munzel',
    level: yardstick.level,
    p: yardstick.pValue(test),
    estimate,
    interval,
    bound: 0,
    ratio,
    effect: { measure, value, direction: metric.direction, allowedIncrease, allowedDecrease },
    cles: test.probability,
  };
}
