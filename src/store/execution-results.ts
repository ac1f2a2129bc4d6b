import type { Kysely, Transaction } from 'kysely';
import type { ExecutionResult } from '../model/analysis.ts';
import { decodeDocument, encodeDocument } from '../model/document.ts';
import { encodePairs, type EncodedPair, type EncodedResult } from '../model/encoded-result.ts';
import type { Judgement } from '../model/judgement/judgement.ts';
import { prepared } from './prepared.ts';
import type { JudgementRow, PairRow, ResultRow, Schema } from './schema.ts';
import { deletePairs, insertPairs, listPairs, readPairs } from './series/series-store.ts';
import type { Settlement } from './store.ts';

/** Writes the result of a judged look: its judgement apart, and the part of its series that is not there yet. */
export async function insertResult(
  trx: Transaction<Schema>,
  { executionId, attempt, end, supersedes }: Settlement,
  pairs: readonly PairRow[],
): Promise<void> {
  if (end.state !== 'completed') return;
  if (supersedes) await deleteEarlierResults(trx, executionId);
  const { judgement, sourceWarnings } = end.result;
  if (attempt > 1) await deletePairs(trx, { executionId, attempt }, 'others');
  await insertPairs(trx, pairs);
  const key = { execution_id: executionId };
  await insertDocument(trx, { ...key, document: encodeDocument({ sourceWarnings }) });
  await insertJudgement(trx, { ...key, document: encodeDocument(judgement) });
}

const insertDocument = prepared((db, row: ResultRow) =>
  db.insertInto('execution_results').values(row),
);

const insertJudgement = prepared((db, row: JudgementRow) =>
  db.insertInto('execution_judgements').values(row),
);

/** A growing window holds all that its earlier looks held. */
async function deleteEarlierResults(trx: Transaction<Schema>, executionId: string): Promise<void> {
  for (const table of ['execution_results', 'execution_judgements', 'execution_pairs'] as const) {
    await trx
      .deleteFrom(table)
      .where('execution_id', 'in', (nested) =>
        nested
          .selectFrom('executions as earlier')
          .innerJoin('executions as present', 'present.analysis_id', 'earlier.analysis_id')
          .select('earlier.id')
          .where('present.id', '=', executionId)
          .whereRef('earlier.position', '<', 'present.position'),
      )
      .execute();
  }
}

/** What is shown of a result everywhere; its series are read apart. */
export async function readVerdict(
  db: Kysely<Schema>,
  executionId: string,
): Promise<Omit<EncodedResult, 'series'> | undefined> {
  const row = await readRow(db, executionId);
  if (row === undefined) return undefined;
  const { sourceWarnings, judgement } = decodeDocument<ExecutionResult>(row.document);
  return {
    sourceWarnings,
    judgement: row.judgement === null ? judgement : decodeDocument<Judgement>(row.judgement),
  };
}

/** The pairs of a result without their series, in the order of the config's metrics. */
export async function listSeries(
  db: Kysely<Schema>,
  executionId: string,
): Promise<Omit<EncodedPair, 'bytes'>[]> {
  const pairs = await listPairs(db, executionId);
  return pairs.length > 0 ? pairs : readEarlierSeries(db, executionId);
}

/** All series of a result, or those of these pairs. */
export async function readSeries(
  db: Kysely<Schema>,
  executionId: string,
  ids?: readonly string[],
): Promise<EncodedPair[]> {
  const pairs = await readPairs(db, executionId, ids);
  if (pairs.length > 0) return pairs;
  const earlier = await readEarlierSeries(db, executionId);
  return ids === undefined ? earlier : earlier.filter(({ pairId }) => ids.includes(pairId));
}

/** As versions wrote it that kept all series in one document. */
async function readEarlierSeries(db: Kysely<Schema>, executionId: string): Promise<EncodedPair[]> {
  const row = await readRow(db, executionId);
  if (row === undefined) return [];
  const { pairs, exposures, before, instances } = decodeDocument<Partial<ExecutionResult>>(
    row.document,
  );
  if (pairs === undefined) return [];
  return encodePairs({
    pairs,
    ...(exposures === undefined ? {} : { exposures }),
    ...(before === undefined ? {} : { before }),
    ...(instances === undefined ? {} : { instances }),
  });
}

async function readRow(db: Kysely<Schema>, executionId: string) {
  return (await selectResult(db, { executionId })).rows[0];
}

const selectResult = prepared((db, { executionId }: { executionId: string }) =>
  db
    .selectFrom('execution_results as result')
    .leftJoin('execution_judgements as apart', 'apart.execution_id', 'result.execution_id')
    .select(['result.document', 'apart.document as judgement'])
    .where('result.execution_id', '=', executionId),
);

export async function readJudgements(
  db: Kysely<Schema>,
  executionIds: string[],
): Promise<Map<string, Judgement>> {
  if (executionIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('execution_judgements')
    .selectAll()
    .where('execution_id', 'in', executionIds)
    .execute();
  const found = new Map(
    rows.map((row) => [row.execution_id, decodeDocument<Judgement>(row.document)]),
  );
  for (const id of executionIds.filter((candidate) => !found.has(candidate))) {
    const whole = await readVerdict(db, id); // one by one: they are large
    if (whole !== undefined) found.set(id, whole.judgement);
  }
  return found;
}
