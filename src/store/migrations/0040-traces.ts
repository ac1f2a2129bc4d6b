import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/** The span that a delivery came of, as a document; null where there was none. */
export async function addTraces(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable('deliveries').addColumn('trace', 'text').execute();
}
