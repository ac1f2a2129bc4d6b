import type { Failure, Fault } from '../errors.ts';
import type {
  Analysis,
  AnalysisState,
  AnalysisSummary,
  Execution,
  ExecutionFailure,
  ExecutionProgress,
  ExecutionState,
} from '../model/analysis.ts';
import type { EncodedPair, EncodedResult } from '../model/encoded-result.ts';
import type { Judgement, Verdict } from '../model/judgement/judgement.ts';
import type { ExpectedMetric } from '../model/pushed/points.ts';
import type { Interval } from '../model/time/window.ts';
import type { NewConclusion } from './conclude-analysis.ts';
import type { DeliveryStore, NewDelivery } from './deliveries/delivery-port.ts';
import type { GateStore } from './gate-store.ts';
import type { Peers } from './peers/peers.ts';
import type { Pruning } from './pruning.ts';
import type { RejudgementStore } from './rejudgement-store.ts';
import type { ExpectedMetrics } from './series/expected-metrics.ts';
import type { SampleStore } from './series/sample-store.ts';
import type { SubscriptionStore } from './subscription-store.ts';
import type { TriggerStore } from './trigger-store.ts';

/** A stored config in the form it was given; parsed where it is used. */
export interface StoredConfig {
  name: string;
  document: unknown;
  createdAt: number;
  updatedAt: number;
  /** Counts up with each replacement, from 1. */
  version: number;
}

export interface ConfigVersion extends Pick<StoredConfig, 'version' | 'document' | 'createdAt'> {
  /** Name of the token that stored it, where one was shown. */
  by?: string;
}

export interface ConfigStore {
  /** False when the name is taken. A name that comes back goes on counting where it ended. */
  create(name: string, document: unknown, at: number, by?: string): Promise<boolean>;
  /** The new version, or undefined when there is no such config, or none of the version `ifVersion`. */
  replace(
    name: string,
    document: unknown,
    at: number,
    how?: { by?: string | undefined; ifVersion?: number | undefined },
  ): Promise<StoredConfig | undefined>;
  get(name: string): Promise<StoredConfig | undefined>;
  /** Ascending by name, after `after`. */
  list(page: { limit: number; after?: string }): Promise<StoredConfig[]>;
  /** Newest first, before `before`; the last 200 are kept, also of a config that was deleted. */
  versions(name: string, page: { limit: number; before?: number }): Promise<ConfigVersion[]>;
  delete(name: string): Promise<boolean>;
}

export type NewAnalysis = Pick<Analysis, 'id' | 'createdAt' | 'snapshot' | 'sequence'> & {
  /** Client's Idempotency-Key with a hash of the request it came with. */
  idempotency?: { key: string; requestHash: string };
  /** What it asks of metrics that other systems send here. */
  expected?: readonly ExpectedMetric[];
};

export type NewExecution = Pick<Execution, 'id' | 'analysisId'> & Interval;

export interface AnalysisFilter {
  limit: number;
  /** Only analyses older than this id (ids sort by time). */
  before?: string;
  state?: AnalysisState;
  verdict?: Verdict;
  config?: string;
  /** All of these labels must match. */
  labels?: Record<string, string>;
  /** In one of these states, or ended with one of these verdicts. */
  results?: { states: readonly AnalysisState[]; verdicts: readonly Verdict[] };
  /** In the id, the name of the config, a label's value or the reason, whatever the case. */
  text?: string;
  /** Submitted at this time or later, and before that one. */
  from?: number;
  to?: number;
}

/** How one execution ended, and what follows from it, written in one transaction. */
export interface Settlement {
  executionId: string;
  /** Attempt number of the claim; a settlement by an older claim is refused. */
  attempt: number;
  endedAt: number;
  end:
    | {
        state: 'completed';
        verdict: Verdict;
        score: number;
        reason: string;
        result: EncodedResult;
      }
    /** Cancelled by its own id: not judged, which its analysis takes as a failed look. */
    | {
        state: 'failed' | 'cancelled';
        failure: ExecutionFailure;
        /** Where it ended; what was stored before stays when there is none. */
        progress?: ExecutionProgress;
      };
  /** Whether earlier results of the analysis are contained in this one, and are deleted. */
  supersedes: boolean;
  /** The following look, or the end of the analysis. */
  next: { execution: NewExecution } | { analysis: AnalysisEnd };
  /** Sequence number of the newest event among `deliveries`, or the present one when there are none. */
  sequence: number;
  deliveries: NewDelivery[];
}

export type AnalysisEnd =
  | { state: 'completed'; verdict: Verdict; score: number; reason: string }
  | { state: 'failed'; reason: string; failure: Failure };

export interface Claim {
  execution: Execution;
  analysis: Analysis;
}

/** The series of the last judged look of an analysis that passed. */
export interface HealthyResult {
  analysisId: string;
  series: EncodedPair[];
}

export interface AnalysisStore extends Pruning {
  /**
   * Stores analysis, first execution and deliveries in one transaction. With a known idempotency key
   * nothing is stored and the earlier analysis' id comes back with the hash it was stored with. One that
   * was judged before it came is settled in that transaction, so that no worker ever sees it open.
   */
  create(
    analysis: NewAnalysis,
    first: NewExecution,
    deliveries: NewDelivery[],
    judged?: Settlement,
  ): Promise<{ created: true } | { created: false; id: string; requestHash: string }>;
  /** The analysis that a submission with this key has made, if any. */
  byIdempotencyKey(key: string): Promise<{ id: string; requestHash: string } | undefined>;
  /** Without inline series, as in `list`. */
  get(id: string): Promise<Analysis | undefined>;
  state(id: string): Promise<AnalysisState | undefined>;
  /** Newest first; reads neither snapshots nor results. */
  list(filter: AnalysisFilter): Promise<AnalysisSummary[]>;
  /** Ascending by index; without results. */
  executions(analysisId: string): Promise<Execution[]>;
  /** What a judged look came to, without its series. */
  verdict(executionId: string): Promise<Omit<EncodedResult, 'series'> | undefined>;
  /** The pairs of a judged look in the order of the config's metrics; none while there is no result. */
  pairs(executionId: string): Promise<Omit<EncodedPair, 'bytes'>[]>;
  /** The same with their series: of all pairs, or of these. */
  series(executionId: string, pairIds?: readonly string[]): Promise<EncodedPair[]>;
  /** By the id of their execution, of those that were judged; reads no series. */
  judgements(executionIds: string[]): Promise<Map<string, Judgement>>;
  /** Sets a live analysis and its live executions to cancelled, with deliveries; false when it had already ended. */
  cancel(
    id: string,
    at: number,
    reason: string,
    sequence: number,
    deliveries: NewDelivery[],
  ): Promise<boolean>;
  /** Once for a live analysis: its next look is the last one; false when it has ended or was told before. */
  conclude(id: string, conclusion: NewConclusion): Promise<boolean>;
  /** Last results of analyses of this config that passed, newest first, older than `before`. */
  healthy(filter: { config: string; before: string; limit: number }): Promise<HealthyResult[]>;
  /** Last results of these analyses, where they were judged, in the order of the ids. */
  completed(ids: readonly string[]): Promise<HealthyResult[]>;
  /** Analyses that are not final, oldest first, after `after`; without inline series, as in `list`. */
  live(page: { limit: number; after?: string }): Promise<Analysis[]>;
  /** Deletes an analysis that has ended, with all that belongs to it; false while it is live. */
  delete(id: string): Promise<boolean>;
}

/** Which executions to list; those that wait for a later time do not exist yet for a reader. */
export interface ExecutionFilter {
  limit: number;
  offset: number;
  states?: ExecutionState[];
  /** All of these labels of their analysis must match. */
  labels?: Record<string, string>;
}

export interface ExecutionStore {
  /** With its analysis, without inline series. */
  get(id: string): Promise<Claim | undefined>;
  /** Whose it is, also where it has been removed. */
  analysisOf(id: string): Promise<string | undefined>;
  /** Newest first, those that have begun or need not wait; without inline series. */
  list(filter: ExecutionFilter): Promise<Claim[]>;
  /**
   * Compare-and-set: a queued and due execution, or a running one whose lease has run out, becomes
   * running with attempt + 1. One winner; everyone else gets undefined. Also moves a queued analysis to running.
   */
  claim(id: string, now: number, leaseMs: number): Promise<Claim | undefined>;
  /** Compare-and-set: how far a claim has come; false when it is no longer the newest, or has ended. */
  report(id: string, attempt: number, progress: ExecutionProgress): Promise<boolean>;
  /** Gives a claim back without an end (graceful stop): queued again, due now; the attempt stays counted. */
  release(id: string, attempt: number): Promise<boolean>;
  /**
   * All or nothing; false when the claim is no longer the newest, the analysis was cancelled, or a look is to follow
   * although it was concluded.
   */
  settle(settlement: Settlement): Promise<boolean>;
  /** When it may be claimed: its due time, or the end of a running lease; undefined when it has ended. */
  claimableAt(id: string): Promise<number | undefined>;
  /**
   * Hides an execution that has ended from `get` and `list`; its analysis keeps it with its result. False
   * while it is live, and when it has been removed before.
   */
  remove(id: string, at: number): Promise<boolean>;
}

/** What a face keeps by kind and id; the kinds are the face's own words. */
export interface StoredObject {
  id: string;
  document: unknown;
  createdAt: number;
  updatedAt: number;
}

/** What happened to an object that was to be written. */
export type ObjectWrite = 'written' | 'exists' | 'unknown' | 'name-taken';

export interface NewObject {
  id: string;
  document: unknown;
  /** Names that no other object of the kind may hold. */
  names: string[];
  at: number;
}

export interface ObjectStore {
  /** All or nothing; `exists` when the id is taken. */
  create(kind: string, object: NewObject): Promise<ObjectWrite>;
  /** All or nothing; `unknown` when there is no such object. */
  replace(kind: string, object: NewObject): Promise<ObjectWrite>;
  get(kind: string, id: string): Promise<StoredObject | undefined>;
  /** Ascending by id. */
  list(kind: string): Promise<StoredObject[]>;
  delete(kind: string, id: string): Promise<boolean>;
}

/** An unfinished row and the moment from which a worker may claim it. */
export interface Unfinished {
  id: string;
  claimableAt: number;
}

/** Durable state. Promises of its contract suite: one winner per claim; rollback on throw. */
export interface Store {
  /** Tells it from every other store. */
  id(): Promise<string>;
  configs: ConfigStore;
  analyses: AnalysisStore;
  executions: ExecutionStore;
  rejudgements: RejudgementStore;
  deliveries: DeliveryStore;
  subscriptions: SubscriptionStore;
  samples: SampleStore;
  expectedMetrics: ExpectedMetrics;
  objects: ObjectStore;
  gates: GateStore;
  triggers: TriggerStore;
  peers: Peers;
  /**
   * Unfinished rows claimable at or before `at`, at most `limit` of each kind, oldest first; of claims whose lease has run
   * out those until `lapsedAt`.
   */
  unfinished(
    at: number,
    limit: number,
    lapsedAt?: number,
  ): Promise<{ executions: Unfinished[]; deliveries: Unfinished[] }>;
  /** When the oldest claim on an execution that is held, or has lapsed, was made. */
  oldestClaimAt(): Promise<number | undefined>;
  /** Ends the leases that an earlier process left behind, where no other process can hold one; else nothing. */
  releaseAll(): Promise<void>;
  /** Answers when the store can be read, and written where that has failed before; throws otherwise. */
  ping(): Promise<void>;
  /** Why a write has failed, undefined again once `ping` has written; or that the store is damaged, which stays. */
  trouble(): Fault | undefined;
  /** Gives unused space back a little at a time, where the database does not do so by itself. */
  shrink(): Promise<void>;
  close(): Promise<void>;
}
