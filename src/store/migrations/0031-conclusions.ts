import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/** Nobody could conclude an analysis before. */
export async function addConclusion(db: Kysely<Schema>): Promise<void> {
  await db.schema.alterTable('analyses').addColumn('concluded_at', 'bigint').execute();
  await db.schema.alterTable('analyses').addColumn('concluded_by', 'text').execute();
}
