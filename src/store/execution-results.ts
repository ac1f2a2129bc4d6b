import type { Kysely, Transaction } from 'kysely';
import type { ExecutionResult } from '../model/analysis.ts';
import { decodeDocument, encodeDocument } from '../model/document.ts';
import type { Judgement } from '../model/judgement/judgement.ts';
import type { Schema } from './schema.ts';
import type { Settlement } from './store.ts';

/** Writes the result of a judged look: its judgement apart from its series, which are far larger. */
export async function insertResult(
  trx: Transaction<Schema>,
  { executionId, end, supersedes }: Settlement,
): Promise<void> {
  if (end.state !== 'completed') return;
  if (supersedes) await deleteEarlierResults(trx, executionId);
  const { judgement, ...series } = end.result;
  await trx
    .insertInto('execution_results')
    .values({ execution_id: executionId, document: encodeDocument(series) })
    .execute();
  await trx
    .insertInto('execution_judgements')
    .values({ execution_id: executionId, document: encodeDocument(judgement) })
    .execute();
}

/** A growing window holds all that its earlier looks held. */
async function deleteEarlierResults(trx: Transaction<Schema>, executionId: string): Promise<void> {
  for (const table of ['execution_results', 'execution_judgements'] as const) {
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

export async function readResult(
  db: Kysely<Schema>,
  executionId: string,
): Promise<ExecutionResult | undefined> {
  const row = await db
    .selectFrom('execution_results as result')
    .leftJoin('execution_judgements as apart', 'apart.execution_id', 'result.execution_id')
    .select(['result.document', 'apart.document as judgement'])
    .where('result.execution_id', '=', executionId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const result = decodeDocument<ExecutionResult>(row.document);
  return row.judgement === null
    ? result // as versions wrote it that kept both in one document
    : { ...result, judgement: decodeDocument<Judgement>(row.judgement) };
}

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
    const whole = await readResult(db, id); // one by one: they are large
    if (whole !== undefined) found.set(id, whole.judgement);
  }
  return found;
}
