import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import { createIndex } from './create-index.ts';

export async function createGates(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('gate_attempts')
    .addColumn('gate', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('analysis_id', 'text', (column) =>
      column.notNull().unique().references('analyses.id').onDelete('cascade'),
    )
    .addColumn('expires_at', 'bigint')
    .addPrimaryKeyConstraint('gate_attempts_key', ['gate', 'key', 'attempt'])
    .execute();
  await createIndex(db, 'gate_attempts', ['key', 'analysis_id']);
  await createIndex(db, 'gate_attempts', ['gate', 'subject']);
}
