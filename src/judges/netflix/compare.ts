import type { MetricConfig } from '../../model/config.ts';
import type { Evidence, MetricJudgement } from '../../model/judgement.ts';
import { commonLanguageEffect, meanRatio } from '../../stats/effect-size.ts';
import { kayentaShiftInterval, type ShiftInterval } from '../../stats/mann-whitney.ts';
import type { Sample } from './clean.ts';

export type Comparison = Pick<
  MetricJudgement,
  'classification' | 'classificationReason' | 'critical' | 'ratio' | 'evidence'
>;

const LEVEL = 0.98;
/** Share of the estimated shift that the interval must clear; relative to the shift, not to the level. */
const TOLERANCE = 0.25;
/** Standard deviation of the noise on a constant, relative to its value. */
const NOISE = 1e-5;

/**
 * Labels one metric: no data, identical, or what the rank test says of the shift and its size.
 *
 * Source: Kayenta's `MannWhitneyClassifier`. Its one random step, noise on two different constants, is
 * replaced by what it tends to: the difference of the two, without a test.
 * Edge cases: with an infinity on either side the result is `Pass` and the ratio NaN.
 */
export function compare(canary: Sample, baseline: Sample, metric: MetricConfig): Comparison {
  if (canary.sorted.length === 0 || baseline.sorted.length === 0) return missingData(metric);
  if (areEqual(canary.sorted, baseline.sorted)) {
    const classificationReason = 'The Canary and Baseline data are identical';
    return { classification: 'Pass', classificationReason, critical: false, ratio: 1 };
  }
  if (
    isConstant(canary.sorted) &&
    canary.sorted[0] === baseline.sorted[0] &&
    isConstant(baseline.sorted)
  ) {
    return { classification: 'Pass', critical: false, ratio: 1 };
  }
  const shift = estimateShift(canary.sorted, baseline.sorted);
  if (shift === undefined) {
    const classificationReason = 'Metric Classification Failed';
    return { classification: 'Error', classificationReason, critical: false };
  }
  return classify(gatherEvidence(shift, canary, baseline, metric), canary, baseline, metric);
}

function missingData(metric: MetricConfig): Comparison {
  if (metric.missingValues === 'zero') return { classification: 'Pass', critical: false, ratio: 1 };
  const failsAlone = metric.mustHaveData && !metric.critical;
  return {
    classification: failsAlone ? 'NodataFailMetric' : 'Nodata',
    classificationReason: `Missing data for ${metric.name}`,
    critical: metric.critical,
    ratio: 1,
  };
}

type Shift = ShiftInterval & { test: string };

/** Undefined when nothing varies, so that chance has no measure. */
function estimateShift(canary: Float64Array, baseline: Float64Array): Shift | undefined {
  if (isConstant(canary) && isConstant(baseline)) return constantShift(canary, baseline);
  try {
    return { ...kayentaShiftInterval(canary, baseline, LEVEL), test: 'Mann-Whitney U' };
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

/**
 * Kayenta adds noise to two different constants, then tests. The noise is proportional to the value,
 * so a side of zeros, or of a single value, still holds one value after it; with two such sides the
 * test fails, unless rounding keeps the shifted canary off the baseline.
 */
function constantShift(canary: Float64Array, baseline: Float64Array): Shift | undefined {
  const isSingle = staysOneValue(canary) && staysOneValue(baseline);
  if (isSingle && meetsWhenShifted(canary[0]!, baseline[0]!)) return undefined;
  const difference = canary[0]! - baseline[0]!;
  return { lower: difference, upper: difference, estimate: difference, test: 'constant values' };
}

function staysOneValue(constant: Float64Array): boolean {
  return constant.length === 1 || constant[0] === 0;
}

/**
 * Whether the shift between two values takes one exactly to the other, as doubles. When their sizes
 * differ by more than a factor of 2 this hangs on their last bits, which Kayenta draws at random; here
 * its noise is frozen at one standard deviation, the canary up and the baseline down.
 */
function meetsWhenShifted(canary: number, baseline: number): boolean {
  const x = canary + NOISE * canary;
  const y = baseline - NOISE * baseline;
  return x - (x - y) === y;
}

function gatherEvidence(
  shift: Shift,
  canary: Sample,
  baseline: Sample,
  metric: MetricConfig,
): Evidence {
  const cles = commonLanguageEffect(canary.sorted, baseline.sorted);
  const { measure, allowedIncrease, allowedDecrease } = metric.effect;
  const value = measure === 'cles' ? cles : meanRatio(canary.summary.mean, baseline.summary.mean);
  return {
    test: shift.test,
    level: LEVEL,
    estimate: shift.estimate,
    interval: { lower: shift.lower, upper: shift.upper },
    bound: TOLERANCE * Math.abs(shift.estimate),
    ratio: relativeShift(shift, baseline.summary.mean),
    effect: { measure, value, allowedIncrease, allowedDecrease },
    cles,
  };
}

function relativeShift(shift: Shift, baselineMean: number): Evidence['ratio'] {
  const toRatio = (distance: number): number =>
    baselineMean === 0 ? Number.NaN : (baselineMean + distance) / baselineMean;
  const ends = [toRatio(shift.lower), toRatio(shift.upper)] as const;
  return { estimate: toRatio(shift.estimate), lower: Math.min(...ends), upper: Math.max(...ends) };
}

function classify(
  evidence: Evidence,
  canary: Sample,
  baseline: Sample,
  metric: MetricConfig,
): Comparison {
  const classification = labelShift(evidence, metric);
  const ratio = meanRatio(canary.summary.mean, baseline.summary.mean);
  if (classification === 'Pass') return { classification, critical: false, ratio, evidence };
  const critical = metric.critical && isCriticalEffect(classification, evidence, metric);
  const classificationReason = critical
    ? `The metric ${metric.name} was classified as ${classification} (Critical)`
    : `${metric.name} was classified as ${classification}`;
  return { classification, classificationReason, critical, ratio, evidence };
}

function labelShift(evidence: Evidence, metric: MetricConfig): 'Pass' | 'High' | 'Low' {
  const { interval, bound, effect } = evidence;
  const canRise = metric.direction !== 'decrease';
  const canFall = metric.direction !== 'increase';
  if (canRise && interval.lower > bound && reaches(effect.value, effect.allowedIncrease)) {
    return 'High';
  }
  if (canFall && interval.upper < -bound && falls(effect.value, effect.allowedDecrease)) {
    return 'Low';
  }
  return 'Pass';
}

function isCriticalEffect(
  label: 'High' | 'Low',
  evidence: Evidence,
  metric: MetricConfig,
): boolean {
  return label === 'High'
    ? reaches(evidence.effect.value, metric.effect.criticalIncrease)
    : falls(evidence.effect.value, metric.effect.criticalDecrease);
}

/** An effect without a number (a mean of 0) never excuses a clear shift. */
function reaches(effect: number, limit: number): boolean {
  return Number.isNaN(effect) || effect >= limit;
}

function falls(effect: number, limit: number): boolean {
  return Number.isNaN(effect) || effect <= limit;
}

function areEqual(left: Float64Array, right: Float64Array): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

function isConstant(sorted: Float64Array): boolean {
  return sorted[0] === sorted[sorted.length - 1];
}
