import { Fault } from '../errors.ts';
import type { CanaryConfig, MetricConfig, Thresholds } from '../model/config.ts';
import type { MetricJudgement } from '../model/judgement/judgement.ts';
import type { Pair } from '../model/series.ts';
import { applyPolicies } from './score/apply-policies.ts';
import { explainMetric } from './explain/explain-metric.ts';
import { explainRemedy } from './explain/explain-remedy.ts';
import { explainVerdict } from './explain/explain-verdict.ts';
import { identify } from './identify.ts';
import type { Judge } from './judge.ts';
import { listWarnings } from './explain/list-warnings.ts';
import { withRates } from './rates-of-counts.ts';
import { findOnset, sinceText } from './onset.ts';
import { clean, type Sample } from './clean.ts';
import type { Comparison } from './comparison.ts';
import type { Score, ScoredMetric } from './score/score.ts';
import { decideVerdict } from './score/decide-verdict.ts';

/** One pair ready to be compared. */
export interface Member {
  metric: MetricConfig;
  pair: Pair;
  canary: Sample;
  baseline: Sample;
}

/** What tells the judges apart that compare two samples by ranks. */
export interface RankRules extends Pick<Judge, 'name' | 'isQuick'> {
  /** Compares each of the pairs that are judged together. */
  compareAll: (members: readonly Member[], groupWeights: Record<string, number>) => Comparison[];
  score: (
    metrics: readonly ScoredMetric[],
    groupWeights: Record<string, number>,
    thresholds: Thresholds,
  ) => Score;
}

/**
 * A judge of the data as they are: clean each pair, compare it, score the labels, decide.
 *
 * Faults (`invalid-config`): a pair whose metric the config does not know; an outlier factor that is
 * not above 0.
 */
export function createRankJudge(rules: RankRules): Judge {
  const { name, isQuick = false, compareAll, score: scoreMetrics } = rules;
  return {
    name,
    isQuick,
    judge(input) {
      const { config, thresholds, pairs } = withRates(input);
      const members = pairs.map((pair) => toMember(findMetric(name, config, pair), pair));
      const comparisons = compareAll(members, config.groupWeights);
      const metrics = members.map((member, k) => toJudgement(member, comparisons[k]!));
      const score = scoreMetrics(metrics, config.groupWeights, thresholds);
      const verdictOf = (labelled: readonly MetricJudgement[]) =>
        applyPolicies(labelled, config.metrics, (scored) =>
          decideVerdict(scoreMetrics(scored, config.groupWeights, thresholds), scored),
        );
      const verdict = verdictOf(metrics);
      const remedy = explainRemedy(metrics, verdictOf);
      const outcome = { judge: name, verdict, ...score, thresholds, metrics };
      return {
        ...outcome,
        reason: explainVerdict(outcome),
        ...(remedy === undefined ? {} : { remedy }),
        warnings: listWarnings(outcome, config.groupWeights),
      };
    },
  };
}

function toMember(metric: MetricConfig, pair: Pair): Member {
  const baseline = clean(pair.baseline.values, metric);
  const canary = clean(pair.canary.values, metric);
  return { metric, pair, canary, baseline };
}

function toJudgement(
  { metric, pair, canary, baseline }: Member,
  comparison: Comparison,
): MetricJudgement {
  const onset = findOnset(pair, metric, comparison.classification);
  const evidence =
    comparison.evidence === undefined || onset === undefined
      ? comparison.evidence
      : { ...comparison.evidence, ...onset };
  const judged = {
    ...identify(metric, pair),
    ...comparison,
    ...(evidence === undefined ? {} : { evidence }),
    muted: metric.muted,
    baseline: baseline.summary,
    canary: canary.summary,
  };
  return { ...judged, sentence: explainMetric(judged, metric, sinceText(onset)) };
}

/** The metric of a pair: the first of that name, where a config has several. */
export function findMetric(judge: string, config: CanaryConfig, pair: Pair): MetricConfig {
  const metric = config.metrics.find((candidate) => candidate.name === pair.metric);
  const subject = `metric "${pair.metric}"`;
  if (metric === undefined) {
    const message = `judge "${judge}" got data for ${subject}, which config "${config.name}" does not have; add it or leave the data out`;
    throw new Fault('invalid-config', message, { subject });
  }
  const { strategy, factor } = metric.outliers;
  if (strategy === 'remove' && !(factor > 0)) {
    const message = `config "${config.name}" sets the outlier factor of ${subject} to ${factor}; it must be above 0`;
    throw new Fault('invalid-config', message, { subject });
  }
  return metric;
}
