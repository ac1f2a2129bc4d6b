import type { Thresholds } from '../../model/config.ts';
import type {
  Classification,
  GroupScore,
  Judgement,
  MetricJudgement,
} from '../../model/judgement/judgement.ts';
import { weightedShare } from '../../model/metric-weight.ts';

/** What scoring needs to know of a metric's result. */
export type ScoredMetric = Pick<
  MetricJudgement,
  'groups' | 'classification' | 'classificationReason' | 'critical' | 'muted' | 'weight'
>;

export type Score = Pick<Judgement, 'score' | 'scoreClassification' | 'scoreReason' | 'groups'>;

/** Metrics without these labels had no say: they count neither for nor against their group. */
export const COUNTED: readonly Classification[] = ['Pass', 'High', 'Low', 'NodataFailMetric'];

/**
 * Scores a canary from the labels of its metrics.
 *
 * Definition: a group's score is the share of its counted metrics that passed, by their weights, in
 * percent; the total is the weighted sum of the groups. A failed critical metric, or half of the metrics without data,
 * sets the total to 0. Muted metrics are left out.
 * Edge cases: weights are not normalised, so the total may leave 0 to 100; a group without a counted
 * metric scores 0 itself and adds its full weight to the total; without any group the total is 0.
 * Convention: Kayenta knows no weights of metrics: there, each counts 1.
 * Source: Kayenta's `WeightedSumScorer` and `ThresholdScoreClassifier`.
 */
export function scoreMetrics(
  metrics: readonly ScoredMetric[],
  groupWeights: Record<string, number>,
  thresholds: Thresholds,
): Score {
  const counting = metrics.filter((metric) => !metric.muted);
  const groups = scoreGroups(counting, groupWeights);
  const scoreReason = hardRule(counting);
  const score = scoreReason === '' ? weightedSum(groups) : 0;
  return { score, scoreClassification: classifyScore(score, thresholds), scoreReason, groups };
}

function scoreGroups(
  metrics: readonly ScoredMetric[],
  groupWeights: Record<string, number>,
): GroupScore[] {
  const names = [...new Set(metrics.flatMap((metric) => metric.groups))];
  const weightOf = shareWeights(names, groupWeights);
  return names.map((name) => {
    const counted = metrics.filter(
      (metric) => metric.groups.includes(name) && COUNTED.includes(metric.classification),
    );
    const hasData = counted.length > 0;
    const score = hasData ? weightedShare(counted, isPassed) * 100 : 0;
    return { name, score, weight: weightOf(name), hasData };
  });
}

function isPassed({ classification }: ScoredMetric): number {
  return Number(classification === 'Pass');
}

/** The weight of each group: the config's own, or an equal share of what its weights leave open to 100. */
export function shareWeights(
  names: readonly string[],
  groupWeights: Record<string, number>,
): (name: string) => number {
  const configured = new Map(Object.entries(groupWeights));
  const sum = [...configured.values()].reduce((total, weight) => total + weight, 0);
  const share = (100 - sum) / names.filter((name) => !configured.has(name)).length;
  return (name) => configured.get(name) ?? share;
}

/** The reason why the score is 0 whatever the groups say, or an empty string. */
function hardRule(metrics: readonly ScoredMetric[]): string {
  const decisive = metrics.find((metric) => metric.critical && metric.classification !== 'Pass');
  if (decisive !== undefined) return `Canary Failed: ${decisive.classificationReason ?? ''}`;
  const empty = metrics.filter((metric) => metric.classification === 'Nodata').length;
  const tooFew = (empty / metrics.length) * 100 >= 50;
  return tooFew ? 'Canary Failed: 50% or more metrics returned NODATA' : '';
}

function weightedSum(groups: readonly GroupScore[]): number {
  const total = groups.reduce(
    (sum, group) => sum + (group.hasData ? group.score : 100) * (group.weight / 100),
    0,
  );
  return roundHalfUp(total);
}

function classifyScore(score: number, thresholds: Thresholds): Judgement['scoreClassification'] {
  if (score >= thresholds.pass) return 'Pass';
  return score >= thresholds.marginal ? 'Marginal' : 'Fail';
}

/**
 * Two decimals, ties away from zero, of the shortest decimal that names the double: 16.665 becomes
 * 16.67, although the double lies below. Java's `BigDecimal` does so; arithmetic on doubles cannot.
 */
export function roundHalfUp(value: number): number {
  const text = String(Math.abs(value));
  const [whole = '', fraction = ''] = text.split('.');
  if (text.includes('e')) return Math.abs(value) < 1 ? 0 : value;
  if (fraction.length <= 2) return value;
  const hundredths = Number(whole + fraction.slice(0, 2)) + (fraction[2]! >= '5' ? 1 : 0);
  return (Math.sign(value) * hundredths) / 100;
}
