import type { Kysely, Transaction } from 'kysely';
import type { AnalysisSnapshot } from '../../model/analysis.ts';
import { decodeSeries, encodeSeries } from '../../model/series-document.ts';
import { prepared } from '../prepared.ts';
import type { Schema, SeriesRow } from '../schema.ts';

export type InlineSeries = AnalysisSnapshot['inlineSeries'];

/** Series that came with a request, until they are judged: then its result has them. */
export async function insertInlineSeries(
  trx: Transaction<Schema>,
  id: string,
  series: InlineSeries,
): Promise<void> {
  if (Object.keys(series).length === 0) return;
  await insertRow(trx, { analysis_id: id, document: encodeSeries(series, SHORT_LIVED) });
}

/** They are gone in a moment: compressing them would cost more than it saves. */
const SHORT_LIVED = { compressedFrom: 64 * 1024 };

const insertRow = prepared((db, row: SeriesRow) => db.insertInto('inline_series').values(row));

/** None for most analyses. */
export async function readInlineSeries(db: Kysely<Schema>, id: string): Promise<InlineSeries> {
  const row = (await selectDocument(db, { id })).rows[0];
  return row === undefined ? {} : decodeSeries<InlineSeries>(row.document);
}

const selectDocument = prepared((db, { id }: { id: string }) =>
  db.selectFrom('inline_series').select('document').where('analysis_id', '=', id),
);

/** Those of the analysis that this look was the last of. */
export async function deleteInlineSeries(
  trx: Transaction<Schema>,
  executionId: string,
): Promise<void> {
  await deleteOfExecution(trx, { executionId });
}

const deleteOfExecution = prepared((db, { executionId }: { executionId: string }) =>
  db
    .deleteFrom('inline_series')
    .where('analysis_id', 'in', (nested) =>
      nested.selectFrom('executions').select('analysis_id').where('id', '=', executionId),
    ),
);
