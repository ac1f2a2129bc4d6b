import type { Kysely, Transaction } from 'kysely';
import type { AnalysisSnapshot } from '../../model/analysis.ts';
import { decodeSeries, encodeSeries } from '../../model/series-document.ts';
import type { Schema } from '../schema.ts';

export type InlineSeries = AnalysisSnapshot['inlineSeries'];

/** Series that came with a request, until they are judged: then its result has them. */
export async function insertInlineSeries(
  trx: Transaction<Schema>,
  id: string,
  series: InlineSeries,
): Promise<void> {
  if (Object.keys(series).length === 0) return;
  await trx
    .insertInto('inline_series')
    .values({ analysis_id: id, document: encodeSeries(series) })
    .execute();
}

/** None for most analyses. */
export async function readInlineSeries(db: Kysely<Schema>, id: string): Promise<InlineSeries> {
  const row = await db
    .selectFrom('inline_series')
    .select('document')
    .where('analysis_id', '=', id)
    .executeTakeFirst();
  return row === undefined ? {} : decodeSeries<InlineSeries>(row.document);
}

/** Those of the analysis that this look was the last of. */
export async function deleteInlineSeries(
  trx: Transaction<Schema>,
  executionId: string,
): Promise<void> {
  await trx
    .deleteFrom('inline_series')
    .where('analysis_id', 'in', (nested) =>
      nested.selectFrom('executions').select('analysis_id').where('id', '=', executionId),
    )
    .execute();
}
