import type { MetricConfig } from '../../model/config.ts';
import type { Evidence, MetricJudgement } from '../../model/judgement/judgement.ts';

type Label = Pick<MetricJudgement, 'classification' | 'classificationReason' | 'critical'>;

/**
 * Labels a measured shift: `High` or `Low` when its interval lies wholly beyond the bound, in a
 * direction that harms, and the effect reaches the allowed limit; else `Pass`. A critical metric
 * whose effect also reaches the critical limit decides the score alone.
 *
 * Edge cases: comparisons with NaN are false, so a shift that overflowed passes.
 * Source: Kayenta's `MannWhitneyClassifier`.
 */
export function classify(evidence: Evidence, metric: MetricConfig): Label {
  const classification = labelShift(evidence, metric);
  if (classification === 'Pass') return { classification, critical: false };
  const critical = metric.critical && isCritical(classification, evidence, metric);
  const classificationReason = critical
    ? `The metric ${metric.name} was classified as ${classification} (Critical)`
    : `${metric.name} was classified as ${classification}`;
  return { classification, classificationReason, critical };
}

function labelShift(evidence: Evidence, metric: MetricConfig): 'Pass' | 'High' | 'Low' {
  const { interval, bound, effect } = evidence;
  const harmsAbove = metric.direction !== 'decrease';
  const harmsBelow = metric.direction !== 'increase';
  if (harmsAbove && interval.lower > bound && isUpTo(effect.value, effect.allowedIncrease)) {
    return 'High';
  }
  if (harmsBelow && interval.upper < -bound && isDownTo(effect.value, effect.allowedDecrease)) {
    return 'Low';
  }
  return 'Pass';
}

function isCritical(label: 'High' | 'Low', evidence: Evidence, metric: MetricConfig): boolean {
  return label === 'High'
    ? isUpTo(evidence.effect.value, metric.effect.criticalIncrease)
    : isDownTo(evidence.effect.value, metric.effect.criticalDecrease);
}

/** An effect without a number (a mean of 0) never excuses a clear shift. */
function isUpTo(effect: number, limit: number): boolean {
  return Number.isNaN(effect) || effect >= limit;
}

function isDownTo(effect: number, limit: number): boolean {
  return Number.isNaN(effect) || effect <= limit;
}
