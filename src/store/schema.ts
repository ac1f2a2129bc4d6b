import type { AnalysisState, DeliveryState, EventType, ExecutionState } from '../model/analysis.ts';
import type { DeliveryFormat } from '../model/receiver/receiver.ts';
import type { Verdict } from '../model/judgement/judgement.ts';

/**
 * The tables as Kysely knows them; `migrations.ts` creates them. Instants are epoch milliseconds,
 * documents are text written by `encodeDocument`, so that both databases hold the same bytes; series are bytes.
 */
export interface Schema {
  configs: ConfigRow;
  config_versions: ConfigVersionRow;
  analyses: AnalysisRow;
  analysis_labels: LabelRow;
  inline_series: SeriesRow;
  executions: ExecutionRow;
  execution_results: ResultRow;
  execution_judgements: JudgementRow;
  execution_pairs: PairRow;
  rejudgements: RejudgementRow;
  deliveries: DeliveryRow;
  subscriptions: SubscriptionRow;
  disabled_subscriptions: DisabledSubscriptionRow;
  delivery_attempts: DeliveryAttemptRow;
  samples: SampleRow;
  expected_metrics: ExpectedMetricRow;
  objects: ObjectRow;
  object_names: ObjectNameRow;
  gate_attempts: GateAttemptRow;
  trigger_deliveries: TriggerDeliveryRow;
  facts: FactRow;
  duties: DutyRow;
}

export interface ConfigRow {
  name: string;
  document: string;
  created_at: number;
  updated_at: number;
  version: number;
}

export interface ConfigVersionRow {
  name: string;
  version: number;
  document: string;
  created_at: number;
  created_by: string | null;
}

export interface AnalysisRow {
  id: string;
  state: AnalysisState;
  config_name: string;
  created_at: number;
  started_at: number | null;
  /** Null exactly while the analysis is live. */
  ended_at: number | null;
  verdict: Verdict | null;
  score: number | null;
  reason: string | null;
  failure: string | null;
  sequence: number;
  idempotency_key: string | null;
  request_hash: string | null;
  /** When and by whom it was told to end with the data so far; both null otherwise. */
  concluded_at: number | null;
  concluded_by: string | null;
  /** The snapshot without its inline series. */
  snapshot: string;
}

export interface LabelRow {
  analysis_id: string;
  name: string;
  value: string;
}

/** Series that came with a request, as large as it may be; gone once its analysis is completed. */
export interface SeriesRow {
  analysis_id: string;
  document: Uint8Array;
}

export interface ExecutionRow {
  id: string;
  analysis_id: string;
  position: number;
  state: ExecutionState;
  start_at: number;
  end_at: number;
  due_at: number;
  attempt: number;
  /** Due time while queued, end of the lease while running, null once ended. */
  claimable_at: number | null;
  /** Process of the newest claim; null while it waits to be claimed. */
  owner: string | null;
  started_at: number | null;
  ended_at: number | null;
  verdict: Verdict | null;
  score: number | null;
  reason: string | null;
  failure: string | null;
  /** Of the newest claim; null until it has told any, and once there is a judgement. */
  progress: string | null;
  /** When a client deleted it while its analysis stays; null while it can be read by its own id. */
  removed_at: number | null;
}

/** What else belongs to a result; those of earlier versions hold its series too. */
export interface ResultRow {
  execution_id: string;
  document: string;
}

/** A further judgement of a run. */
export interface RejudgementRow {
  id: string;
  analysis_id: string;
  created_at: number;
  created_by: string | null;
  config_name: string;
  config_version: number | null;
  judge: string;
  verdict: Verdict;
  score: number | null;
  reason: string;
  judgement: string;
}

/** What lists show of a result; results of earlier versions have none, and hold it in their document. */
export interface JudgementRow {
  execution_id: string;
  document: string;
}

/** One pair of a result with all that was judged beside it, as `encodePairs` writes it. */
export interface PairRow {
  execution_id: string;
  /** Of the claim that wrote it: only those of the settled one count. */
  attempt: number;
  position: number;
  pair_id: string;
  /** How many values both sides have together. */
  amount: number;
  document: Uint8Array;
}

/** One that was made by request; those of the configuration have none. */
export interface SubscriptionRow {
  id: string;
  document: string;
  created_at: number;
  updated_at: number;
}

/** Of subscriptions wherever they are declared, also of one that is declared no more. */
export interface DisabledSubscriptionRow {
  id: string;
  at: number;
  reason: string;
}

export interface DeliveryRow {
  id: string;
  analysis_id: string;
  /** Null for a callback. */
  subscription_id: string | null;
  format: DeliveryFormat;
  token: string | null;
  event: EventType;
  sequence: number;
  url: string;
  secret: string;
  body: string;
  state: DeliveryState;
  created_at: number;
  next_attempt_at: number;
  attempts: number;
  /** The span that it came of, as a document; null where there was none. */
  trace: string | null;
  /** Those before it was last sent again. */
  attempts_before: number;
  /** Next attempt while waiting, end of the lease while claimed, null once delivered or dead. */
  claimable_at: number | null;
  /** Process of the newest claim; null while it waits to be claimed. */
  owner: string | null;
}

export interface DeliveryAttemptRow {
  delivery_id: string;
  number: number;
  started_at: number;
  duration_ms: number;
  status: number | null;
  error: string | null;
  answer: string | null;
}

export interface SampleRow {
  id: string;
  stream: string;
  at: number;
  document: string;
}

/** What an analysis asks of metrics that other systems send here. */
export interface ExpectedMetricRow {
  analysis_id: string;
  attribute: string;
  scope: string;
  name: string;
  from_at: number;
  until_at: number;
}

export interface ObjectRow {
  kind: string;
  id: string;
  document: string;
  created_at: number;
  updated_at: number;
}

/** Names of which no two objects of a kind may hold the same one. */
export interface ObjectNameRow {
  kind: string;
  name: string;
  id: string;
}

/** Goes with its analysis: a key whose analysis was deleted is a new one. */
export interface GateAttemptRow {
  gate: string;
  key: string;
  attempt: number;
  subject: string;
  analysis_id: string;
  /** From then on the key starts anew; null while it does not. */
  expires_at: number | null;
}

/** A webhook under one of its marks; stays when its analysis is deleted. */
export interface TriggerDeliveryRow {
  trigger_name: string;
  mark: string;
  delivery: string;
  analysis_id: string | null;
  received_at: number;
}

/** What only one process does at a time, until its lease has run out. */
export interface DutyRow {
  name: string;
  owner: string;
  expires_at: number;
}

/** About the store itself. */
export interface FactRow {
  name: string;
  value: string;
}
