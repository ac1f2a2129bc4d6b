import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { Fault } from '../../errors.ts';

/** Primary result codes of SQLite (the low byte of `errcode`) that mean more than a bug of ours. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
export const STORE_FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;
/** There is no reading on, whoever tries. */
export const UNREADABLE: readonly number[] = [CORRUPT, NOT_A_DATABASE];
const UNAVAILABLE = new Set([BUSY, LOCKED, READONLY, IO_ERROR, CANNOT_OPEN]);

/** Texts differ by the number of values in their lists only; more than these are never in use at once. */
const MAX_STATEMENTS = 500;

const READING = /^\s*(select|pragma|explain|begin|commit|rollback|savepoint|release)\b/i;

export interface Statement {
  /** Whether it answers rows. */
  isReader: boolean;
  isWriter: boolean;
  all(parameters: readonly unknown[]): unknown[];
  change(parameters: readonly unknown[]): ReturnType<StatementSync['run']>;
}

/** Statements of a database by their text, each prepared once, with errors that have a code. */
export interface Statements {
  of(sql: string): Statement;
}

export function createStatements(database: DatabaseSync): Statements {
  const prepared = new Map<string, Statement>();
  return {
    of(sql) {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = translated(() => adapt(sql, database.prepare(sql)));
      if (prepared.size >= MAX_STATEMENTS) prepared.clear();
      prepared.set(sql, statement);
      return statement;
    },
  };
}

function adapt(sql: string, statement: StatementSync): Statement {
  return {
    isReader: statement.columns().length > 0,
    isWriter: !READING.test(sql),
    all: (parameters) => translated(() => statement.all(...inputs(parameters))),
    change: (parameters) => translated(() => statement.run(...inputs(parameters))),
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

/** The primary result code of an error of `node:sqlite`, also behind a Fault; undefined for other errors. */
export function resultCode(error: unknown): number | undefined {
  const thrown = error instanceof Fault ? error.cause : error;
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return undefined;
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : undefined;
}

/** What was read or written is not as SQLite left it: nothing heals that but a backup. */
export function isDamage(thrown: unknown): boolean {
  const code = resultCode(thrown);
  return code !== undefined && UNREADABLE.includes(code);
}

export function isLocked(thrown: unknown): boolean {
  return resultCode(thrown) === BUSY;
}

/** Full disks and broken files become Faults; anything else is a bug and passes unchanged. */
export function toStoreFault(thrown: unknown): unknown {
  const code = resultCode(thrown);
  if (code === STORE_FULL) {
    return new Fault(
      'store-full',
      'the store could not write, because its disk is full; free some space and try again',
      { subject: 'store', retryable: true, cause: thrown },
    );
  }
  if (code !== undefined && UNREADABLE.includes(code)) {
    return new Fault(
      'store-unavailable',
      `the file of the store is damaged (${(thrown as Error).message}): stop the service, look at it with "canary doctor", and restore a backup with "canary restore FILE --replace"`,
      { subject: 'store', cause: thrown },
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
