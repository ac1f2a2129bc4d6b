import type { Transaction } from 'kysely';
import type { Execution } from '../model/analysis.ts';
import type { Interval } from '../model/time/window.ts';
import { toExecution } from './rows.ts';
import type { Schema } from './schema.ts';

export interface NewConclusion {
  at: number;
  by: string;
  /** What the next look judges instead of what it would have waited for. */
  intervalFor(next: Execution): Interval;
}

/**
 * Marks a live analysis, once, and lets its next look begin now. One that is being judged keeps its interval: whoever
 * judges it would store another one than it has read. Analyses first, as in `settle`.
 */
export async function concludeAnalysis(
  trx: Transaction<Schema>,
  id: string,
  { at, by, intervalFor }: NewConclusion,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('analyses')
    .set({ concluded_at: at, concluded_by: by })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .where('concluded_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return false;
  const next = await trx
    .selectFrom('executions')
    .selectAll()
    .where('analysis_id', '=', id)
    .where('state', '=', 'queued')
    .executeTakeFirst();
  if (next === undefined) return true;
  const { startAt, endAt, dueAt } = intervalFor(toExecution(next));
  await trx
    .updateTable('executions')
    .set({ start_at: startAt, end_at: endAt, due_at: dueAt, claimable_at: dueAt })
    .where('id', '=', next.id)
    .where('state', '=', 'queued')
    .execute();
  return true;
}
