import type { Judgement, MetricJudgement, Verdict } from '../../model/judgement.ts';
import { wasCompared } from '../../model/evidence-of-data.ts';

const VERDICTS = { Pass: 'pass', Marginal: 'marginal', Fail: 'fail' } as const;

/**
 * The answer for a deployer. It follows the score, except where Kayenta's score says something about
 * data that is not there: then it is an honest `nodata`, neither a pass nor a fail.
 *
 * `nodata`: the score was set to 0 for missing data alone (a critical metric without data while no
 * critical metric really failed, or half of all metrics), or no unmuted metric was compared at all.
 * A metric that fails because it must have data counts as compared: its config says so.
 */
export function decideVerdict(
  score: Pick<Judgement, 'scoreClassification' | 'scoreReason'>,
  metrics: readonly Omit<MetricJudgement, 'sentence'>[],
): Verdict {
  const counting = metrics.filter((metric) => !metric.muted);
  const decisive = counting.filter((metric) => metric.critical && metric.classification !== 'Pass');
  const isMissing = decisive.every(({ classification }) => classification === 'Nodata');
  if (score.scoreReason !== '' && isMissing) return 'nodata';
  if (!counting.some(hasSay)) return 'nodata';
  return VERDICTS[score.scoreClassification];
}

function hasSay(metric: Omit<MetricJudgement, 'sentence'>): boolean {
  return metric.classification === 'NodataFailMetric' || wasCompared(metric);
}
