import type { Schema } from '../schema.ts';

/**
 * Tables that are moved from one store to another, each after those that it refers to, with its primary key. Not among them
 * are `duties`, which belong to processes, and `facts`, by which the other store is known.
 */
export const MOVED: readonly (readonly [keyof Schema, ...string[]])[] = [
  ['configs', 'name'],
  ['config_versions', 'name', 'version'],
  ['analyses', 'id'],
  ['analysis_labels', 'analysis_id', 'name'],
  ['inline_series', 'analysis_id'],
  ['executions', 'id'],
  ['execution_results', 'execution_id'],
  ['execution_judgements', 'execution_id'],
  ['execution_pairs', 'execution_id', 'attempt', 'position'],
  ['rejudgements', 'id'],
  ['deliveries', 'id'],
  ['delivery_attempts', 'delivery_id', 'number'],
  ['subscriptions', 'id'],
  ['disabled_subscriptions', 'id'],
  ['samples', 'id'],
  ['expected_metrics', 'analysis_id', 'attribute', 'scope', 'name'],
  ['objects', 'kind', 'id'],
  ['object_names', 'kind', 'name'],
  ['gate_attempts', 'gate', 'key', 'attempt'],
  ['trigger_deliveries', 'trigger_name', 'mark'],
];

/** A row of any of them. */
export type Row = Record<string, unknown>;

/** Claims of processes that are no more: what they had begun is due again, as after their death. */
export function withoutClaim(table: keyof Schema, row: Row): Row {
  if (row['claimable_at'] === null || row['claimable_at'] === undefined) return row;
  if (table === 'deliveries') return { ...row, owner: null, claimable_at: row['next_attempt_at'] };
  if (table !== 'executions') return row;
  const begun = row['state'] === 'running' ? { state: 'queued', progress: null } : {};
  return { ...row, ...begun, owner: null, claimable_at: row['due_at'] };
}
