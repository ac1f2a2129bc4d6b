import type { Thresholds } from '../../model/config.ts';
import type { GroupScore, Judgement, MetricJudgement, Verdict } from '../../model/judgement.ts';
import { weightedShare } from '../../model/metric-weight.ts';
import { hasNoData } from '../../model/evidence-of-data.ts';
import { roundHalfUp, type Score } from '../score/score.ts';
import { shareWeights } from '../score/score-canary.ts';

export type LimitedMetric = Omit<MetricJudgement, 'sentence'>;

/** Of a metric's weight: all for a pass, half for a warning. */
const CREDITS = { pass: 1, warning: 0.5, fail: 0, none: 0 } as const;

/**
 * Scores a canary as Keptn does: the earned share of the weights, in percent. A failed key metric, or
 * half of the weight without data, sets it to 0.
 *
 * Convention: metrics without criteria are muted, and those without data count neither for nor against.
 * Groups weigh what their metrics weigh, unless the config gives group weights.
 */
export function scoreLimits(
  metrics: readonly LimitedMetric[],
  groupWeights: Record<string, number>,
  thresholds: Thresholds,
): Score {
  const counting = metrics.filter(({ muted }) => !muted);
  const groups = scoreGroups(counting, groupWeights);
  const scoreReason = hardRule(counting);
  const total = groups.reduce((sum, { score, weight }) => sum + score * (weight / 100), 0);
  const score = scoreReason === '' ? roundHalfUp(total) : 0;
  return { score, scoreClassification: classifyScore(score, thresholds), scoreReason, groups };
}

const VERDICTS = { Pass: 'pass', Marginal: 'marginal', Fail: 'fail' } as const;

/** As the score says; `nodata` when nothing could be held against criteria, or data were missing alone. */
export function decideOnLimits(score: Score, metrics: readonly LimitedMetric[]): Verdict {
  const counting = metrics.filter(({ muted }) => !muted);
  if (!counting.some(isCounted)) return 'nodata';
  const decisive = counting.filter(isDecisive);
  if (score.scoreReason !== '' && decisive.every(hasNoData)) return 'nodata';
  return VERDICTS[score.scoreClassification];
}

function isDecisive({ critical, classification }: LimitedMetric): boolean {
  return critical && classification !== 'Pass';
}

function isCounted({ classification }: LimitedMetric): boolean {
  return classification !== 'Nodata';
}

function scoreGroups(
  metrics: readonly LimitedMetric[],
  groupWeights: Record<string, number>,
): GroupScore[] {
  const names = [...new Set(metrics.flatMap(({ groups }) => groups))];
  const members = new Map(
    names.map((name) => [
      name,
      metrics.filter((metric) => isCounted(metric) && metric.groups.includes(name)),
    ]),
  );
  const used = names.filter((name) => members.get(name)!.length > 0);
  const isGiven = used.some((name) => Object.hasOwn(groupWeights, name));
  const own = Object.fromEntries(used.map((name) => [name, sumWeights(members.get(name)!)]));
  const weights = new Map(Object.entries(shareWeights(used, isGiven ? groupWeights : own)));
  return names.map((name) => {
    const counted = members.get(name)!;
    const hasData = counted.length > 0;
    const score = hasData ? 100 * weightedShare(counted, creditOf) : 0;
    return { name, score, weight: weights.get(name) ?? 0, hasData };
  });
}

function sumWeights(metrics: readonly LimitedMetric[]): number {
  return metrics.reduce((sum, { weight = 1 }) => sum + weight, 0);
}

function creditOf({ classification, criteria }: LimitedMetric): number {
  return classification === 'Pass' ? 1 : CREDITS[criteria?.state ?? 'none'];
}

function hardRule(metrics: readonly LimitedMetric[]): string {
  const decisive = metrics.find(isDecisive);
  if (decisive !== undefined) return `Canary Failed: ${decisive.classificationReason ?? ''}`;
  const empty = sumWeights(metrics.filter((metric) => !isCounted(metric)));
  const tooFew = metrics.length > 0 && empty * 2 >= sumWeights(metrics);
  return tooFew ? 'Canary Failed: 50% or more of the weight has no data' : '';
}

function classifyScore(score: number, thresholds: Thresholds): Judgement['scoreClassification'] {
  if (score >= thresholds.pass) return 'Pass';
  return score >= thresholds.marginal ? 'Marginal' : 'Fail';
}
