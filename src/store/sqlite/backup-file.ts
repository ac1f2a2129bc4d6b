import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { newId } from '../../new-id.ts';
import { Fault } from '../../errors.ts';
import { copyDatabase } from './copy-database.ts';
import { FILE_NAME, openExclusively, openingFault } from './database-file.ts';
import { examineDatabase, openToRead } from './examine-database.ts';

const NEVER = new AbortController().signal;

/** Copies the store of a data directory that no service uses, as it is, to a file that does not exist yet. */
export async function copyDirectory(directory: string, file: string): Promise<void> {
  const store = join(directory, FILE_NAME);
  if (!existsSync(store)) throw noStore(directory);
  let database: DatabaseSync;
  try {
    database = openExclusively(store);
  } catch (thrown) {
    throw openingFault(directory, thrown);
  }
  try {
    await copyDatabase(database, file, NEVER);
  } finally {
    database.close();
  }
}

/** Fault `store-unavailable` unless the file is a whole copy of a store that this version knows. */
export function checkBackup(file: string, now: number): void {
  const checks = existsSync(file)
    ? examineDatabase(file, 'quick', now)
    : [{ name: 'file', level: 'fail', message: 'there is no such file' }];
  const wrong = checks.find(({ level }) => level === 'fail');
  const inUse = checks.find(({ name, level }) => name === 'file' && level === 'warn');
  const reason = wrong ?? (checks.length === 1 ? inUse : undefined);
  if (reason === undefined) return;
  throw new Fault('store-unavailable', `backup "${file}" cannot be used: ${reason.message}`, {
    subject: `backup "${file}"`,
  });
}

/** Where a copy may be put: never in the place of a store. Its directory must be there. */
export function checkPlaceOfBackup(file: string): void {
  if (existsSync(`${file}-wal`) || resolve(file).endsWith(`/${FILE_NAME}`)) {
    throw new Fault(
      'invalid-request',
      `a backup cannot be written to "${file}", which is or is named like a store in use: choose another name`,
    );
  }
  if (statSync(dirname(resolve(file)), { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Fault('invalid-request', `the directory of "${file}" does not exist: make it first`);
  }
}

/** Puts a checked draft beside its place there, so that the place holds the old file or the new one, whatever happens. */
export function putInPlace(draft: string, file: string): void {
  bringToDisk(draft);
  renameSync(draft, file);
  bringToDisk(dirname(resolve(file)));
}

/**
 * Makes a backup the store of a data directory that no service uses, under a new id: the original may go on beside it, and
 * neither takes the other's jobs. A store that is there and has something is kept aside with `replace`, and refused
 * without. Answers where it was kept. Faults `conflict`, `data-directory-locked`, `store-unavailable`.
 */
export async function restoreBackup(options: {
  file: string;
  directory: string;
  replace: boolean;
  now: number;
}): Promise<string | undefined> {
  const { file, directory, replace, now } = options;
  checkBackup(file, now);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const place = join(directory, FILE_NAME);
  const held = hold(directory, place);
  try {
    if (!replace && !isEmpty(held)) throw notEmpty(directory);
    const draft = `${place}.restored`;
    for (const left of [draft, `${draft}-wal`, `${draft}-shm`]) rmSync(left, { force: true });
    await copyFrom(file, draft);
    renew(draft);
    giveToOwner(draft, directory);
    const aside = `${place}.replaced-${new Date(now).toISOString().replaceAll(/\W/g, '')}`;
    keepAside(held, place, aside);
    putInPlace(draft, place);
    return held === undefined ? undefined : aside;
  } finally {
    if (held !== undefined && held !== 'unreadable') held.close();
  }
}

/** The store that is there, locked until it is closed; undefined where there is none. */
type Held = DatabaseSync | 'unreadable' | undefined;

function hold(directory: string, place: string): Held {
  if (!existsSync(place)) return undefined;
  try {
    return openExclusively(place);
  } catch (thrown) {
    const fault = openingFault(directory, thrown);
    if (fault instanceof Fault && fault.code === 'data-directory-locked') throw fault;
    return 'unreadable';
  }
}

/** Whether nobody would miss it: a service was started here, and has not been used. */
function isEmpty(held: Held): boolean {
  if (held === undefined) return true;
  if (held === 'unreadable') return false;
  try {
    const tables = ['analyses', 'configs', 'objects'];
    return tables.every(
      (table) => held.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined,
    );
  } catch {
    return false;
  }
}

async function copyFrom(file: string, draft: string): Promise<void> {
  const backup = openToRead(file);
  try {
    await copyDatabase(backup, draft, NEVER);
  } finally {
    backup.close();
  }
}

/** What an earlier version has written gets its id at the next start. */
function renew(draft: string): void {
  const database = new DatabaseSync(draft);
  try {
    const hasFacts = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'facts'").get();
    if (hasFacts === undefined) return;
    const change = "UPDATE facts SET value = ? WHERE name = 'store-id'";
    database.prepare(change).run(newId());
  } finally {
    database.close();
  }
}

/** Root restores for the user that the service runs as. */
function giveToOwner(draft: string, directory: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(directory);
  chownSync(draft, uid, gid);
}

/**
 * The old store stays where it is until the new one takes its place, and its log goes first: it would be read into whatever
 * file has that name.
 */
function keepAside(held: Held, place: string, aside: string): void {
  if (held !== undefined && held !== 'unreadable') {
    try {
      held.exec('PRAGMA journal_mode = DELETE'); // brings the log into the file and removes it
    } catch {
      // a damaged one is kept with its log
    }
  }
  const log = `${place}-wal`;
  if (existsSync(log)) renameSync(log, `${aside}-wal`);
  rmSync(`${place}-shm`, { force: true });
  if (held === undefined) return;
  try {
    linkSync(place, aside);
  } catch {
    renameSync(place, aside); // no links on this file system
  }
}

function bringToDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function noStore(directory: string): Fault {
  const subject = `data directory "${directory}"`;
  return new Fault('store-unavailable', `${subject} has no ${FILE_NAME}: check the directory`, {
    subject,
  });
}

function notEmpty(directory: string): Fault {
  const subject = `data directory "${directory}"`;
  return new Fault(
    'conflict',
    `${subject} has a store with something in it, or one that cannot be read: give another directory, or --replace to keep that store aside`,
    { subject },
  );
}
