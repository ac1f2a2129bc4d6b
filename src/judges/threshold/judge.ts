import type { MetricConfig } from '../../model/config.ts';
import type { CriteriaEvidence, Judgement, MetricJudgement } from '../../model/judgement.ts';
import type { Pair } from '../../model/series.ts';
import { applyPolicies } from '../score/apply-policies.ts';
import { identify } from '../identify.ts';
import type { Judge, JudgeInput } from '../judge.ts';
import { clean } from '../clean.ts';
import { findMetric } from '../rank-judge.ts';
import { withRates } from '../rates-of-counts.ts';
import { withGroups } from '../score/with-groups.ts';
import { checkCriteria, readCriteria, type Criteria } from './check-criteria.ts';
import { decideOnLimits, scoreLimits, type LimitedMetric } from './score.ts';
import { explainLimits, explainLimitVerdict, warnAboutLimits } from './sentence.ts';

export const THRESHOLD_JUDGE = 'ThresholdJudge-v1.0';

type Label = Pick<
  MetricJudgement,
  'classification' | 'classificationReason' | 'critical' | 'muted'
>;

/**
 * Limits instead of a test: each metric's value against its pass and warning criteria, absolute or
 * relative to the baseline or to earlier passed runs; weights, key metrics and a total score as in
 * Keptn's `slo.yaml`. It says whether limits hold, not whether a difference is more than chance.
 *
 * Faults: `invalid-config` for criteria that cannot be read and for a pair without a metric,
 * `invalid-formula` for formulas; none for data.
 */
export function createThresholdJudge(): Judge {
  return {
    name: THRESHOLD_JUDGE,
    learns: true,
    reads: readSides,
    judge: (input) => judgeLimits(withRates({ ...input, config: withGroups(input.config) })),
  };
}

/** Absolute limits, and those relative to earlier runs, say nothing of the baseline; without any a metric is only shown. */
function readSides({ threshold }: MetricConfig): 'both' | 'canary' | 'nothing' {
  if (threshold === undefined || threshold.pass.length === 0) return 'nothing';
  const all = [...threshold.pass, ...threshold.warning].flat();
  const isComparing = all.some((text) => /^\s*[<>=]+\s*([+-]|.*%\s*$)/.test(text));
  return isComparing && threshold.compareWith === 'baseline' ? 'both' : 'canary';
}

function judgeLimits(input: JudgeInput): Judgement {
  const { config, thresholds, pairs } = input;
  const names = config.metrics.map(({ name }) => name);
  const criteria = new Map(
    config.metrics.map((metric) => [metric.name, readCriteria(metric, names)]),
  );
  const metrics = pairs.map((pair) => {
    const metric = findMetric(THRESHOLD_JUDGE, config, pair);
    return judgeMetric(metric, pair, { input, criteria: criteria.get(metric.name) });
  });
  const scoreOf = (judged: readonly LimitedMetric[]) =>
    scoreLimits(judged, config.groupWeights, thresholds);
  const score = scoreOf(metrics);
  const verdict = applyPolicies<LimitedMetric>(metrics, config.metrics, (judged) =>
    decideOnLimits(scoreOf(judged), judged),
  );
  const outcome = { judge: THRESHOLD_JUDGE, verdict, ...score, thresholds, metrics };
  const wantsHistory = ({ metric }: MetricJudgement): boolean =>
    criteria.get(metric)?.policy.compareWith === 'history';
  return {
    ...outcome,
    reason: explainLimitVerdict(outcome),
    warnings: warnAboutLimits(metrics, wantsHistory),
  };
}

function judgeMetric(
  metric: MetricConfig,
  pair: Pair,
  { input, criteria }: { input: JudgeInput; criteria: Criteria | undefined },
): MetricJudgement {
  const evidence = criteria && checkCriteria(criteria, input, pair);
  const judged = {
    ...identify(metric, pair),
    ...(criteria && evidence ? label(metric, criteria, evidence) : SHOWN_ONLY),
    baseline: clean(pair.baseline.values, metric).summary,
    canary: clean(pair.canary.values, metric).summary,
    ...(evidence === undefined ? {} : { criteria: evidence }),
  };
  return { ...judged, sentence: explainLimits(judged) };
}

const SHOWN_ONLY: Label = { classification: 'Pass', critical: false, muted: true };

function label(metric: MetricConfig, criteria: Criteria, evidence: CriteriaEvidence): Label {
  const { muted, critical: isCritical, name } = metric;
  const isKey = isCritical || evidence.isKey;
  if (evidence.pass.length === 0) return SHOWN_ONLY;
  if (evidence.state === 'pass') return { classification: 'Pass', critical: false, muted };
  if (evidence.state === 'none') {
    const failsAlone = metric.noData === 'fail' && !isKey;
    const classification = failsAlone ? 'NodataFailMetric' : 'Nodata';
    const classificationReason = `Missing data for ${name}`;
    return { classification, classificationReason, critical: isKey, muted };
  }
  const critical = isKey && evidence.state === 'fail';
  const classification = isTooHigh(criteria, evidence) ? 'High' : 'Low';
  const classificationReason = critical
    ? `The metric ${name} was classified as ${classification} (Critical)`
    : `${name} was classified as ${classification}`;
  return { classification, classificationReason, critical, muted };
}

/** By the first pass criterion that is not met. */
function isTooHigh({ pass }: Criteria, evidence: CriteriaEvidence): boolean {
  const index = evidence.pass.flat().findIndex(({ isMet }) => !isMet);
  const { operator } = pass.flat()[index]!;
  if (operator === '=') return evidence.value! > evidence.pass.flat()[index]!.limit!;
  return operator.startsWith('<');
}
