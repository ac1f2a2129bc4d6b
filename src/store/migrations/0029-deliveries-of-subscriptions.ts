import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import { createIndex } from './create-index.ts';

/** Deliveries of before are those of callbacks, in the standard format. */
export async function addSubscriptionOfDeliveries(db: Kysely<Schema>): Promise<void> {
  const { schema } = db;
  await schema.alterTable('deliveries').addColumn('subscription_id', 'text').execute();
  await schema
    .alterTable('deliveries')
    .addColumn('format', 'text', (column) => column.notNull().defaultTo('standard'))
    .execute();
  await schema.alterTable('deliveries').addColumn('token', 'text').execute();
  await schema
    .alterTable('deliveries')
    .addColumn('attempts_before', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await createIndex(db, 'deliveries', ['subscription_id', 'id']);
}
