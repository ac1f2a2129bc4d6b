import { sql, type Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/** Versions outlive their config, so that no number ever stands for two texts; of before the last one is known. */
export async function createConfigVersions(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable('config_versions')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('created_by', 'text')
    .addPrimaryKeyConstraint('config_versions_key', ['name', 'version'])
    .execute();
  await sql`insert into config_versions (name, version, document, created_at)
    select name, version, document, updated_at from configs`.execute(db);
}
