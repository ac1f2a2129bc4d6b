import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import { createIndex } from './create-index.ts';

/** What running analyses ask of metrics that other systems send here; goes with its analysis. */
export async function createExpectedMetrics(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('expected_metrics')
    .addColumn('analysis_id', 'text', (column) =>
      column.notNull().references('analyses.id').onDelete('cascade'),
    )
    .addColumn('attribute', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('from_at', 'bigint', (column) => column.notNull())
    .addColumn('until_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('expected_metrics_primary_key', [
      'analysis_id',
      'attribute',
      'scope',
      'name',
    ])
    .execute();
  await createIndex(db, 'expected_metrics', ['until_at']);
}
