import { linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../errors.ts';
import { isLocked, resultCode, STORE_FULL, UNREADABLE } from './node-sqlite.ts';

export const FILE_NAME = 'canary.db';

/** The database file of a data directory, made when it is missing. */
export function databaseFile(directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, FILE_NAME);
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) create(file);
  if (size === 0) {
    throw new Fault(
      'store-unavailable',
      `data directory "${directory}" cannot be used: ${FILE_NAME} is empty, though this service never leaves it so; ${RESTORE}, or move the file away to begin anew`,
      { subject: `data directory "${directory}"` },
    );
  }
  return file;
}

/**
 * Opens a database for this connection alone; throws what SQLite throws. The lock is SQLite's own on the file: it ends
 * with the process, however that ends.
 */
export function openExclusively(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // The order matters: with the exclusive lock taken first, WAL needs no shared memory file.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    // Syncs only around checkpoints, which keeps the file whole; commits are synced by the commit log.
    database.exec('PRAGMA synchronous = NORMAL');
    // Twice the default: pages that many commits write are copied into the database half as often.
    database.exec('PRAGMA wal_autocheckpoint = 2000');
    database.exec('PRAGMA foreign_keys = ON');
    database.exec('BEGIN IMMEDIATE; COMMIT');
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** Made whole under another name, so that a file without content is always somebody else's doing. */
function create(file: string): void {
  const draft = `${file}.${process.pid}.new`;
  rmSync(draft, { force: true });
  const database = new DatabaseSync(draft);
  database.exec('PRAGMA auto_vacuum = INCREMENTAL'); // only before the first page, or the file never shrinks
  database.exec('PRAGMA journal_mode = WAL');
  database.close();
  try {
    linkSync(draft, file);
    rmSync(draft);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') rmSync(draft);
    else renameSync(draft, file); // no links on this file system
  }
}

const RESTORE = 'restore a backup with "canary restore FILE --replace"';

/** Why the start ends here, in one sentence: whatever the reason, somebody has to do something. */
export function openingFault(directory: string, thrown: unknown): unknown {
  if (thrown instanceof Fault && resultCode(thrown) === undefined) return thrown;
  const subject = `data directory "${directory}"`;
  if (isLocked(thrown)) {
    return new Fault(
      'data-directory-locked',
      `${subject} is in use by another process; stop that process, or give this one a directory of its own`,
      { subject, cause: thrown },
    );
  }
  const code = resultCode(thrown);
  const isSystemError = thrown instanceof Error && 'syscall' in thrown;
  if (code === undefined && !isSystemError) return thrown;
  const cause = thrown instanceof Fault ? thrown.cause : thrown;
  const why = (cause as Error).message;
  return new Fault(
    code === STORE_FULL ? 'store-full' : 'store-unavailable',
    `${subject} cannot be used: ${why}; ${remedy(code)}`,
    { subject, cause },
  );
}

function remedy(code: number | undefined): string {
  if (code === STORE_FULL) return 'free some space on its disk';
  if (code !== undefined && UNREADABLE.includes(code))
    return `${RESTORE}, or move ${FILE_NAME} and what is named after it away to begin anew`;
  return 'check that it is a directory this process may write, and that its disk is well';
}
