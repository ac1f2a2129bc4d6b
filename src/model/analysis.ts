import type { Failure } from '../errors.ts';
import type { TraceContext } from '../tracing.ts';
import type { WrittenHistory } from './bundle.ts';
import type { CanaryConfig, Thresholds } from './config.ts';
import type { Judgement, Verdict } from './judgement/judgement.ts';
import type { KeptRun } from './kept-run.ts';
import type { Origin } from './origin.ts';
import type { DeliveryFormat, Receiver } from './receiver/receiver.ts';
import type { Side } from './scope.ts';
import type { Pair, PairInstances, Series } from './series.ts';
import type { Warning } from './warning.ts';
import type { Window } from './time/window.ts';

/** `queued` until its first execution is claimed; the last three are final. */
export type AnalysisState = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
export const FINAL_STATES: readonly AnalysisState[] = ['completed', 'failed', 'cancelled'];

export function isFinal(state: AnalysisState): boolean {
  return FINAL_STATES.includes(state);
}

/** One side of a comparison as the request names it; times come from the window. */
export interface ScopeRequest {
  scope: string;
  location: string;
  parameters: Record<string, string>;
  /** How much earlier than the window this side is read; 0 = at the same time. */
  offsetMs: number;
  /** Times of its own instead of the window's (Kayenta's scopes carry them). */
  times?: { startAt: number; endAt: number; stepSeconds: number };
}

export interface ScopeRequestPair {
  baseline: ScopeRequest;
  canary: ScopeRequest;
}

/** Where events of one analysis are sent; the format of those of before there were any is `standard`. */
export interface Callback extends Omit<Receiver, 'format'> {
  format?: DeliveryFormat;
  /**
   * Name of a signing secret in the service's configuration, never the secret; or of a face's carrier; empty where
   * nothing is signed.
   */
  secret: string;
}

export type EventType = 'analysis.started' | 'analysis.interval_completed' | 'analysis.completed';
export const EVENT_TYPES: readonly EventType[] = [
  'analysis.started',
  'analysis.interval_completed',
  'analysis.completed',
];

/** Everything an analysis needs, frozen at submit: later edits never change a running or past judgement. */
export interface AnalysisSnapshot {
  /** Name of the stored config, or of the inline one. */
  configName: string;
  config: CanaryConfig;
  /** Which version of a stored config this is; absent for one that came with the request. */
  configVersion?: number;
  /** What of the request may mean something else than it says; absent when there is nothing. */
  warnings?: Warning[];
  thresholds: Thresholds;
  scopes: Record<string, ScopeRequestPair>;
  window: Window;
  /** Default account for metrics that name none. */
  account?: string;
  callbacks: Callback[];
  labels: Record<string, string>;
  /** Series that came with the request, by metric name (source `inline`). */
  inlineSeries: Record<string, InlineSeries>;
  /** Ids of the analyses that a judge may learn from; absent = the newest that passed. */
  history?: string[];
  /** Where it came from, if a bundle of another service was imported; its values were judged here. */
  imported?: ImportedRun;
  /** What only the face that started it reads; absent when there is nothing of the kind. */
  origin?: Origin;
  /** The span of the request; absent where nobody traces. */
  trace?: TraceContext;
}

export interface ImportedRun {
  /** Id that it has there. */
  analysisId: string;
  /** Version of the service that wrote the bundle. */
  version: string;
  /** Sum of the bundle. */
  sha256: string;
  /** Name of the token that imported it. */
  by: string;
  /** How far the run was when it was judged: its own window is not kept. */
  progress: Pick<KeptRun, 'elapsedMs' | 'plannedMs' | 'isLast' | 'isOver' | 'conclusion'>;
  /** Earlier runs there that its judge had learned from: nothing of here stands in for them. */
  history: WrittenHistory;
}

export interface InlineSeries {
  baseline: Series[];
  canary: Series[];
  /** Of a count metric: what its events are counted out of. */
  exposure?: { baseline: Series[]; canary: Series[] };
}

export interface Analysis {
  id: string;
  state: AnalysisState;
  createdAt: number;
  startedAt?: number;
  endedAt?: number;
  snapshot: AnalysisSnapshot;
  /** Exactly one of `verdict` and `failure` once completed or failed; neither when cancelled. */
  verdict?: Verdict;
  score?: number;
  reason?: string;
  failure?: Failure;
  /** Number of the newest event of this analysis. */
  sequence: number;
  /** Told to end with a verdict from the data so far; absent while nobody has. */
  concluded?: { at: number; by: string };
}

/** What a list shows of an analysis: nothing that is large. */
export interface AnalysisSummary extends Omit<Analysis, 'snapshot' | 'sequence' | 'concluded'> {
  configName: string;
  labels: Record<string, string>;
}

export type ExecutionState = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

/** One judgement run: one interval of an analysis. */
export interface Execution {
  id: string;
  analysisId: string;
  /** 1-based number of the interval. */
  index: number;
  state: ExecutionState;
  startAt: number;
  endAt: number;
  /** Earliest moment it may run. */
  dueAt: number;
  /** How often a worker has claimed it; the compare-and-set token of claim and settlement. */
  attempt: number;
  startedAt?: number;
  endedAt?: number;
  verdict?: Verdict;
  score?: number;
  reason?: string;
  failure?: ExecutionFailure;
  /** How far it has come, a moment ago, or had come when it ended without a judgement. */
  progress?: ExecutionProgress;
}

/** Of all queries of one side of one metric together; one that fails stays `running`. */
export type QueryState = 'waiting' | 'running' | 'answered';

/** The step that an execution is at; while it fetches, its queries by position of the metric in the config. */
export type ExecutionProgress =
  ({ name: 'fetch' } & Record<Side, QueryState[]>) | { name: 'pair' } | { name: 'judge' };

/** Which step of an execution failed; `metric` is the position in the config. */
export type FailedStep =
  { name: 'fetch'; metric: number; side: Side } | { name: 'pair' } | { name: 'judge' };

export interface ExecutionFailure extends Failure {
  step?: FailedStep;
}

/** The large part of a settled execution, kept apart so that lists never read it. */
export interface ExecutionResult {
  judgement: Judgement;
  pairs: Pair[];
  /** Of count metrics, by pair id: what the events were counted out of. */
  exposures?: Record<string, { baseline: readonly number[]; canary: readonly number[] }>;
  /** By pair id: the same sides before the rollout, and the instances that they were put together from. */
  before?: Record<string, { baseline: readonly number[]; canary: readonly number[] }>;
  instances?: Record<string, PairInstances>;
  /** What the sources said beside the data. */
  sourceWarnings: string[];
}

export type DeliveryState = 'pending' | 'delivered' | 'dead';

/** One event to one receiver. */
export interface Delivery {
  /** Also the `webhook-id` header: the same over all attempts. */
  id: string;
  analysisId: string;
  /** Absent for a callback. What a subscription says of secrets and tokens when it is sent counts, not when it happened. */
  subscriptionId?: string;
  event: EventType;
  sequence: number;
  url: string;
  format: DeliveryFormat;
  /** Of a callback; empty where nothing is signed, and of a subscription. */
  secret: string;
  /** Of a callback that sets a status. */
  token?: string;
  /** The exact bytes that are signed and sent; a carrier makes its own of them, the same at each try. */
  body: string;
  state: DeliveryState;
  createdAt: number;
  nextAttemptAt: number;
  attempts: number;
  /** Those before it was last sent again: the schedule begins anew after them. */
  attemptsBefore: number;
  /** The span of what it tells of; absent where nobody traces. */
  trace?: TraceContext;
}

/** One try of a delivery. */
export interface DeliveryAttempt {
  deliveryId: string;
  number: number;
  startedAt: number;
  durationMs: number;
  /** HTTP status, absent when no answer came. */
  status?: number;
  /** Why it did not count as delivered. */
  error?: string;
  /** The first bytes of the answer, for the person who looks into it. */
  answer?: string;
}
