import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { Fault } from '../../errors.ts';
import type { Log } from '../../telemetry.ts';
import type { StoreSettings } from '../open-store.ts';
import type { Schema } from '../schema.ts';
import { FILE_NAME } from '../sqlite/database-file.ts';
import { openSqliteDatabase } from '../sqlite/sqlite-database.ts';

/**
 * The database of a store without the store's own work: nothing is claimed, swept or renewed. Brings it to the schema of
 * this version. Faults as a start would; `store-unavailable` for a directory without a store that is to be read.
 */
export async function openDatabase(
  { data, database }: StoreSettings,
  use: 'read' | 'write',
  log: Log,
): Promise<Kysely<Schema>> {
  const { url, ...limits } = database;
  if (url !== undefined) {
    const { openPostgresDatabase } = await import('../postgres/postgres-database.ts');
    return (await openPostgresDatabase({ url, ...limits }, log)).db;
  }
  if (use === 'read' && !existsSync(join(data.directory, FILE_NAME))) throw noStore(data.directory);
  return (await openSqliteDatabase(data.directory)).db;
}

function noStore(directory: string): Fault {
  const subject = `data directory "${directory}"`;
  return new Fault('store-unavailable', `${subject} has no ${FILE_NAME}: check the directory`, {
    subject,
  });
}
