import type { Log } from '../telemetry.ts';
import type { PostgresSettings } from './postgres/postgres-database.ts';
import { createSqliteStore } from './sqlite/sqlite-store.ts';
import type { TakeBackup } from './sqlite/take-backup.ts';
import type { Store } from './store.ts';

export interface OpenStore extends Store {
  /** Fault `conflict` where the engine is copied by other means. */
  takeBackup: TakeBackup;
}

export interface StoreSettings {
  data: { directory: string };
  /** Without a `url` the store is a file in the data directory. */
  database: Omit<PostgresSettings, 'url'> & { url: string | undefined };
}

/** The store that the settings name; its driver is loaded only then. */
export async function openStore({ data, database }: StoreSettings, log: Log): Promise<OpenStore> {
  const { url, ...limits } = database;
  if (url === undefined) return createSqliteStore(data);
  const { createPostgresStore } = await import('./postgres/postgres-store.ts');
  return createPostgresStore({ url, ...limits }, log);
}
