import type { Config } from '../config.ts';
import { exportStore } from '../store/moving/export-store.ts';
import { importStore } from '../store/moving/import-store.ts';
import { openDatabase } from '../store/moving/open-database.ts';
import { createTelemetry } from '../telemetry.ts';

type Settings = Pick<Config, 'data' | 'database'>;

/** Writes the store of the settings to a file that does not exist yet; answers how many rows. */
export function exportTo(file: string, settings: Settings): Promise<number> {
  return withDatabase(settings, 'read', (db) => exportStore(db, file, Date.now()));
}

/** Reads such a file into the store of the settings, which must be without rows; answers how many rows. */
export function importFrom(file: string, settings: Settings): Promise<number> {
  return withDatabase(settings, 'write', (db) => importStore(db, file));
}

type Database = Awaited<ReturnType<typeof openDatabase>>;

async function withDatabase(
  { data, database }: Settings,
  use: 'read' | 'write',
  move: (db: Database) => Promise<Record<string, number>>,
): Promise<number> {
  const { log } = createTelemetry({ level: 'silent' });
  const db = await openDatabase({ data, database }, use, log);
  try {
    const rows = await move(db);
    return Object.values(rows).reduce((sum, count) => sum + count, 0);
  } finally {
    await db.destroy();
  }
}
