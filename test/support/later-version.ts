import { sql, type Kysely } from 'kysely';
import type { Schema } from '../../src/store/schema.ts';

/** What a migration of a newer version may do while this one runs: it adds. */
export async function addLater(db: Kysely<Schema>): Promise<void> {
  for (const table of ['analyses', 'executions', 'deliveries'])
    await db.schema.alterTable(table).addColumn('later', 'text').execute();
  await db.schema
    .createTable('later')
    .addColumn('analysis_id', 'text', (column) =>
      column.primaryKey().references('analyses.id').onDelete('cascade'),
    )
    .execute();
  await sql`insert into kysely_migration (name, timestamp) values ('9999-later', 'x')`.execute(db);
}
