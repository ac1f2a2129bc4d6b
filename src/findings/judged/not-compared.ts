import { wasCompared } from '../../model/evidence-of-data.ts';
import type { MetricJudgement } from '../../model/judgement.ts';
import type { Exhibit, Observation } from '../exhibit.ts';

/** Nothing was said of a metric that should be judged, whatever the reason: it must not count as healthy. */
export function findNotCompared(metric: MetricJudgement, { reads }: Exhibit): Observation[] {
  const isJudged =
    reads === 'canary'
      ? metric.classification !== 'Nodata'
      : wasCompared(metric) || isFailed(metric);
  if (isJudged) return [];
  return [
    {
      code: 'not-compared',
      tags: metric.tags,
      numbers: { baseline: metric.baseline.count, canary: metric.canary.count },
      sentence: metric.sentence,
      remedy: 'judge a longer time, so that both sides have enough values',
    },
  ];
}

/** A metric that must have data and has none has been judged: it failed. */
function isFailed({ classification }: MetricJudgement): boolean {
  return classification === 'NodataFailMetric';
}
