import type { Config } from '../config.ts';
import { MIGRATION_NAMES } from '../store/migrations.ts';
import { openStore } from '../store/open-store.ts';
import { createTelemetry } from '../telemetry.ts';

/** Brings the store of the settings to the schema of this version; answers the name of its last migration. */
export async function migrateStore(config: Config): Promise<string> {
  const store = await openStore(config, createTelemetry({ level: 'silent' }).log);
  await store.close();
  return MIGRATION_NAMES.at(-1)!;
}
