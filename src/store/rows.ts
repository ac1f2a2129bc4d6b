import type { Failure } from '../errors.ts';
import type {
  Analysis,
  AnalysisSnapshot,
  AnalysisSummary,
  Delivery,
  DeliveryAttempt,
  Execution,
  ExecutionProgress,
} from '../model/analysis.ts';
import { decodeDocument, encodeDocument } from '../model/document.ts';
import type { Verdict } from '../model/judgement/judgement.ts';
import type { TraceContext } from '../tracing.ts';
import type { NewDelivery } from './deliveries/delivery-port.ts';
import type { InlineSeries } from './series/inline-series.ts';
import type { AnalysisEnd, NewExecution, Settlement, StoredConfig } from './store.ts';
import type {
  LabelRow,
  AnalysisRow,
  ConfigRow,
  DeliveryAttemptRow,
  DeliveryRow,
  ExecutionRow,
} from './schema.ts';

export function toStoredConfig(row: ConfigRow): StoredConfig {
  return {
    name: row.name,
    document: decodeDocument(row.document),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

export function toAnalysis(row: AnalysisRow, inlineSeries: InlineSeries = {}): Analysis {
  const snapshot = decodeDocument<Omit<AnalysisSnapshot, 'inlineSeries'>>(row.snapshot);
  return {
    id: row.id,
    state: row.state,
    createdAt: row.created_at,
    ...toOutcome(row),
    snapshot: { ...snapshot, inlineSeries },
    sequence: row.sequence,
    ...(row.concluded_at !== null && {
      concluded: { at: row.concluded_at, by: row.concluded_by ?? '' },
    }),
  };
}

/** `labels` may hold those of other analyses too. */
export function toAnalysisSummary(
  row: Pick<AnalysisRow, 'id' | 'state' | 'config_name' | 'created_at' | keyof OutcomeRow>,
  labels: LabelRow[],
): AnalysisSummary {
  const own = labels.filter((label) => label.analysis_id === row.id);
  return {
    id: row.id,
    state: row.state,
    createdAt: row.created_at,
    ...toOutcome(row),
    configName: row.config_name,
    labels: Object.fromEntries(own.map(({ name, value }) => [name, value])),
  };
}

export function toExecution(row: ExecutionRow): Execution {
  return {
    id: row.id,
    analysisId: row.analysis_id,
    index: row.position,
    state: row.state,
    startAt: row.start_at,
    endAt: row.end_at,
    dueAt: row.due_at,
    attempt: row.attempt,
    ...toOutcome(row),
    ...(row.progress !== null && { progress: decodeDocument<ExecutionProgress>(row.progress) }),
  };
}

type OutcomeRow = Pick<
  ExecutionRow,
  'started_at' | 'ended_at' | 'verdict' | 'score' | 'reason' | 'failure'
>;

interface Outcome {
  startedAt?: number;
  endedAt?: number;
  verdict?: Verdict;
  score?: number;
  reason?: string;
  failure?: Failure;
}

/** What analyses and executions have in common. SQLite keeps NaN as null, so a verdict without score had NaN. */
function toOutcome(row: OutcomeRow): Outcome {
  return {
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    ...(row.verdict !== null && { verdict: row.verdict, score: row.score ?? Number.NaN }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.failure !== null && { failure: decodeDocument<Failure>(row.failure) }),
  };
}

/** Columns of an end; an execution that was not judged leaves the reason to its analysis. */
export function toEndColumns(
  end: AnalysisEnd | Settlement['end'],
): Pick<AnalysisRow, 'state' | 'verdict' | 'score' | 'reason' | 'failure'> {
  const completed = end.state === 'completed';
  return {
    state: end.state,
    verdict: completed ? end.verdict : null,
    score: completed ? end.score : null,
    reason: 'reason' in end ? end.reason : null,
    failure: completed ? null : encodeDocument(end.failure),
  };
}

/** A judgement says more than how it came about; a failure without progress leaves what was told before. */
export function toProgressColumn(end: Settlement['end']): Partial<Pick<ExecutionRow, 'progress'>> {
  if (end.state === 'completed') return { progress: null };
  return end.progress === undefined ? {} : { progress: encodeDocument(end.progress) };
}

export function toNewExecutionRow(execution: NewExecution): ExecutionRow {
  return {
    id: execution.id,
    analysis_id: execution.analysisId,
    position: execution.index,
    state: 'queued',
    start_at: execution.startAt,
    end_at: execution.endAt,
    due_at: execution.dueAt,
    attempt: 0,
    claimable_at: execution.dueAt,
    owner: null,
    started_at: null,
    ended_at: null,
    verdict: null,
    score: null,
    reason: null,
    failure: null,
    progress: null,
    removed_at: null,
  };
}

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    analysisId: row.analysis_id,
    ...(row.subscription_id !== null && { subscriptionId: row.subscription_id }),
    event: row.event,
    sequence: row.sequence,
    url: row.url,
    format: row.format,
    secret: row.secret,
    ...(row.token !== null && { token: row.token }),
    body: row.body,
    state: row.state,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at,
    attempts: row.attempts,
    attemptsBefore: row.attempts_before,
    ...(row.trace !== null && { trace: decodeDocument<TraceContext>(row.trace) }),
  };
}

export function toNewDeliveryRow({ isHeld = false, ...delivery }: NewDelivery): DeliveryRow {
  return {
    id: delivery.id,
    analysis_id: delivery.analysisId,
    subscription_id: delivery.subscriptionId ?? null,
    event: delivery.event,
    sequence: delivery.sequence,
    url: delivery.url,
    format: delivery.format,
    secret: delivery.secret,
    token: delivery.token ?? null,
    body: delivery.body,
    state: isHeld ? 'dead' : 'pending',
    created_at: delivery.createdAt,
    next_attempt_at: delivery.nextAttemptAt,
    attempts: 0,
    attempts_before: 0,
    trace: delivery.trace === undefined ? null : encodeDocument(delivery.trace),
    claimable_at: isHeld ? null : delivery.nextAttemptAt,
    owner: null,
  };
}

export function toAttempt(row: DeliveryAttemptRow): DeliveryAttempt {
  return {
    deliveryId: row.delivery_id,
    number: row.number,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    ...(row.status !== null && { status: row.status }),
    ...(row.error !== null && { error: row.error }),
    ...(row.answer !== null && { answer: row.answer }),
  };
}

export function toAttemptRow(attempt: DeliveryAttempt): DeliveryAttemptRow {
  return {
    delivery_id: attempt.deliveryId,
    number: attempt.number,
    started_at: attempt.startedAt,
    duration_ms: attempt.durationMs,
    status: attempt.status ?? null,
    error: attempt.error ?? null,
    answer: attempt.answer ?? null,
  };
}
