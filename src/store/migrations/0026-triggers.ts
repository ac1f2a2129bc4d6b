import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import { createIndex } from './create-index.ts';

/** Refers to no analysis by a foreign key: what was sent stays known when its analysis is deleted. */
export async function createTriggers(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('trigger_deliveries')
    .addColumn('trigger_name', 'text', (column) => column.notNull())
    .addColumn('mark', 'text', (column) => column.notNull())
    .addColumn('delivery', 'text', (column) => column.notNull())
    .addColumn('analysis_id', 'text')
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('trigger_deliveries_mark', ['trigger_name', 'mark'])
    .execute();
  await createIndex(db, 'trigger_deliveries', ['trigger_name', 'delivery']);
  await createIndex(db, 'trigger_deliveries', ['received_at']);
}
