import type { MetricJudgement, SampleSummary } from '../model/judgement.ts';

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
