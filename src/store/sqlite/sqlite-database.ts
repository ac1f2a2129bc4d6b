import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { createCommitLog, fileSync, type Sync } from './commit-log.ts';
import { databaseFile, openingFault } from './database-file.ts';
import { migrate } from '../migrations.ts';
import type { Schema } from '../schema.ts';
import { createSqliteDialect, shareDatabase } from './sqlite-driver.ts';

export interface SqliteDatabase {
  db: Kysely<Schema>;
  /** The same database, for claims and progress: what a power cut takes is made again. */
  hasty: Kysely<Schema>;
}

/**
 * Opens and migrates the database of a data directory, for this process alone. The lock is SQLite's
 * own on the file (`locking_mode=EXCLUSIVE`): it ends with the process, however that ends.
 */
export async function openSqliteDatabase(
  directory: string,
  /** Only tests have another. */
  around: (sync: Sync) => Sync = (sync) => sync,
): Promise<SqliteDatabase> {
  const { database, log } = open(directory);
  const shared = shareDatabase(database, createCommitLog(around(log.sync)), () => {
    log.close();
    database.close();
  });
  const db = new Kysely<Schema>({ dialect: createSqliteDialect(shared, 'durable') });
  const hasty = new Kysely<Schema>({ dialect: createSqliteDialect(shared, 'hasty') });
  try {
    await migrate(db);
  } catch (thrown) {
    shared.close();
    throw openingFault(directory, thrown);
  }
  return { db, hasty };
}

function open(directory: string) {
  let database: DatabaseSync | undefined;
  try {
    const file = databaseFile(directory);
    database = new DatabaseSync(file, { timeout: 0 });
    // The order matters: with the exclusive lock taken first, WAL needs no shared memory file.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    // Syncs only around checkpoints, which keeps the file whole; commits are synced by the commit log.
    database.exec('PRAGMA synchronous = NORMAL');
    // Twice the default: pages that many commits write are copied into the database half as often.
    database.exec('PRAGMA wal_autocheckpoint = 2000');
    database.exec('PRAGMA foreign_keys = ON');
    database.exec('BEGIN IMMEDIATE; COMMIT');
    return { database, log: fileSync(`${file}-wal`) };
  } catch (thrown) {
    database?.close();
    throw openingFault(directory, thrown);
  }
}
