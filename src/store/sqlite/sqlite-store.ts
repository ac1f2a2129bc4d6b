import { tryToWrite } from '../facts.ts';
import { openSqliteDatabase } from './sqlite-database.ts';
import { createSqlStore } from '../sql-store.ts';
import type { Store } from '../store.ts';

/**
 * The embedded store: one file in a data directory, for one process at a time. Every acknowledged
 * write is on the disk, so it outlives kill -9 and power cuts (docs/decisions/0012).
 */
export async function createSqliteStore(options: { directory: string }): Promise<Store> {
  const { db, hasty, trouble, recovered, shrink } = await openSqliteDatabase(options.directory);
  const store = createSqlStore(db, hasty);
  return {
    ...store,
    trouble,
    async ping() {
      await store.ping();
      if (trouble() === undefined) return;
      await tryToWrite(db);
      recovered();
    },
    shrink: async () => shrink(),
  };
}
