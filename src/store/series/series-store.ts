import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { EncodedPair } from '../../model/encoded-result.ts';
import type { PairRow, Schema } from '../schema.ts';

/** Written at once; what is larger would hold up everybody else while it is. */
const BATCH_BYTES = 1024 * 1024;

/** Whose series they are: a claim that was lost may have written some, which nobody reads. */
export interface SeriesKey {
  executionId: string;
  attempt: number;
}

/**
 * Writes series but for their last part, each part by itself and with a turn of the event loop after it. Answers
 * the last part, for the transaction of the settlement: most results are that small.
 */
export async function writeAhead(
  db: Kysely<Schema>,
  key: SeriesKey,
  series: readonly EncodedPair[],
): Promise<PairRow[]> {
  const batches = inBatches(series.map((pair, position) => toPairRow(key, pair, position)));
  const last = batches.pop() ?? [];
  for (const rows of batches) {
    await insertPairs(db, rows);
    await nextTurn();
  }
  return last;
}

export async function insertPairs(db: Kysely<Schema>, rows: readonly PairRow[]): Promise<void> {
  if (rows.length > 0) await db.insertInto('execution_pairs').values(rows).execute();
}

/** Those of this claim, which has settled nothing, or those of all other claims of its execution. */
export async function deletePairs(
  db: Kysely<Schema>,
  { executionId, attempt }: SeriesKey,
  whose: 'own' | 'others',
): Promise<void> {
  await db
    .deleteFrom('execution_pairs')
    .where('execution_id', '=', executionId)
    .where('attempt', whose === 'own' ? '=' : '<>', attempt)
    .execute();
}

/** What pairs a settled execution has, in their order; reads no series. */
export async function listPairs(
  db: Kysely<Schema>,
  executionId: string,
): Promise<Omit<EncodedPair, 'bytes'>[]> {
  const rows = await settledPairs(db, executionId)
    .select(['pair_id', 'amount'])
    .orderBy('execution_pairs.position')
    .execute();
  return rows.map((row) => ({ pairId: row.pair_id, values: row.amount }));
}

/** The pairs of a settled execution, or those of these ids; a few at a time, as they are large. */
export async function readPairs(
  db: Kysely<Schema>,
  executionId: string,
  ids?: readonly string[],
): Promise<EncodedPair[]> {
  const known = (await listPairs(db, executionId)).map(({ pairId }) => pairId);
  const wanted = ids === undefined ? known : known.filter((id) => ids.includes(id));
  const found: EncodedPair[] = [];
  for (let first = 0; first < wanted.length; first += READ_AT_ONCE) {
    if (first > 0) await nextTurn();
    const rows = await settledPairs(db, executionId)
      .select(['pair_id', 'amount', 'document'])
      .where('execution_pairs.pair_id', 'in', wanted.slice(first, first + READ_AT_ONCE))
      .orderBy('execution_pairs.position')
      .execute();
    for (const row of rows)
      found.push({ pairId: row.pair_id, values: row.amount, bytes: row.document });
  }
  return found;
}

const READ_AT_ONCE = 20;

/** A claim that was lost may have left some: only those of the attempt that settled count. */
function settledPairs(db: Kysely<Schema>, executionId: string) {
  return db
    .selectFrom('execution_pairs')
    .innerJoin('executions', (join) =>
      join
        .onRef('executions.id', '=', 'execution_pairs.execution_id')
        .onRef('executions.attempt', '=', 'execution_pairs.attempt'),
    )
    .where('execution_pairs.execution_id', '=', executionId)
    .where('executions.state', '=', 'completed');
}

function inBatches(rows: readonly PairRow[]): PairRow[][] {
  const batches: PairRow[][] = [];
  let room = 0;
  for (const row of rows) {
    room -= row.document.length;
    if (room < 0 || batches.length === 0) {
      batches.push([]);
      room = BATCH_BYTES - row.document.length;
    }
    batches.at(-1)!.push(row);
  }
  return batches;
}

function toPairRow(
  { executionId, attempt }: SeriesKey,
  { pairId, values, bytes }: EncodedPair,
  position: number,
): PairRow {
  return {
    execution_id: executionId,
    attempt,
    position,
    pair_id: pairId,
    amount: values,
    document: bytes,
  };
}
