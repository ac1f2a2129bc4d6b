import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import { createIndex } from './create-index.ts';

/** Further judgements of runs that are there, beside the one that counts. */
export async function createRejudgements(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('rejudgements')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('analysis_id', 'text', (column) =>
      column.notNull().references('analyses.id').onDelete('cascade'),
    )
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('created_by', 'text')
    .addColumn('config_name', 'text', (column) => column.notNull())
    .addColumn('config_version', 'integer')
    .addColumn('judge', 'text', (column) => column.notNull())
    .addColumn('verdict', 'text', (column) => column.notNull())
    .addColumn('score', 'double precision')
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('judgement', 'text', (column) => column.notNull())
    .execute();
  await createIndex(db, 'rejudgements', ['analysis_id', 'id']);
}
