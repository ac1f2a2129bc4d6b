import type { Thresholds } from '../../model/config.ts';
import type { Score, ScoredMetric } from '../score/score.ts';
import { scoreCanary } from '../score/score-canary.ts';

/**
 * Kayenta's score without its holes: a metric in error counts as not passed, and weights are shared out
 * over the groups that have data, so that the score lies between 0 and 100.
 */
export function scoreFully(
  metrics: readonly ScoredMetric[],
  groupWeights: Record<string, number>,
  thresholds: Thresholds,
): Score {
  const counted = metrics.map((metric) =>
    metric.classification === 'Error' ? { ...metric, classification: 'High' as const } : metric,
  );
  return scoreCanary(counted, groupWeights, thresholds);
}
