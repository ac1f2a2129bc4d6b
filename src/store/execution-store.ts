import type { Kysely, Transaction } from 'kysely';
import { encodeDocument } from '../model/document.ts';
import { insertDeliveries } from './deliveries/delivery-store.ts';
import { insertResult } from './execution-results.ts';
import { prepared } from './prepared.ts';
import { deleteInlineSeries, readInlineSeries } from './series/inline-series.ts';
import {
  toAnalysis,
  toEndColumns,
  toExecution,
  toNewExecutionRow,
  toProgressColumn,
} from './rows.ts';
import type { AnalysisRow, ExecutionRow, PairRow, Schema } from './schema.ts';
import { deletePairs, writeAhead } from './series/series-store.ts';
import type { Claim, ExecutionFilter, ExecutionStore, Settlement } from './store.ts';

export function createExecutionStore(
  db: Kysely<Schema>,
  hasty: Kysely<Schema>,
  owner: string,
): ExecutionStore {
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
      if (filter.states?.length === 0) return [];
      return withAnalyses(db, await listed(db, filter).execute());
    },

    claim: (id, now, leaseMs) =>
      hasty.transaction().execute((trx) => claim(trx, id, { now, leaseMs, owner })),

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
          owner: null,
          progress: null,
        }))
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async settle(settlement) {
      const { end } = settlement;
      const series = end.state === 'completed' ? end.result.series : [];
      const last = await writeAhead(db, settlement, series);
      try {
        await db.transaction().execute((trx) => settle(trx, settlement, last));
        return true;
      } catch (thrown) {
        if (!(thrown instanceof ClaimLost)) throw thrown;
        if (last.length < series.length) await deletePairs(db, settlement, 'own');
        return false;
      }
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

/** Analyses first: see `settle`. */
export async function claim(
  trx: Transaction<Schema>,
  id: string,
  { now, leaseMs, owner }: { now: number; leaseMs: number; owner: string },
): Promise<Claim | undefined> {
  const started = await startAnalysis(trx, { id, now });
  const claimed = await startExecution(trx, { id, now, leaseEnd: now + leaseMs, owner });
  const execution = claimed.rows[0];
  if (execution === undefined) return undefined;
  const analysis = started.rows[0] ?? (await findAnalysis(trx, execution.analysis_id));
  const series = await readInlineSeries(trx, analysis.id);
  return { execution: toExecution(execution), analysis: toAnalysis(analysis, series) };
}

const startAnalysis = prepared((db, { id, now }: { id: string; now: number }) =>
  db
    .updateTable('analyses')
    .set({ state: 'running', started_at: now })
    .where('state', '=', 'queued')
    .where('id', 'in', (nested) =>
      nested
        .selectFrom('executions')
        .select('analysis_id')
        .where('id', '=', id)
        .where('claimable_at', '<=', now),
    )
    .returningAll(),
);

const startExecution = prepared(
  (
    db,
    { id, now, leaseEnd, owner }: { id: string; now: number; leaseEnd: number; owner: string },
  ) =>
    db
      .updateTable('executions')
      .set((column) => ({
        state: 'running',
        attempt: column('attempt', '+', 1),
        claimable_at: leaseEnd,
        owner,
        started_at: now,
        progress: null,
      }))
      .where('id', '=', id)
      .where('claimable_at', '<=', now)
      .returningAll(),
);

function findAnalysis(trx: Transaction<Schema>, id: string): Promise<AnalysisRow> {
  return trx.selectFrom('analyses').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/**
 * The analysis is written before its execution here, in a claim and in a cancel: a database that locks row by row
 * would let two of them wait for each other otherwise.
 */
export async function settle(
  trx: Transaction<Schema>,
  settlement: Settlement,
  pairs: readonly PairRow[],
): Promise<void> {
  await advanceAnalysis(trx, settlement);
  await endExecution(trx, settlement);
  await insertResult(trx, settlement, pairs);
  if ('execution' in settlement.next) {
    const { execution } = settlement.next;
    await insertExecution(trx, toNewExecutionRow(execution));
  }
  const isCompleted =
    'analysis' in settlement.next && settlement.next.analysis.state === 'completed';
  if (isCompleted) await deleteInlineSeries(trx, settlement.executionId);
  await insertDeliveries(trx, settlement.deliveries);
}

/** Part of what creates it: an analysis, or the settlement of the look before. */
export const insertExecution = prepared((db, row: ExecutionRow) =>
  db.insertInto('executions').values(row),
);

/** Rolls the settlement back. */
class ClaimLost extends Error {}

/** Only of a live analysis, whose execution this claim still holds. */
async function advanceAnalysis(
  trx: Transaction<Schema>,
  { executionId, attempt, next, sequence, endedAt }: Settlement,
): Promise<void> {
  const { numAffectedRows } =
    'analysis' in next
      ? await endAnalysis(trx, {
          ...toEndColumns(next.analysis),
          endedAt,
          sequence,
          executionId,
          attempt,
        })
      : await goOn(trx, { sequence, executionId, attempt });
  if (numAffectedRows === 0n) throw new ClaimLost();
}

type EndColumns = ReturnType<typeof toEndColumns>;
type Holder = Pick<Settlement, 'executionId' | 'attempt'>;

const endAnalysis = prepared(
  (
    db,
    {
      endedAt,
      executionId,
      attempt,
      ...columns
    }: EndColumns & Holder & { endedAt: number; sequence: number },
  ) => heldBy(db, executionId, attempt).set({ ...columns, ended_at: endedAt }),
);

const goOn = prepared((db, { sequence, executionId, attempt }: Holder & { sequence: number }) =>
  heldBy(db, executionId, attempt).set({ sequence }).where('concluded_at', 'is', null),
);

function heldBy(db: Kysely<Schema>, executionId: string, attempt: number) {
  return db
    .updateTable('analyses')
    .where('ended_at', 'is', null)
    .where('id', 'in', (nested) =>
      nested
        .selectFrom('executions')
        .select('analysis_id')
        .where('id', '=', executionId)
        .where('state', '=', 'running')
        .where('attempt', '=', attempt),
    );
}

/** Asks again whose claim it is: another may have won it while this one waited for the analysis. */
async function endExecution(
  trx: Transaction<Schema>,
  { executionId, attempt, end, endedAt }: Settlement,
): Promise<void> {
  const { numUpdatedRows } = await claimedBy(trx, executionId, attempt)
    .set({
      ...toEndColumns(end),
      ...toProgressColumn(end),
      ended_at: endedAt,
      claimable_at: null,
    })
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new ClaimLost();
}
