import type { Kysely } from 'kysely';
import { decodeDocument } from '../../model/document.ts';
import { encodeSeries } from '../../model/series-document.ts';
import type { Schema } from '../schema.ts';

/** Earlier versions kept what came with a request as text, and went on keeping it beside the result. */
interface Earlier extends Schema {
  analysis_series: { analysis_id: string; document: string };
}

/** Few: they are as large as a request may be. */
const AT_ONCE = 10;

export async function storeSeriesOnce(schema: Kysely<Schema>): Promise<void> {
  const db = schema as unknown as Kysely<Earlier>;
  await db.schema
    .createTable('inline_series')
    .addColumn('analysis_id', 'text', (column) =>
      column.primaryKey().references('analyses.id').onDelete('cascade'),
    )
    .addColumn('document', 'bytea', (column) => column.notNull())
    .execute();
  for (let after: string | undefined = ''; after !== undefined;) after = await movePage(db, after);
  await db.schema.dropTable('analysis_series').execute();
}

/** Answers the last that was moved; undefined when there is no more. */
async function movePage(db: Kysely<Earlier>, after: string): Promise<string | undefined> {
  const rows = await db
    .selectFrom('analysis_series')
    .innerJoin('analyses', 'analyses.id', 'analysis_series.analysis_id')
    .select(['analysis_series.analysis_id', 'analysis_series.document'])
    .where('analyses.state', '<>', 'completed')
    .where('analysis_series.analysis_id', '>', after)
    .orderBy('analysis_series.analysis_id')
    .limit(AT_ONCE)
    .execute();
  for (const { analysis_id, document } of rows)
    await db
      .insertInto('inline_series')
      .values({ analysis_id, document: encodeSeries(decodeDocument(document)) })
      .execute();
  return rows.at(-1)?.analysis_id;
}
