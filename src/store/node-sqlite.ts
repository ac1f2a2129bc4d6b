import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { Fault } from '../errors.ts';

/** Primary result codes of SQLite (the low byte of `errcode`) that mean more than a bug of ours. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;
const UNAVAILABLE = new Set([
  BUSY,
  LOCKED,
  READONLY,
  IO_ERROR,
  CORRUPT,
  CANNOT_OPEN,
  NOT_A_DATABASE,
]);

/** Gives `node:sqlite` the shape of better-sqlite3 that Kysely's dialect expects, and its errors a code. */
export function nodeSqlite(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      // SQLite itself rolls back when the disk is full; a second rollback would hide that error.
      if (sql === 'rollback' && !database.isTransaction) return NOTHING;
      return translated(() => adapt(database.prepare(sql)));
    },
  };
}

const NOTHING: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};

function adapt(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => translated(() => statement.all(...inputs(parameters))),
    run: (parameters) => translated(() => statement.run(...inputs(parameters))),
    iterate: (parameters) => translated(() => statement.iterate(...inputs(parameters))),
  };
}

function inputs(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[];
}

function translated<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    throw toStoreFault(thrown);
  }
}

/** The primary result code of an error of `node:sqlite`; undefined for other errors. */
function resultCode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return undefined;
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : undefined;
}

export function isLocked(thrown: unknown): boolean {
  return resultCode(thrown instanceof Fault ? thrown.cause : thrown) === BUSY;
}

/** Full disks and broken files become Faults; anything else is a bug and passes unchanged. */
export function toStoreFault(thrown: unknown): unknown {
  const code = resultCode(thrown);
  if (code === FULL) {
    return new Fault(
      'store-full',
      'the store could not write, because its disk is full; free some space and try again',
      { subject: 'store', retryable: true, cause: thrown },
    );
  }
  if (code !== undefined && UNAVAILABLE.has(code)) {
    return new Fault(
      'store-unavailable',
      `the store could not reach its database file: ${(thrown as Error).message}; check the disk and the permissions of the data directory`,
      { subject: 'store', retryable: true, cause: thrown },
    );
  }
  return thrown;
}
