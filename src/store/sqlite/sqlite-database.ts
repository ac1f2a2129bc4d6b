import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Fault } from '../../errors.ts';
import { fileSync, type Sync } from './commit-log.ts';
import { copyDatabase } from './copy-database.ts';
import { databaseFile, openExclusively, openingFault } from './database-file.ts';
import { migrate } from '../migrate.ts';
import type { Schema } from '../schema.ts';
import { createSqliteDialect, shareDatabase } from './sqlite-driver.ts';

export interface SqliteDatabase {
  db: Kysely<Schema>;
  /** The same database, for claims and progress: what a power cut takes is made again. */
  hasty: Kysely<Schema>;
  /** Whether something is written that has not been committed yet. */
  isGathering(): boolean;
  /** What keeps it from writing, or that its file is damaged, as far as is known. */
  trouble(): Fault | undefined;
  /** To be told when a write has got to the disk. */
  recovered(): void;
  /** Gives some of the pages that nobody uses any more back to the file system. */
  shrink(): void;
  /** Writes it as it is at one moment to a file that does not exist yet, while others go on. */
  copyTo(file: string, signal: AbortSignal): Promise<void>;
}

/** Unused pages that stay for what comes next, and how many are given back at a time: 4 MB and 2 MB. */
const KEPT_PAGES = 1000;
const SHRUNK_PAGES = 500;

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
  const shared = shareDatabase(database, around(log.sync), () => {
    log.close();
    database.close();
  });
  const db = new Kysely<Schema>({ dialect: createSqliteDialect(shared, 'durable') });
  const hasty = new Kysely<Schema>({ dialect: createSqliteDialect(shared, 'hasty') });
  try {
    await migrate(db, 'a file');
  } catch (thrown) {
    shared.close();
    throw openingFault(directory, thrown);
  }
  return {
    db,
    hasty,
    isGathering: () => database.isTransaction,
    trouble: () => shared.damage ?? shared.trouble,
    recovered: () => void (shared.trouble = undefined),
    shrink: () => shrink(database),
    async copyTo(file, signal) {
      shared.isCopied = true;
      try {
        await copyDatabase(database, file, signal);
      } finally {
        shared.isCopied = false;
      }
    },
  };
}

function open(directory: string) {
  try {
    const file = databaseFile(directory);
    const database = openExclusively(file);
    try {
      return { database, log: fileSync(`${file}-wal`) };
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  } catch (thrown) {
    throw openingFault(directory, thrown);
  }
}

function shrink(database: DatabaseSync): void {
  const free = Number(database.prepare('PRAGMA freelist_count').get()?.['freelist_count']);
  if (free > KEPT_PAGES) database.exec(`PRAGMA incremental_vacuum(${SHRUNK_PAGES})`);
}
