import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/** Named after its table and columns. */
export async function createIndex(
  db: Kysely<Schema>,
  table: string,
  columns: string[],
): Promise<void> {
  await db.schema
    .createIndex(`${table}_by_${columns.join('_')}`)
    .on(table)
    .columns(columns)
    .execute();
}
