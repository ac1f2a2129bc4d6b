import { openSqliteDatabase } from './sqlite-database.ts';
import { createSqlStore } from './sql-store.ts';
import type { Store } from './store.ts';

/**
 * The embedded store: one file in a data directory, for one process at a time. Every acknowledged
 * write is on the disk (WAL, synchronous FULL), so it outlives kill -9 and power cuts.
 */
export async function createSqliteStore(options: { directory: string }): Promise<Store> {
  return createSqlStore(await openSqliteDatabase(options.directory));
}
