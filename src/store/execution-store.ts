import type { Kysely, Transaction } from 'kysely';
import { inlineSeries } from './analysis-store.ts';
import { encodeDocument } from '../model/document.ts';
import { insertDeliveries } from './delivery-store.ts';
import { insertResult } from './execution-results.ts';
import {
  toAnalysis,
  toEndColumns,
  toExecution,
  toNewExecutionRow,
  toProgressColumn,
} from './rows.ts';
import type { ExecutionRow, PairRow, Schema } from './schema.ts';
import { deletePairs, writeAhead } from './series-store.ts';
import type { Claim, ExecutionFilter, ExecutionStore, Settlement } from './store.ts';

export function createExecutionStore(db: Kysely<Schema>, hasty: Kysely<Schema>): ExecutionStore {
  return {
    async get(id) {
      const execution = await db
        .selectFrom('executions')
        .selectAll()
        .where('id', '=', id)
        .where('removed_at', 'is', null)
        .executeTakeFirst();
      return execution && (await withAnalyses(db, [execution]))[0];
    },

    async analysisOf(id) {
      const row = await db
        .selectFrom('executions')
        .select('analysis_id')
        .where('id', '=', id)
        .executeTakeFirst();
      return row?.analysis_id;
    },

    async list(filter) {
      return withAnalyses(db, await listed(db, filter).execute());
    },

    claim: (id, now, leaseMs) => hasty.transaction().execute((trx) => claim(trx, id, now, leaseMs)),

    async report(id, attempt, progress) {
      const { numUpdatedRows } = await claimedBy(hasty, id, attempt)
        .set({ progress: encodeDocument(progress) })
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async release(id, attempt) {
      const { numUpdatedRows } = await claimedBy(db, id, attempt)
        .set((column) => ({
          state: 'queued',
          claimable_at: column.ref('due_at'),
          progress: null,
        }))
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async settle(settlement) {
      const { end } = settlement;
      const series = end.state === 'completed' ? end.result.series : [];
      const last = await writeAhead(db, settlement, series);
      const settled = await db.transaction().execute((trx) => settle(trx, settlement, last));
      if (!settled && last.length < series.length) await deletePairs(db, settlement);
      return settled;
    },

    async claimableAt(id) {
      const row = await db
        .selectFrom('executions')
        .select('claimable_at')
        .where('id', '=', id)
        .executeTakeFirst();
      return row?.claimable_at ?? undefined;
    },

    async remove(id, at) {
      const { numUpdatedRows } = await db
        .updateTable('executions')
        .set({ removed_at: at })
        .where('id', '=', id)
        .where('ended_at', 'is not', null)
        .where('removed_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
  };
}

/** The row to update, while this claim is the newest one and has not ended. */
function claimedBy(db: Kysely<Schema>, id: string, attempt: number) {
  return db
    .updateTable('executions')
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('attempt', '=', attempt);
}

function listed(db: Kysely<Schema>, { limit, offset, states, labels }: ExecutionFilter) {
  let query = db
    .selectFrom('executions')
    .selectAll()
    .where('removed_at', 'is', null)
    .where((column) => column.or([column('due_at', '=', 0), column('attempt', '>', 0)]))
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset);
  if (states !== undefined) query = query.where('state', 'in', states);
  for (const [name, value] of Object.entries(labels ?? {})) {
    query = query.where('analysis_id', 'in', (nested) =>
      nested
        .selectFrom('analysis_labels')
        .select('analysis_id')
        .where('name', '=', name)
        .where('value', '=', value),
    );
  }
  return query;
}

async function withAnalyses(db: Kysely<Schema>, executions: ExecutionRow[]): Promise<Claim[]> {
  const ids = [...new Set(executions.map((row) => row.analysis_id))];
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('analyses').selectAll().where('id', 'in', ids).execute();
  const analyses = new Map(rows.map((row) => [row.id, toAnalysis(row)]));
  return executions.flatMap((row) => {
    const analysis = analyses.get(row.analysis_id);
    return analysis === undefined ? [] : [{ execution: toExecution(row), analysis }];
  });
}

async function claim(
  trx: Transaction<Schema>,
  id: string,
  now: number,
  leaseMs: number,
): Promise<Claim | undefined> {
  const execution = await trx
    .updateTable('executions')
    .set((column) => ({
      state: 'running',
      attempt: column('attempt', '+', 1),
      claimable_at: now + leaseMs,
      started_at: now,
      progress: null,
    }))
    .where('id', '=', id)
    .where('claimable_at', '<=', now)
    .returningAll()
    .executeTakeFirst();
  if (execution === undefined) return undefined;
  await trx
    .updateTable('analyses')
    .set({ state: 'running', started_at: now })
    .where('id', '=', execution.analysis_id)
    .where('state', '=', 'queued')
    .execute();
  const analysis = await trx
    .selectFrom('analyses')
    .selectAll()
    .where('id', '=', execution.analysis_id)
    .executeTakeFirstOrThrow();
  const series = await inlineSeries(trx, analysis.id);
  return { execution: toExecution(execution), analysis: toAnalysis(analysis, series) };
}

async function settle(
  trx: Transaction<Schema>,
  settlement: Settlement,
  pairs: readonly PairRow[],
): Promise<boolean> {
  const analysisId = await endExecution(trx, settlement);
  if (analysisId === undefined) return false;
  await insertResult(trx, settlement, pairs);
  await advanceAnalysis(trx, analysisId, settlement);
  await insertDeliveries(trx, settlement.deliveries);
  return true;
}

/** Ends the execution if this claim is still the newest one of a live analysis, and answers whose it is. */
async function endExecution(
  trx: Transaction<Schema>,
  { executionId, attempt, end, endedAt }: Settlement,
): Promise<string | undefined> {
  const row = await claimedBy(trx, executionId, attempt)
    .set({
      ...toEndColumns(end),
      ...toProgressColumn(end),
      ended_at: endedAt,
      claimable_at: null,
    })
    .where('analysis_id', 'in', (nested) =>
      nested.selectFrom('analyses').select('id').where('ended_at', 'is', null),
    )
    .returning('analysis_id')
    .executeTakeFirst();
  return row?.analysis_id;
}

async function advanceAnalysis(
  trx: Transaction<Schema>,
  analysisId: string,
  { next, sequence, endedAt }: Settlement,
): Promise<void> {
  if ('execution' in next) {
    await trx.insertInto('executions').values(toNewExecutionRow(next.execution)).execute();
  }
  const end = 'analysis' in next ? { ...toEndColumns(next.analysis), ended_at: endedAt } : {};
  await trx
    .updateTable('analyses')
    .set({ ...end, sequence })
    .where('id', '=', analysisId)
    .execute();
}
