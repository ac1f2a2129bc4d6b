import { tryToWrite } from '../facts.ts';
import { openSqliteDatabase } from './sqlite-database.ts';
import { createSqlStore } from '../sql-store.ts';
import type { Store } from '../store.ts';
import { createTakeBackup, type TakeBackup } from './take-backup.ts';

export interface SqliteStore extends Store {
  takeBackup: TakeBackup;
}

/**
 * The embedded store: one file in a data directory, for one process at a time. Every acknowledged
 * write is on the disk, so it outlives kill -9 and power cuts (docs/decisions/0012).
 */
export async function createSqliteStore({
  directory,
}: {
  directory: string;
}): Promise<SqliteStore> {
  const { db, hasty, trouble, recovered, shrink, copyTo } = await openSqliteDatabase(directory);
  const store = createSqlStore(db, { hasty });
  return {
    ...store,
    trouble,
    async ping() {
      await store.ping();
      if (trouble() === undefined) return;
      await tryToWrite(db);
      recovered();
      const lasting = trouble();
      if (lasting !== undefined) throw lasting;
    },
    shrink: async () => shrink(),
    takeBackup: createTakeBackup(directory, async (file, signal) => {
      await copyTo(file, signal);
      await store.ping(); // what is read is on the disk: a copy holds nothing that a power cut then takes back
    }),
  };
}
