import { sql, type Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { Fault } from '../errors.ts';
import { MIGRATION_NAMES, MIGRATIONS } from './migrations.ts';
import { readNeeded } from './migrations/0041-needed-migration.ts';
import type { Schema } from './schema.ts';

/** What a database is: a file of ours alone, or a schema of a server that others use as well. */
export type Place = 'a file' | 'a server';

const REMEDIES: Record<Place, { backup: string; room: string }> = {
  'a file': {
    backup: 'restore a backup from before with "canary restore"',
    room: 'give the service a data directory of its own',
  },
  'a server': {
    backup: 'restore a copy from before',
    room: 'give the service a database of its own in database.url',
  },
};

/**
 * Brings the database to this program's schema; refuses one of a newer program that this one cannot work on. Of several processes that
 * do so at once on a server, one does it, and the others wait for its lock.
 */
export async function migrate(db: Kysely<Schema>, place: Place): Promise<void> {
  const schema = place === 'a server' ? await currentSchema(db) : undefined;
  const applied = await appliedMigrations(db, schema, place);
  const unknown = applied.filter((name) => !Object.hasOwn(MIGRATIONS, name));
  if (unknown.length > 0 && !(await maySkip(db, unknown, applied))) {
    throw new Fault(
      'schema-too-new',
      `the store has migration "${unknown[0]}", which this version does not know, because a newer version has written it; start that version, or ${REMEDIES[place].backup}`,
      { subject: 'store' },
    );
  }
  if (applied.length - unknown.length === MIGRATION_NAMES.length) return; // also a full disk is read
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
    // by their names, not by the clocks of the processes that applied them
    allowUnorderedMigrations: true,
    ...(schema === undefined ? {} : { migrationTableSchema: schema }),
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

/** Later migrations that only added what this program passes over, as while a newer one is rolled out or back. */
async function maySkip(db: Kysely<Schema>, unknown: string[], applied: string[]): Promise<boolean> {
  const knowsAll = applied.length - unknown.length === MIGRATION_NAMES.length;
  if (!knowsAll) return false;
  return Object.hasOwn(MIGRATIONS, (await readNeeded(db)) ?? '');
}

async function currentSchema(db: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(db);
  const name = rows[0]?.name ?? undefined;
  if (name !== undefined) return name;
  throw new Fault(
    'store-unavailable',
    'the database of the store has no schema that its user may see: give the user one, or set its search_path',
    { subject: 'store' },
  );
}

async function appliedMigrations(
  db: Kysely<Schema>,
  schema: string | undefined,
  place: Place,
): Promise<string[]> {
  const all = await db.introspection.getTables({ withInternalKyselyTables: true });
  const tables = all.filter((table) => schema === undefined || table.schema === schema);
  if (tables.length === 0) return [];
  if (!tables.some((table) => table.name === 'kysely_migration')) {
    throw new Fault(
      'store-unavailable',
      `the database of the store is another program's: it has the table "${tables[0]!.name}" and none of this service; ${REMEDIES[place].room}`,
      { subject: 'store' },
    );
  }
  const rows = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute();
  return rows.map((row) => row.name);
}
