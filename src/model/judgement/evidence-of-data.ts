import type { MetricJudgement, SampleSummary } from './judgement.ts';

type Sides = Pick<MetricJudgement, 'baseline' | 'canary'>;

/** True when a metric's label says that there was nothing to compare. */
export function hasNoData(metric: Pick<MetricJudgement, 'classification'>): boolean {
  return metric.classification === 'Nodata' || metric.classification === 'NodataFailMetric';
}

/** True when no real value arrived on either side, whatever zeros stand in for the gaps. */
export function isBlank(metric: Sides): boolean {
  return isBlankSide(metric.baseline) && isBlankSide(metric.canary);
}

export function isBlankSide(side: SampleSummary): boolean {
  return side.received === side.missing;
}

/** True when infinite values kept the sides from being compared; Kayenta then lets the metric pass. */
export function isUnmeasured(metric: Sides & Pick<MetricJudgement, 'evidence' | 'ratio'>): boolean {
  // a baseline of zeros has no ratio either; its means are there all the same
  const hasMeans = Number.isFinite(metric.baseline.mean) && Number.isFinite(metric.canary.mean);
  return metric.evidence === undefined && Number.isNaN(metric.ratio) && !hasMeans;
}

/** True when real values of both sides decided the label. */
export function wasCompared(metric: Omit<MetricJudgement, 'sentence'>): boolean {
  if (metric.classification === 'Error' || hasNoData(metric)) return false;
  const hasValues = metric.baseline.count > 0 && metric.canary.count > 0;
  return hasValues && !isBlank(metric) && !isUnmeasured(metric);
}
