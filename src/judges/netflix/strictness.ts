import type { MetricConfig } from '../../model/config.ts';
import type { Sample } from '../clean.ts';
import type { Comparison } from '../comparison.ts';

/** What costs a canary nothing in Kayenta, and may count as a failed metric here. */
export interface Strictness {
  /** Metrics that could not be compared. */
  failOnError: boolean;
  /** Metrics without data on a side, unless missing values count as 0. */
  failOnNoData: boolean;
  /** Metrics that rise from a baseline of zeros, also of gaps that count as 0. */
  failOnZeroBaseline: boolean;
}

type Compare = (canary: Sample, baseline: Sample, metric: MetricConfig) => Comparison;

/** The options of a config that the Netflix judge reads; anything but `true` leaves Kayenta's rule. */
export function readStrictness(options: Record<string, unknown>): Strictness {
  return {
    failOnError: options['failOnError'] === true,
    failOnNoData: options['failOnNoData'] === true,
    failOnZeroBaseline: options['failOnZeroBaseline'] === true,
  };
}

/**
 * The same comparison, with labels that count against the canary where the strictness asks for it:
 * `NodataFailMetric` for what could not be compared, `High` for a rise from zeros. A critical metric then
 * fails the whole canary. Without any strictness every result is that of `compare`.
 */
export function compareStrictly(strictness: Strictness, compare: Compare): Compare {
  return (canary, baseline, metric) => {
    const comparison = compare(canary, baseline, metric);
    const { classification } = comparison;
    const isForbidden =
      (classification === 'Error' && strictness.failOnError) ||
      (classification === 'Nodata' && strictness.failOnNoData);
    if (isForbidden) {
      return { ...comparison, classification: 'NodataFailMetric', critical: metric.critical };
    }
    const hasPassed = classification === 'Pass' && comparison.evidence !== undefined;
    const isRise = hasPassed && risesFromZero(canary, baseline, metric);
    if (!isRise || !strictness.failOnZeroBaseline) return comparison;
    const classificationReason = metric.critical
      ? `The metric ${metric.name} was classified as High (Critical)`
      : `${metric.name} was classified as High`;
    return {
      ...comparison,
      classification: 'High',
      classificationReason,
      critical: metric.critical,
    };
  };
}

function risesFromZero(canary: Sample, baseline: Sample, metric: MetricConfig): boolean {
  const { min, max } = baseline.summary;
  return metric.direction !== 'decrease' && min === 0 && max === 0 && canary.summary.mean > 0;
}
