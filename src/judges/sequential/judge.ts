import type { Verdict } from '../../model/judgement/judgement.ts';
import { weightedShare } from '../../model/metric-weight.ts';
import { applyPolicies } from '../score/apply-policies.ts';
import { explainRemedy } from '../explain/explain-remedy.ts';
import { explainVerdict } from '../explain/explain-verdict.ts';
import { identify } from '../identify.ts';
import type { Judge } from '../judge.ts';
import { listWarnings } from '../explain/list-warnings.ts';
import { clean } from '../clean.ts';
import { withRates } from '../rates-of-counts.ts';
import { roundHalfUp } from '../score/score.ts';
import { decideVerdict } from '../score/decide-verdict.ts';
import { runChecks } from './checks.ts';
import { describeStanding } from './describe/describe.ts';
import { tellOutlyingInstances } from './describe/findings.ts';
import { labelsWithoutOutlying } from './describe/without-outlying.ts';
import type { SequentialDecision, SequentialSummary } from '../../model/judgement/sequential.ts';
import type { SequentialJudgement, SequentialMetricJudgement } from './judgement.ts';
import { commonEvidence } from './describe/common-evidence.ts';
import type { JudgeInput } from '../judge.ts';
import { takeLook, type Look, type Standing } from './look.ts';
import { resolveOptions, type SequentialOptions } from './options.ts';
import { onsetOn } from './describe/onset.ts';
import { explainStanding } from './describe/sentence.ts';
import { scoreCanary, shareWeights } from '../score/score-canary.ts';
import { createSession, type Followed, type Session } from './data/session.ts';

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
      const { isOver = false, plannedMs = 0, elapsedMs = 0 } = input;
      const isEnd = isOver || input.plannedMs === undefined || elapsedMs >= plannedMs;
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
  const { options } = at;
  const look = takeLook(session, input, at);
  const { standings, score, decision } = look;
  const without = labelsWithoutOutlying(session, input, at);
  const shown = withRates(input);
  const metrics = standings.map((standing) => {
    return withLabel(judgeMetric(standing, { options, decision, shown }), without);
  });
  const open = metrics.filter(({ classification, muted }) => {
    return !muted && classification === 'Undecided';
  });
  const { groupWeights, metrics: policies } = input.config;
  const verdictOf = (labelled: readonly SequentialMetricJudgement[]) =>
    applyPolicies(labelled.map(benefitOfDoubt), policies, (scored) =>
      decideVerdict(scoreCanary(scored, groupWeights, input.thresholds), scored),
    );
  const remedy = explainRemedy(metrics, verdictOf);
  const verdict = settle(verdictOf(metrics), look, open.length > 0, options);
  const outcome = {
    judge: SEQUENTIAL_JUDGE,
    verdict,
    ...score,
    thresholds: input.thresholds,
    metrics,
  };
  const checks = runChecks(session, input.traffic);
  const waitMs = waitOf(metrics, session.stepMs, decision);
  return {
    ...outcome,
    reason: `${explainVerdict(outcome)}${undecidedText(open, verdict)}${rateText(input, options)}${waitText(waitMs)}`,
    ...(remedy === undefined ? {} : { remedy }),
    warnings: [
      ...listWarnings(outcome, {}),
      ...metrics.flatMap(tellOutlyingInstances),
      // what is wrong with the split of the traffic is a finding, under every judge
      ...checks
        .filter(({ failed, name }) => failed && name !== 'sample ratio')
        .map(({ name, sentence }) => `${name}: ${sentence}`),
    ],
    sequential: {
      decision,
      samples: Math.max(0, ...session.followed.map(({ run }) => run.samples.length)),
      undecided: open.map(({ metric }) => metric),
      checks,
      ...(waitMs === undefined ? {} : { waitSeconds: waitMs / 1000 }),
      ...summarise(metrics, input),
    },
  };
}

/** The label without the instances that stand out, where some do. */
function withLabel(
  metric: SequentialMetricJudgement,
  without: ReadonlyMap<string, string>,
): SequentialMetricJudgement {
  const label = without.get(metric.pairId);
  if (label === undefined) return metric;
  return { ...metric, sequential: { ...metric.sequential, labelWithoutInstances: label } };
}

/** What is not decided took nothing away from the score: the verdict says so in its own word. */
function benefitOfDoubt(metric: SequentialMetricJudgement): SequentialMetricJudgement {
  return metric.classification === 'Undecided' ? { ...metric, classification: 'Pass' } : metric;
}

function undecidedText(open: readonly SequentialMetricJudgement[], verdict: Verdict): string {
  // the verdict's own sentence has them already
  if (open.length === 0 || verdict === 'undecided') return '';
  return `; not decided: ${open.map(({ metric }) => metric).join(', ')}`;
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

/** V3 fails for good; V9: a pass with something undecided is no pass, unless the config says so. */
function settle(
  verdict: Verdict,
  { decision }: Look,
  hasOpen: boolean,
  { onUndecided }: SequentialOptions,
): Verdict {
  if (decision === 'fail-early') return 'fail';
  if (!hasOpen || verdict !== 'pass' || decision === 'pass-early') return verdict;
  return decision === 'continue' || onUndecided === 'hold' ? 'undecided' : onUndecided;
}

function judgeMetric(
  standing: Standing,
  {
    options,
    decision,
    shown,
  }: { options: SequentialOptions; decision: SequentialDecision; shown: JudgeInput },
): SequentialMetricJudgement {
  const { pair, metric } = standing.followed;
  const { baseline, canary } = summariseSides(standing.followed, shown);
  const description = describeStanding(standing, options);
  const sequential = description.evidence;
  const arms = { baseline: baseline.sorted, canary: canary.sorted };
  const common = commonEvidence(sequential, metric, arms, baseline.summary);
  const { since } = sequential;
  const isFailed = standing.classification === 'High' || standing.classification === 'Low';
  const onset = isFailed && since !== null ? onsetOn(standing, since) : {};
  const evidence = common === undefined ? undefined : { ...common, ...onset };
  const isOpen = standing.classification === 'Pass' && !description.power.isDecided;
  const classification = isOpen ? 'Undecided' : standing.classification;
  const isRunning = decision === 'continue';
  return {
    ...identify(metric, pair),
    classification,
    ...(standing.classificationReason === undefined
      ? {}
      : { classificationReason: standing.classificationReason }),
    critical: standing.critical,
    muted: standing.muted,
    baseline: baseline.summary,
    canary: canary.summary,
    ...(sequential.observed === undefined ? {} : { ratio: sequential.observed }),
    ...(evidence === undefined ? {} : { evidence }),
    sentence: explainStanding({ standing, description, classification, isRunning }),
    sequential,
  };
}

/** Both sides as they are compared: of a count its rates, and nothing taken away. */
function summariseSides({ pair, metric }: Followed, { config, pairs }: JudgeInput) {
  const { missingValues } = config.metrics.find(({ name }) => name === metric.name) ?? metric;
  const outliers = { ...metric.outliers, strategy: 'keep' as const };
  const policy = { ...metric, missingValues, outliers };
  const values = pairs.find(({ id }) => id === pair.id) ?? pair;
  return {
    baseline: clean(values.baseline.values, policy),
    canary: clean(values.canary.values, policy),
  };
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
