import type { Judgement, MetricJudgement } from './judgement.ts';

/** How much a metric result should worry a reader, worst first; every face sorts by this one order. */
export type Severity = 'critical' | 'error' | 'fail' | 'nodata' | 'muted' | 'pass';
const SEVERITIES: readonly Severity[] = ['critical', 'error', 'fail', 'nodata', 'muted', 'pass'];

export interface RankedMetric {
  metric: MetricJudgement;
  severity: Severity;
  /** Points of the total score that this result alone took away; 0 when it took none. */
  cost: number;
}

/** Labels that count into a group's score (Kayenta leaves `Nodata` and `Error` out). */
const COUNTED = new Set(['Pass', 'High', 'Low', 'NodataFailMetric']);

/** Severity first, then the cost in points, then the size of the change, then the name. */
export function worstFirst(judgement: Judgement): RankedMetric[] {
  const costs = groupCosts(judgement);
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
  if (metric.critical) return 'critical';
  if (metric.classification === 'Error') return 'error';
  return metric.classification === 'Nodata' ? 'nodata' : 'fail';
}

/** Points that one failed metric of each group costs: the group's weight shared by its counted metrics. */
function groupCosts({ groups, metrics }: Judgement): Map<string, number> {
  const counted = metrics.filter((metric) => !metric.muted && COUNTED.has(metric.classification));
  return new Map(
    groups.map(({ name, weight }) => {
      const size = counted.filter((metric) => metric.groups.includes(name)).length;
      return [name, size === 0 ? 0 : weight / size];
    }),
  );
}

function costOf(metric: MetricJudgement, costs: Map<string, number>): number {
  const counts = !metric.muted && COUNTED.has(metric.classification);
  if (!counts || metric.classification === 'Pass') return 0;
  return metric.groups.reduce((sum, group) => sum + (costs.get(group) ?? 0), 0);
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
