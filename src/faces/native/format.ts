import type { Failure } from '../../errors.ts';
import type {
  Analysis,
  AnalysisSummary,
  Execution,
  ExecutionProgress,
  ScopeRequest,
} from '../../model/analysis.ts';
import { formatDuration } from '../../model/time/duration.ts';
import { linksOf } from '../../model/event.ts';
import {
  DECISIONS,
  type Judgement,
  type MetricJudgement,
  type SampleSummary,
} from '../../model/judgement/judgement.ts';
import type { QueryText } from '../../model/query-text.ts';
import type { RejudgementSummary } from '../../model/rejudgement.ts';
import type { SequentialEvidence, SequentialSummary } from '../../model/judgement/sequential.ts';
import type { Pair, PairSide } from '../../model/series.ts';
import type { Window } from '../../model/time/window.ts';
import type { components } from '../../openapi.d.ts';
import type { StoredConfig } from '../../store/store.ts';
import {
  formatAsked,
  formatCallback,
  formatConclusion,
  formatRejudgementSummary,
} from './format-asked.ts';
import { instant, optional, optionalInstant } from './wire.ts';

type Schemas = components['schemas'];

/** The service's own shapes as the contract writes them: instants as ISO text, no NaN, absent instead of undefined. */
export function formatAnalysis({
  analysis,
  executions,
  queries,
  rejudgements,
  result,
}: {
  analysis: Analysis;
  executions: Execution[];
  queries: readonly QueryText[];
  rejudgements: readonly RejudgementSummary[];
  result?: { judgement: Judgement };
}): Schemas['Analysis'] {
  const { snapshot } = analysis;
  const { config, labels, links, ...common } = formatSummary({
    ...analysis,
    configName: snapshot.configName,
    labels: snapshot.labels,
  });
  return {
    ...common,
    config,
    ...formatAsked(snapshot, queries),
    labels,
    ...optional('failure', analysis.failure && formatFailure(analysis.failure)),
    ...formatConclusion(analysis),
    thresholds: snapshot.thresholds,
    scopes: Object.fromEntries(
      Object.entries(snapshot.scopes).map(([name, { baseline, canary }]) => [
        name,
        { baseline: formatScope(baseline), canary: formatScope(canary) },
      ]),
    ),
    window: formatWindow(snapshot.window),
    callbacks: snapshot.callbacks.map(formatCallback),
    intervals: executions.map(formatInterval),
    ...(rejudgements.length === 0
      ? {}
      : { rejudgements: rejudgements.map(formatRejudgementSummary) }),
    ...optional('judgement', result && formatJudgement(result.judgement)),
    links,
  };
}

export function formatSummary(analysis: AnalysisSummary): Schemas['AnalysisSummary'] {
  const { id, state, configName, labels, verdict, score, reason } = analysis;
  return {
    id,
    state,
    config: configName,
    ...optional('verdict', verdict),
    ...optional('score', score),
    ...optional('reason', reason),
    ...optional('decision', verdict === undefined ? undefined : DECISIONS[verdict]),
    labels,
    createdAt: instant(analysis.createdAt),
    ...optional('startedAt', optionalInstant(analysis.startedAt)),
    ...optional('endedAt', optionalInstant(analysis.endedAt)),
    links: linksOf('', id),
  };
}

export function formatStoredConfig(stored: StoredConfig): Schemas['StoredConfig'] {
  return {
    name: stored.name,
    version: stored.version,
    createdAt: instant(stored.createdAt),
    updatedAt: instant(stored.updatedAt),
    config: stored.document as Schemas['CanaryConfig'],
  };
}

export function formatJudgement({
  sequential,
  metrics,
  findings = [],
  ...judgement
}: Judgement): Schemas['Judgement'] {
  return {
    ...judgement,
    metrics: metrics.map(formatMetric),
    findings,
    ...optional('sequential', sequential && formatSummaryOfRun(sequential)),
  };
}

function formatSummaryOfRun(run: SequentialSummary): Schemas['SequentialSummary'] {
  return { ...run, probabilityOfRegression: formatRange(run.probabilityOfRegression) };
}

function formatSequential(evidence: SequentialEvidence): Schemas['SequentialEvidence'] {
  const { estimate, interval, late, ...rest } = evidence;
  const { effectiveSampleSize, samplesToConfirm, detectableChange, ...same } = rest;
  return {
    ...same,
    effectiveSampleSize: finite(effectiveSampleSize),
    ...optional('estimate', estimate && finite(estimate)),
    ...optional('interval', interval && formatRange(interval)),
    ...optional('late', late && { ...late, interval: formatRange(late.interval) }),
    ...optional('samplesToConfirm', samplesToConfirm && finite(samplesToConfirm)),
    ...optional('detectableChange', detectableChange && finite(detectableChange)),
  };
}

function formatRange({ lower, upper }: { lower: number; upper: number }): Schemas['Range'] {
  return { lower: finite(lower), upper: finite(upper) };
}

export function formatJudgedPair({
  id,
  metric,
  tags,
  baseline,
  canary,
}: Pair): Schemas['JudgedPair'] {
  return { id, metric, tags, baseline: formatSide(baseline), canary: formatSide(canary) };
}

function formatScope({
  scope,
  location,
  parameters,
  offsetMs,
}: ScopeRequest): Schemas['ScopeRequest'] {
  return {
    scope,
    location,
    parameters,
    ...optional('offset', offsetMs === 0 ? undefined : formatDuration(offsetMs)),
  };
}

function formatWindow(window: Window): Schemas['WindowRequest'] {
  const step = formatDuration(window.stepSeconds * 1000);
  const { beforeMs = 0 } = window;
  const before = optional('before', beforeMs === 0 ? undefined : formatDuration(beforeMs));
  if (window.kind === 'fixed')
    return { start: instant(window.startAt), end: instant(window.endAt), step, ...before };
  const { startAt, durationMs, intervalMs, warmupMs, lookbackMs, settleMs, stopOnFail } = window;
  return {
    start: instant(startAt),
    duration: formatDuration(durationMs),
    interval: formatDuration(intervalMs),
    warmup: formatDuration(warmupMs),
    ...optional('lookback', lookbackMs === 0 ? undefined : formatDuration(lookbackMs)),
    settle: formatDuration(settleMs),
    step,
    ...before,
    stopOnFail,
  };
}

function formatInterval(execution: Execution): Schemas['IntervalView'] {
  const { index, state, startAt, endAt, dueAt, verdict, score, reason, failure } = execution;
  const progress = state === 'running' ? execution.progress : undefined;
  return {
    index,
    state,
    start: instant(startAt),
    end: instant(endAt),
    dueAt: instant(dueAt),
    ...optional('verdict', verdict),
    ...optional('score', score),
    ...optional('reason', reason),
    ...optional('failure', failure && formatFailure(failure)),
    ...optional('progress', progress && formatProgress(progress)),
    ...optional('startedAt', optionalInstant(execution.startedAt)),
    ...optional('endedAt', optionalInstant(execution.endedAt)),
  };
}

function formatProgress(progress: ExecutionProgress): Schemas['Progress'] {
  if (progress.name !== 'fetch') return { step: progress.name };
  const queries = [...progress.baseline, ...progress.canary];
  const answered = queries.filter((state) => state === 'answered').length;
  return { step: 'fetch', answered, total: queries.length };
}

function formatFailure({ code, message, subject, http }: Failure): Schemas['Failure'] {
  return { code, message, ...optional('subject', subject), ...optional('http', http) };
}

function formatMetric({
  ratio,
  evidence,
  sequential,
  baseline,
  canary,
  ...metric
}: MetricJudgement): Schemas['MetricJudgement'] {
  return {
    ...metric,
    baseline: formatSample(baseline),
    canary: formatSample(canary),
    ...optional('ratio', ratio === undefined ? undefined : finite(ratio)),
    ...optional('evidence', evidence === undefined ? undefined : formatEvidence(evidence)),
    ...optional('sequential', sequential && formatSequential(sequential)),
  };
}

function formatSample(sample: SampleSummary): Schemas['SampleSummary'] {
  const { min, max, mean, std } = sample;
  return { ...sample, min: finite(min), max: finite(max), mean: finite(mean), std: finite(std) };
}

function formatEvidence(evidence: NonNullable<MetricJudgement['evidence']>): Schemas['Evidence'] {
  const { interval, ratio, effect } = evidence;
  return {
    ...evidence,
    estimate: finite(evidence.estimate),
    interval: { lower: finite(interval.lower), upper: finite(interval.upper) },
    bound: finite(evidence.bound),
    ratio: {
      estimate: finite(ratio.estimate),
      lower: finite(ratio.lower),
      upper: finite(ratio.upper),
    },
    effect: { ...effect, value: finite(effect.value) },
    cles: finite(evidence.cles),
  };
}

function formatSide({ startAt, stepMs, values, attributes }: PairSide): Schemas['JudgedSeries'] {
  return {
    start: instant(startAt),
    step: formatDuration(stepMs),
    values: values.map(formatValue),
    ...optional('query', attributes['query']),
  };
}

export function formatValue(value: number): Schemas['Value'] {
  if (Number.isNaN(value)) return null;
  if (Number.isFinite(value)) return value;
  return value > 0 ? 'Infinity' : '-Infinity';
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
