import { existsSync, statfsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { MIGRATION_NAMES } from '../migrations.ts';
import { isLocked } from './node-sqlite.ts';

/** One thing that was looked at in a store: `fail` loses or stops something, `warn` is worth a person's look. */
export interface Check {
  name: string;
  level: 'ok' | 'warn' | 'fail';
  /** What was seen, and what to do unless all is well. */
  message: string;
}

/** `quick` leaves out whether the indexes agree with their tables, which takes most of the time. */
export type Depth = 'quick' | 'whole';

const FUTURE_MS = 5 * 60_000;
const LITTLE_ROOM_BYTES = 256 * 1024 * 1024;
const MANY_FREE_PAGES = 0.5;

/**
 * Looks at a database file of ours and changes nothing in it. Where its last process was killed, SQLite leaves two small files
 * beside it. Each later check wants the earlier ones to have gone well; those that cannot be made are left out.
 */
export function examineDatabase(file: string, depth: Depth, now: number): Check[] {
  let database: DatabaseSync;
  try {
    database = openToRead(file);
  } catch (thrown) {
    return [unreadable(file, thrown)];
  }
  try {
    return [...examineOpen(database, file, depth, now)];
  } finally {
    database.close();
  }
}

/** Opens a file to be read; one that no log lies beside is read without a trace. */
export function openToRead(file: string): DatabaseSync {
  if (statSync(file).size === 0) throw new Error('it is empty');
  const hasLog = (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  const isAlone = !hasLog && !existsSync(`${file}-wal`);
  const address = isAlone ? new URL(`${pathToFileURL(file).href}?immutable=1`) : file;
  const database = new DatabaseSync(address, { readOnly: true, timeout: 0 });
  try {
    database.prepare('SELECT count(*) FROM sqlite_master').get();
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

function* examineOpen(
  database: DatabaseSync,
  file: string,
  depth: Depth,
  now: number,
): Generator<Check> {
  const schema = checkSchema(database);
  yield checkFile(database, file);
  yield schema;
  const pages = attempt('pages', () => checkPages(database, depth));
  yield pages;
  if (schema.level === 'fail' || pages.level === 'fail') return;
  yield attempt('references', () => checkReferences(database));
  if (schema.level === 'warn') return; // its tables are an earlier version's
  for (const rule of RULES) yield attempt(rule.name, () => checkRule(database, rule));
  yield attempt('clock', () => checkClock(database, now));
}

/** Room on the disk of a store, which it needs for what comes and for copies of itself. */
export function checkRoom(directory: string): Check {
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  const text = `${megabytes(free)} MB are free on the disk`;
  if (free >= LITTLE_ROOM_BYTES) return { name: 'disk', level: 'ok', message: text };
  return { name: 'disk', level: 'warn', message: `${text}: make room before it is full` };
}

function checkFile(database: DatabaseSync, file: string): Check {
  const pages = number(database, 'PRAGMA page_count');
  const free = number(database, 'PRAGMA freelist_count');
  const size = `${megabytes(pages * number(database, 'PRAGMA page_size'))} MB`;
  const text = `${file} has ${size}, ${Math.round((100 * free) / Math.max(1, pages))} % of it free`;
  const canShrink = number(database, 'PRAGMA auto_vacuum') > 0;
  if (canShrink || free < MANY_FREE_PAGES * pages)
    return { name: 'file', level: 'ok', message: text };
  const todo = `an earlier version made it, so it never shrinks: stop the service and run sqlite3 ${file} 'PRAGMA auto_vacuum = INCREMENTAL; VACUUM'`;
  return { name: 'file', level: 'warn', message: `${text}; ${todo}` };
}

function checkPages(database: DatabaseSync, depth: Depth): Check {
  const name = depth === 'quick' ? 'quick_check' : 'integrity_check';
  const found = database
    .prepare(`PRAGMA ${name}(3)`)
    .all()
    .map((row) => String(row[name]));
  if (found.length === 1 && found[0] === 'ok')
    return { name: 'pages', level: 'ok', message: 'all pages are whole' };
  return damaged(found.join('; '));
}

function checkSchema(database: DatabaseSync): Check {
  const name = 'schema';
  try {
    const rows = database.prepare('SELECT name FROM kysely_migration').all();
    const applied = rows.map((row) => String(row['name']));
    const later = applied.filter((migration) => !MIGRATION_NAMES.includes(migration));
    const missing = MIGRATION_NAMES.filter((migration) => !applied.includes(migration));
    if (later.length > 0) {
      const newer = `a newer version has written it ("${later[0]}")`;
      const mayGoOn = missing.length === 0 && MIGRATION_NAMES.includes(neededMigration(database));
      if (!mayGoOn) return { name, level: 'fail', message: `${newer}: use that version` };
      return { name, level: 'warn', message: `${newer}; this one may go on with it` };
    }
    if (missing.length === 0) return { name, level: 'ok', message: `${applied.at(-1)}` };
    const message = `an earlier version has written it; the next start brings it up to date, from "${missing[0]}" on`;
    return { name, level: 'warn', message };
  } catch (thrown) {
    return { name, level: 'fail', message: `it is no store of this service: ${why(thrown)}` };
  }
}

function neededMigration(database: DatabaseSync): string {
  const row = database.prepare("SELECT value FROM facts WHERE name = 'needed-migration'").get();
  return String(row?.['value']);
}

function checkReferences(database: DatabaseSync): Check {
  const found = database.prepare('PRAGMA foreign_key_check').all();
  if (found.length === 0)
    return { name: 'references', level: 'ok', message: 'every row has what it refers to' };
  const tables = [...new Set(found.map((row) => String(row['table'])))].join(', ');
  const message = `${found.length} rows of ${tables} refer to what is not there: restore a backup, or report it`;
  return { name: 'references', level: 'fail', message };
}

interface Rule {
  name: string;
  level: 'warn' | 'fail';
  /** Counts what breaks the rule. */
  sql: string;
  kept: string;
  broken(count: number): string;
}

/** What the tables promise each other beyond their references. */
const RULES: readonly Rule[] = [
  {
    name: 'unfinished',
    level: 'fail',
    sql: `SELECT count(*) FROM analyses WHERE ended_at IS NULL AND NOT EXISTS (
      SELECT 1 FROM executions WHERE analysis_id = analyses.id AND claimable_at IS NOT NULL)`,
    kept: 'every analysis that has not ended waits for something',
    broken: (count) =>
      `${count} analyses have not ended and wait for nothing: cancel them, and report it`,
  },
  {
    name: 'results',
    level: 'fail',
    sql: `SELECT count(*) FROM executions WHERE state = 'completed'
      AND NOT EXISTS (SELECT 1 FROM execution_results WHERE execution_id = executions.id)
      AND NOT EXISTS (SELECT 1 FROM executions later WHERE later.analysis_id = executions.analysis_id
        AND later.position > executions.position AND later.state = 'completed')`,
    kept: 'every verdict has its result',
    broken: (count) => `${count} verdicts have no result: restore a backup, or report it`,
  },
  {
    name: 'series',
    level: 'warn',
    sql: `SELECT count(*) FROM execution_pairs JOIN executions ON executions.id = execution_id
      WHERE ended_at IS NOT NULL AND (executions.attempt <> execution_pairs.attempt OR state <> 'completed')`,
    kept: 'all series belong to a verdict',
    broken: (count) =>
      `${count} series were written for a verdict that never came; they go with their analyses`,
  },
  {
    name: 'deliveries',
    level: 'fail',
    sql: `SELECT count(*) FROM deliveries WHERE state = 'pending' AND claimable_at IS NULL`,
    kept: 'every event that is not delivered or dead waits to be sent',
    broken: (count) => `${count} events wait and are never sent: report it`,
  },
  {
    name: 'names',
    level: 'warn',
    sql: `SELECT count(*) FROM object_names WHERE NOT EXISTS (
      SELECT 1 FROM objects WHERE objects.kind = object_names.kind AND objects.id = object_names.id)`,
    kept: 'all names belong to an object',
    broken: (count) => `${count} names are taken by objects that are not there: report it`,
  },
];

function checkRule(database: DatabaseSync, { name, level, sql, kept, broken }: Rule): Check {
  const count = number(database, sql);
  return count === 0
    ? { name, level: 'ok', message: kept }
    : { name, level, message: broken(count) };
}

function checkClock(database: DatabaseSync, now: number): Check {
  const name = 'clock';
  const sql = 'SELECT max(max(created_at), coalesce(max(ended_at), 0)) FROM analyses';
  const newest = number(database, sql);
  if (newest <= now + FUTURE_MS) {
    const message = newest === 0 ? 'nothing is stored' : `the newest is of ${instant(newest)}`;
    return { name, level: 'ok', message };
  }
  const message = `the newest is of ${instant(newest)}, which is yet to come (now is ${instant(now)}): set the clock right; until then nothing is deleted by age`;
  return { name, level: 'warn', message };
}

function attempt(name: string, look: () => Check): Check {
  try {
    return look();
  } catch (thrown) {
    return { ...damaged(why(thrown)), name };
  }
}

function damaged(what: string): Check {
  const todo = 'stop the service and restore a backup with "canary restore FILE --replace"';
  return { name: 'pages', level: 'fail', message: `the file is damaged (${what}): ${todo}` };
}

function unreadable(file: string, thrown: unknown): Check {
  if (isLocked(thrown)) {
    const todo = 'stop that, or take a copy with "canary backup" and look at it';
    const message = `${file} is in use by another process, so nothing in it was looked at: ${todo}`;
    return { name: 'file', level: 'warn', message };
  }
  return { name: 'file', level: 'fail', message: `${file} cannot be read: ${why(thrown)}` };
}

/** The one number that a query answers. */
function number(database: DatabaseSync, sql: string): number {
  return Number(Object.values(database.prepare(sql).get() ?? {})[0]);
}

function why(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function instant(at: number): string {
  return new Date(at).toISOString();
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}
