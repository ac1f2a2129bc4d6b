import type { Verdict } from '../../model/judgement.ts';
import { weightedShare } from '../../model/metric-weight.ts';
import { applyPolicies } from '../score/apply-policies.ts';
import { explainRemedy } from '../explain/explain-remedy.ts';
import { explainVerdict } from '../explain/explain-verdict.ts';
import { identify } from '../identify.ts';
import type { Judge } from '../judge.ts';
import { listWarnings } from '../explain/list-warnings.ts';
import { clean } from '../clean.ts';
import { roundHalfUp } from '../score/score.ts';
import { decideVerdict } from '../score/decide-verdict.ts';
import { runChecks } from './checks.ts';
import { measureEffect, measureSince } from './effect.ts';
import type {
  SequentialDecision,
  SequentialEvidence,
  SequentialSummary,
} from '../../model/sequential.ts';
import type { SequentialJudgement, SequentialMetricJudgement } from './judgement.ts';
import { commonEvidence } from './common-evidence.ts';
import type { JudgeInput } from '../judge.ts';
import { takeLook, type Look, type Standing } from './look.ts';
import { resolveOptions, type SequentialOptions } from './options.ts';
import { regressionProbability } from './probability.ts';
import { explainStanding } from './sentence.ts';
import { scoreCanary, shareWeights } from '../score/score-canary.ts';
import { createSession, type Session } from './session.ts';

export const SEQUENTIAL_JUDGE = 'SequentialJudge-v1.0';

export interface SequentialJudge extends Judge {
  judge(input: JudgeInput): SequentialJudgement;
}

/**
 * The judge whose verdict stays valid however often one looks: one e-process a metric on paired
 * differences, weighted Holm over metrics, early fail, early pass by non-inferiority, and Kayenta's
 * score on top. A pure function of the data so far.
 *
 * Faults: `bad-configuration` for options, `invalid-config` for tolerances that are no ratios and for
 * a pair without a metric; none for data.
 */
export function createSequentialJudge(options: Partial<SequentialOptions> = {}): SequentialJudge {
  const resolved = resolveOptions(options);
  return {
    name: SEQUENTIAL_JUDGE,
    learns: true,
    decidesEarly: true,
    judge(input) {
      const session = createSession(input, resolved);
      session.advance(session.length);
      const isEnd = input.plannedMs === undefined || (input.elapsedMs ?? 0) >= input.plannedMs;
      return judgeSession(session, input, { options: resolved, isEnd });
    },
  };
}

/** The judgement of what a session has been fed so far. */
export function judgeSession(
  session: Session,
  input: JudgeInput,
  at: { options: SequentialOptions; isEnd: boolean },
): SequentialJudgement {
  const look = takeLook(session, input, at);
  const { standings, score, decision } = look;
  const metrics = standings.map((standing) => judgeMetric(standing, at.options));
  const undecided = metrics.filter(({ classification, muted, sequential }) => {
    return !muted && classification === 'Pass' && !sequential.confirmed;
  });
  const inconclusive = undecided.map(({ metric }) => metric);
  const { groupWeights, metrics: policies } = input.config;
  const verdictOf = (labelled: readonly SequentialMetricJudgement[]) =>
    applyPolicies(labelled, policies, (scored) =>
      decideVerdict(scoreCanary(scored, groupWeights, input.thresholds), scored),
    );
  const remedy = explainRemedy(metrics, verdictOf);
  const verdict = settle(verdictOf(metrics), look, inconclusive.length > 0, at.options);
  const outcome = {
    judge: SEQUENTIAL_JUDGE,
    verdict,
    ...score,
    thresholds: input.thresholds,
    metrics,
  };
  const checks = runChecks(session, input.traffic, at.options.checkAlpha);
  const waitMs = waitOf(metrics, session.stepMs, decision);
  return {
    ...outcome,
    reason: `${explainVerdict(outcome)}${undecidedText(undecided)}${rateText(input, at.options)}${waitText(waitMs)}`,
    ...(remedy === undefined ? {} : { remedy }),
    warnings: [
      ...listWarnings(outcome, {}),
      ...checks.filter(({ failed }) => failed).map(({ name, sentence }) => `${name}: ${sentence}`),
    ],
    sequential: {
      decision,
      samples: Math.max(0, ...session.followed.map(({ run }) => run.samples.length)),
      inconclusive,
      checks,
      ...(waitMs === undefined ? {} : { waitSeconds: waitMs / 1000 }),
      ...summarise(metrics, input),
    },
  };
}

function undecidedText(undecided: readonly SequentialMetricJudgement[]): string {
  const names = undecided.map(({ metric, sequential: { confirmedAt } }) =>
    confirmedAt === null ? metric : `${metric} (was confirmed, but no longer is)`,
  );
  return names.length === 0 ? '' : `; not decided: ${names.join(', ')}`;
}

/** Which promise stands behind the failed metrics, where it is not the usual one. */
function rateText({ config }: JudgeInput, { multiplicity }: SequentialOptions): string {
  const isPlain = config.metrics.some(({ critical, muted }) => !critical && !muted);
  if (multiplicity === 'holm' || !isPlain) return '';
  return '; non-critical metrics were judged by their false discovery rate (e-BH)';
}

/** How much longer the run must be, should nothing change, until the slowest open metric is confirmed. */
function waitOf(
  metrics: readonly SequentialMetricJudgement[],
  stepMs: number,
  decision: SequentialDecision,
): number | undefined {
  const waits = metrics
    .filter(({ muted, sequential }) => !muted && !sequential.confirmed)
    .map(({ sequential }) => sequential.samplesToConfirm ?? 0)
    .filter((samples) => samples > 0 && Number.isFinite(samples));
  if (decision !== 'continue' || waits.length === 0 || stepMs <= 0) return undefined;
  return Math.max(...waits) * stepMs;
}

function waitText(waitMs: number | undefined): string {
  return waitMs === undefined ? '' : `; needs about ${minutesText(waitMs)} more at this traffic`;
}

function minutesText(ms: number): string {
  if (ms < 60_000) return `${Math.ceil(ms / 1000)} seconds`;
  const minutes = Math.ceil(ms / 60_000);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}

/** V3 fails for good; V5: what a pass at the end is worth while something was left undecided. */
function settle(
  verdict: Verdict,
  { decision }: Look,
  isInconclusive: boolean,
  { onInconclusive }: SequentialOptions,
): Verdict {
  if (decision === 'fail-early') return 'fail';
  return decision === 'end' && verdict === 'pass' && isInconclusive ? onInconclusive : verdict;
}

function judgeMetric(standing: Standing, options: SequentialOptions): SequentialMetricJudgement {
  const { pair, metric } = standing.followed;
  const policy = { ...metric, outliers: { ...metric.outliers, strategy: 'keep' as const } };
  const baseline = clean(pair.baseline.values, policy);
  const canary = clean(pair.canary.values, policy);
  const sequential = describe(standing, options);
  const arms = { baseline: baseline.sorted, canary: canary.sorted };
  const evidence = commonEvidence(sequential, metric, arms, baseline.summary);
  return {
    ...identify(metric, pair),
    classification: standing.classification,
    ...(standing.classificationReason === undefined
      ? {}
      : { classificationReason: standing.classificationReason }),
    critical: standing.critical,
    muted: standing.muted,
    baseline: baseline.summary,
    canary: canary.summary,
    ...(sequential.estimate === undefined ? {} : { ratio: sequential.estimate }),
    ...(evidence === undefined ? {} : { evidence }),
    sentence: explainStanding(standing, sequential),
    sequential,
  };
}

function describe(standing: Standing, options: SequentialOptions): SequentialEvidence {
  const { state, followed } = standing;
  const since = lateStart(standing);
  return {
    scale: state.scale,
    pairs: state.pairs,
    ...measureEffect(standing, options),
    logE: finite(state.logE),
    logEMax: finite(state.path.at(-1) ?? 0),
    p: standing.p,
    adjustedP: standing.adjustedP,
    level: 1 - options.alpha,
    decidedAt: standing.decidedAt,
    since,
    ...(since === null ? {} : measureLate(standing, since, options)),
    confirmed: standing.isConfirmed,
    confirmedAt: standing.confirmedAt,
    probabilityOfRegression: regressionProbability(
      state.sides,
      followed.metric.direction,
      options.priorRegression,
    ),
  };
}

/** S7: where the part begins that failed the metric, or that speaks against an earlier confirmation. */
function lateStart({ state, decidedAt, confirmedAt, isConfirmed }: Standing): number | null {
  const isLost = confirmedAt !== null && !isConfirmed;
  const start = decidedAt !== null ? state.leadingStart : isLost ? state.suspectStart : 0;
  return start > 0 ? start : null;
}

function measureLate(
  standing: Standing,
  since: number,
  options: SequentialOptions,
): Pick<SequentialEvidence, 'late'> {
  const late = measureSince(standing, since, options);
  return late === undefined ? {} : { late };
}

/** Evidence 0 has no finite logarithm; no double is smaller than exp(-745). */
function finite(logE: number): number {
  return Math.min(Math.max(logE, -745), Number.MAX_VALUE);
}

/** Section 5: what the single probabilities say of the whole. */
function summarise(
  metrics: readonly SequentialMetricJudgement[],
  input: JudgeInput,
): Pick<SequentialSummary, 'probabilityOfRegression' | 'confidence' | 'softScore'> {
  const counted = metrics.filter(({ muted }) => !muted);
  const probabilities = counted.map(({ sequential }) => sequential.probabilityOfRegression);
  const critical = input.config.metrics.filter((metric) => metric.critical).map(({ name }) => name);
  const criticalTotal = sum(
    counted
      .filter(({ metric }) => critical.includes(metric))
      .map(({ sequential }) => sequential.probabilityOfRegression),
  );
  return {
    probabilityOfRegression: {
      lower: Math.max(0, ...probabilities),
      upper: Math.min(1, sum(probabilities)),
    },
    confidence: 100 * (1 - Math.min(1, criticalTotal)),
    softScore: softScore(counted, input.config.groupWeights),
  };
}

function softScore(
  metrics: readonly SequentialMetricJudgement[],
  groupWeights: Record<string, number>,
): number {
  const names = [...new Set(metrics.flatMap(({ groups }) => groups))];
  const weights = shareWeights(names, groupWeights);
  const total = names.map((name) => {
    const members = metrics.filter(({ groups }) => groups.includes(name));
    const healthy = ({ sequential }: SequentialMetricJudgement) =>
      1 - sequential.probabilityOfRegression;
    return weights[name]! * weightedShare(members, healthy);
  });
  return roundHalfUp(sum(total));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
