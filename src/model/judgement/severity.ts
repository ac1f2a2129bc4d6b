import type { Judgement, MetricJudgement } from './judgement.ts';
import { plainWeights } from '../metric-weight.ts';

/** How much a metric result should worry a reader, worst first; every face sorts by this one order. */
const SEVERITIES = ['critical', 'error', 'fail', 'nodata', 'undecided', 'muted', 'pass'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface RankedMetric {
  metric: MetricJudgement;
  severity: Severity;
  /** Points of the total score that this result alone took away; 0 when it took none. */
  cost: number;
}

/** Labels that count into a group's score (Kayenta leaves `Nodata` and `Error` out). */
const COUNTED = new Set(['Pass', 'Undecided', 'High', 'Low', 'NodataFailMetric']);

/** Severity first, then the cost in points, then the size of the change, then the name. */
export function worstFirst(judgement: Judgement): RankedMetric[] {
  const costs = costsOf(judgement);
  return judgement.metrics
    .map((metric) => ({ metric, severity: severityOf(metric), cost: costOf(metric, costs) }))
    .sort(
      (a, b) =>
        SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
        b.cost - a.cost ||
        changeOf(b.metric) - changeOf(a.metric) ||
        compareText(a.metric.metric, b.metric.metric) ||
        compareText(a.metric.pairId, b.metric.pairId),
    );
}

export function severityOf(metric: MetricJudgement): Severity {
  if (metric.classification === 'Pass') return 'pass';
  if (metric.muted) return 'muted';
  if (metric.classification === 'Undecided') return 'undecided';
  if (metric.critical) return 'critical';
  if (metric.classification === 'Error') return 'error';
  return metric.classification === 'Nodata' ? 'nodata' : 'fail';
}

/** Points that each counted metric's failure costs: the group's weight shared by its counted metrics. */
function costsOf({ groups, metrics }: Judgement): Map<MetricJudgement, number> {
  const counted = metrics.filter((metric) => !metric.muted && COUNTED.has(metric.classification));
  const costs = new Map<MetricJudgement, number>();
  for (const { name, weight } of groups) {
    const members = counted.filter((metric) => metric.groups.includes(name));
    const weights = plainWeights(members);
    const total = weights.reduce((sum, own) => sum + own, 0);
    members.forEach((metric, k) => {
      costs.set(metric, (costs.get(metric) ?? 0) + (weight * weights[k]!) / total);
    });
  }
  return costs;
}

function costOf(metric: MetricJudgement, costs: Map<MetricJudgement, number>): number {
  const isHarmless = metric.classification === 'Pass' || metric.classification === 'Undecided';
  return isHarmless ? 0 : (costs.get(metric) ?? 0);
}

/** Symmetric in direction: twice and half are equally far; a change from or to zero is the largest. */
function changeOf({ ratio }: MetricJudgement): number {
  if (ratio === undefined) return 0;
  return ratio > 0 ? Math.abs(Math.log(ratio)) : Infinity;
}

/** Not by locale: the order must be the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
