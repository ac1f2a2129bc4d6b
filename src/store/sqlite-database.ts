import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteAdapter, SqliteDialect } from 'kysely';
import { Fault } from '../errors.ts';
import { migrate } from './migrations.ts';
import { isLocked, nodeSqlite, toStoreFault } from './node-sqlite.ts';
import type { Schema } from './schema.ts';

const FILE_NAME = 'canary.db';

/**
 * Opens and migrates the database of a data directory, for this process alone. The lock is SQLite's
 * own on the file (`locking_mode=EXCLUSIVE`): it ends with the process, however that ends.
 */
export async function openSqliteDatabase(directory: string): Promise<Kysely<Schema>> {
  const database = open(directory);
  const db = new Kysely<Schema>({
    dialect: new TransactionalSqliteDialect({ database: nodeSqlite(database) }),
  });
  try {
    await migrate(db);
  } catch (thrown) {
    database.close();
    throw thrown;
  }
  return db;
}

function open(directory: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    database = new DatabaseSync(join(directory, FILE_NAME), { timeout: 0 });
    // The order matters: with the exclusive lock taken first, WAL needs no shared memory file.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    database.exec('PRAGMA foreign_keys = ON');
    database.exec('BEGIN IMMEDIATE; COMMIT');
    return database;
  } catch (thrown) {
    database?.close();
    throw openingFault(directory, thrown);
  }
}

function openingFault(directory: string, thrown: unknown): unknown {
  const subject = `data directory "${directory}"`;
  if (isLocked(thrown)) {
    return new Fault(
      'data-directory-locked',
      `${subject} is in use by another process; stop that process, or give this one a directory of its own`,
      { subject, cause: thrown },
    );
  }
  const fault = toStoreFault(thrown);
  if (fault instanceof Fault) return fault;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new Fault(
    'store-unavailable',
    `${subject} cannot be opened: ${why}; check that it is a directory this process may write`,
    { subject, cause: thrown },
  );
}

/**
 * SQLite rolls schema changes back like any others, though Kysely does not count on it: with this,
 * a process killed while migrating leaves the old schema, not half of the new one.
 */
class TransactionalSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
