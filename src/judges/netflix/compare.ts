import type { MetricConfig } from '../../model/config.ts';
import type { Evidence } from '../../model/judgement/judgement.ts';
import { meanRatio } from '../../stats/effect-size.ts';
import { classify } from './classify.ts';
import type { Sample } from '../clean.ts';
import { areEqual, areOneValue, RANK_LEVEL, type Comparison } from '../comparison.ts';
import { estimateShift, type ShiftEstimate } from './estimate-shift.ts';

/** Share of the estimated shift that the interval must clear; relative to the shift, not to the level. */
const TOLERANCE = 0.25;

/**
 * Compares the two sides of one metric: no data, identical, or what the rank test says of the shift
 * and its size.
 *
 * Edge cases: `Error` when nothing varies on two sides of one value each; `Pass` with a ratio of NaN
 * and without a test when either side holds an infinity.
 * Source: Kayenta's `NetflixACAJudge`, step 5.
 */
export function compare(canary: Sample, baseline: Sample, metric: MetricConfig): Comparison {
  if (canary.sorted.length === 0 || baseline.sorted.length === 0) return missingData(metric);
  if (areEqual(canary.sorted, baseline.sorted)) {
    const classificationReason = 'The Canary and Baseline data are identical';
    return { classification: 'Pass', classificationReason, critical: false, ratio: 1 };
  }
  if (areOneValue(canary.sorted, baseline.sorted)) {
    return { classification: 'Pass', critical: false, ratio: 1 };
  }
  if (holdsInfinity(canary.sorted) || holdsInfinity(baseline.sorted)) {
    return { classification: 'Pass', critical: false, ratio: Number.NaN };
  }
  const shift = estimateShift(canary.sorted, baseline.sorted);
  if (shift === undefined) {
    const classificationReason = 'Metric Classification Failed';
    return { classification: 'Error', classificationReason, critical: false };
  }
  const ratio = meanRatio(canary.summary.mean, baseline.summary.mean);
  const evidence = gatherEvidence(shift, ratio, baseline, metric);
  return { ...classify(evidence, metric), ratio, evidence };
}

function missingData(metric: MetricConfig): Comparison {
  if (metric.missingValues === 'zero') return { classification: 'Pass', critical: false, ratio: 1 };
  const failsAlone = metric.noData === 'fail' && !metric.critical;
  return {
    classification: failsAlone ? 'NodataFailMetric' : 'Nodata',
    classificationReason: `Missing data for ${metric.name}`,
    critical: metric.critical,
    ratio: 1,
  };
}

function gatherEvidence(
  shift: ShiftEstimate,
  ratio: number,
  baseline: Sample,
  metric: MetricConfig,
): Evidence {
  const { measure, allowedIncrease, allowedDecrease } = metric.effect;
  return {
    test: shift.test,
    level: RANK_LEVEL,
    estimate: shift.estimate,
    interval: { lower: shift.lower, upper: shift.upper },
    bound: TOLERANCE * Math.abs(shift.estimate),
    ratio: relativeShift(shift, baseline.summary.mean),
    effect: {
      measure,
      value: measure === 'cles' ? shift.cles : ratio,
      direction: metric.direction,
      allowedIncrease,
      allowedDecrease,
    },
    cles: shift.cles,
  };
}

function relativeShift(shift: ShiftEstimate, baselineMean: number): Evidence['ratio'] {
  const toRatio = (distance: number): number =>
    baselineMean === 0 ? Number.NaN : (baselineMean + distance) / baselineMean;
  const ends = [toRatio(shift.lower), toRatio(shift.upper)] as const;
  return { estimate: toRatio(shift.estimate), lower: Math.min(...ends), upper: Math.max(...ends) };
}

function holdsInfinity(sorted: Float64Array): boolean {
  return sorted[0] === -Infinity || sorted[sorted.length - 1] === Infinity;
}
