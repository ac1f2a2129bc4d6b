import { Fault } from '../../errors.ts';
import type { Log } from '../../telemetry.ts';
import { createSqlStore } from '../sql-store.ts';
import type { OpenStore } from '../open-store.ts';
import { openPostgresDatabase, type PostgresSettings } from './postgres-database.ts';

/** The store in a PostgreSQL of version 13 or newer, for any number of processes. */
export async function createPostgresStore(
  settings: PostgresSettings,
  log: Log,
): Promise<OpenStore> {
  const { db } = await openPostgresDatabase(settings, log);
  return {
    ...createSqlStore(db, db),
    takeBackup: () => Promise.reject(copiedElsewhere()),
  };
}

function copiedElsewhere(): Fault {
  return new Fault(
    'conflict',
    'the store is a PostgreSQL, whose copies are its own affair: use pg_dump, or what its operator has',
    { subject: 'store' },
  );
}
