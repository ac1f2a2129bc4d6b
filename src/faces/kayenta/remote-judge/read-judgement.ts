import { applyPolicies } from '../../../judges/score/apply-policies.ts';
import { explainVerdict } from '../../../judges/explain/explain-verdict.ts';
import type { JudgeInput } from '../../../judges/judge.ts';
import { listWarnings } from '../../../judges/explain/list-warnings.ts';
import { COUNTED, shareWeights } from '../../../judges/score/score.ts';
import { decideVerdict } from '../../../judges/score/decide-verdict.ts';
import type { GroupScore, Judgement, MetricJudgement } from '../../../model/judgement/judgement.ts';
import { child, items, refuse, requiredNumber, text, type Place } from '../format/place.ts';
import { readRemoteMetric } from './read-metric.ts';

const SCORE_WORDS = ['Pass', 'Marginal', 'Fail'] as const;

/**
 * What another service judged, as a judgement of ours: its labels and scores stand, the verdict follows its
 * score, and sentences say who judged. Fault (`remote-judge-failed`): the answer is no judge result.
 */
export function readRemoteJudgement(answer: unknown, input: JudgeInput, host: string): Judgement {
  const top: Place = {
    document: 'judge result',
    code: 'remote-judge-failed',
    pointer: '',
    value: answer,
  };
  if (!Array.isArray(child(top, 'results').value)) refuse(child(top, 'results'), 'a list');
  const judge = text(child(top, 'judgeName')) ?? input.config.judge;
  const metrics = items(child(top, 'results')).map((place) => readRemoteMetric(place, input));
  const scored = readScore(child(top, 'score'));
  const groups = readGroups(child(top, 'groupScores'), metrics, input.config.groupWeights);
  const verdict = applyPolicies(metrics, input.config.metrics, (labelled) =>
    decideVerdict(scored, labelled.map(withoutRatio)),
  );
  const outcome = { judge, verdict, ...scored, thresholds: input.thresholds, groups, metrics };
  const measured = { metrics: metrics.map(withoutRatio), groups };
  return {
    ...outcome,
    reason: `${explainVerdict(outcome)}; judged by ${judge} of ${host}`,
    warnings: [
      ...listWarnings(measured, input.config.groupWeights),
      ...warnAboutSilence(metrics, input, host),
    ],
  };
}

function readScore(place: Place): Pick<Judgement, 'score' | 'scoreClassification' | 'scoreReason'> {
  const word = child(place, 'classification');
  const scoreClassification = SCORE_WORDS.find((known) => known === word.value);
  const score = requiredNumber(child(place, 'score'));
  if (!Number.isFinite(score)) refuse(child(place, 'score'), 'a finite number');
  return {
    score,
    scoreClassification: scoreClassification ?? refuse(word, SCORE_WORDS.join(', ')),
    scoreReason: text(child(place, 'classificationReason')) ?? '',
  };
}

function readGroups(
  place: Place,
  metrics: readonly MetricJudgement[],
  groupWeights: Record<string, number>,
): GroupScore[] {
  const scores = items(place).map((group) => ({
    name: text(child(group, 'name')) ?? '',
    score: requiredNumber(child(group, 'score')),
  }));
  const weightOf = shareWeights(
    scores.map(({ name }) => name),
    groupWeights,
  );
  const hasData = (name: string) =>
    metrics.some(
      ({ groups, classification, muted }) =>
        !muted && groups.includes(name) && COUNTED.includes(classification),
    );
  return scores.map(({ name, score }) => ({
    name,
    score,
    weight: weightOf(name),
    hasData: hasData(name),
  }));
}

/** Without a test of ours, a ratio that is no number does not say that nothing was measured. */
function withoutRatio({ ratio: _ratio, ...metric }: MetricJudgement): MetricJudgement {
  return metric;
}

function warnAboutSilence(
  metrics: readonly MetricJudgement[],
  { pairs }: JudgeInput,
  host: string,
): string[] {
  const told = new Set(metrics.map(({ metric }) => metric));
  const silent = new Set(pairs.map(({ metric }) => metric).filter((name) => !told.has(name)));
  return [...silent].map((name) => `${host} says nothing about metric "${name}"`);
}
