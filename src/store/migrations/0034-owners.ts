import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/** Which process has claimed a row, and which does what only one may do at a time. */
export async function createOwners(db: Kysely<Schema>): Promise<void> {
  for (const table of ['executions', 'deliveries'])
    await db.schema.alterTable(table).addColumn('owner', 'text').execute();
  await db.schema
    .createTable('duties')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('owner', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
}
