import type { Kysely } from 'kysely';
import { ulid } from 'ulid';
import type { Schema } from '../schema.ts';

/** Facts about the store itself; among them its id, which tells it from every other store. */
export async function createFacts(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('facts')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
  await db.insertInto('facts').values({ name: 'store-id', value: ulid() }).execute();
}
