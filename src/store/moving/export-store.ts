import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { sql, type Kysely } from 'kysely';
import { Fault } from '../../errors.ts';
import { MIGRATION_NAMES } from '../migrations.ts';
import type { Schema } from '../schema.ts';
import { createTally, encodeRow, FORMAT, type Header, type Trailer } from './lines.ts';
import { MOVED, withoutClaim, type Row } from './tables.ts';

/** Rows that are read at a time: those with series are as large as a request may be. */
const PAGE = 100;
const LARGE_PAGE = 8;
const LARGE = new Set(['inline_series', 'execution_results', 'execution_pairs', 'analyses']);

/**
 * Writes every row to a file that does not exist yet: JSON, a line each, compressed. Answers how many rows of each table.
 * Fault `conflict` while a process works on the store; one that only answers requests cannot be seen.
 */
export async function exportStore(
  db: Kysely<Schema>,
  file: string,
  now: number,
): Promise<Record<string, number>> {
  await refuseLiving(db, now);
  const tally = createTally();
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  await pipeline(Readable.from(linesOf(db, tally)), createGzip(), target);
  return tally.rows;
}

async function* linesOf(db: Kysely<Schema>, tally: ReturnType<typeof createTally>) {
  const counted = (line: string): string => {
    tally.hash.update(`${line}\n`);
    return `${line}\n`;
  };
  yield counted(JSON.stringify({ format: FORMAT, migrations: MIGRATION_NAMES } satisfies Header));
  for (const [table, ...key] of MOVED) {
    tally.rows[table] = 0;
    for await (const row of rowsOf(db, table, key)) {
      tally.rows[table] += 1;
      yield counted(encodeRow(table, withoutClaim(table, row)));
    }
  }
  const trailer: Trailer = { rows: tally.rows, sha256: tally.hash.digest('hex') };
  yield `${JSON.stringify(trailer)}\n`;
}

/** Page by page after the last key, so that neither the table nor a cursor lies in memory. */
async function* rowsOf(db: Kysely<Schema>, table: string, key: readonly string[]) {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const limit = LARGE.has(table) ? LARGE_PAGE : PAGE;
  for (let last: Row | undefined; ;) {
    const values = last && sql.join(key.map((column) => sql`${last![column]}`));
    const after = values === undefined ? sql`` : sql`where (${columns}) > (${values})`;
    const page: Row[] = (
      await sql<Row>`select * from ${sql.table(table)} ${after} order by ${columns} limit ${sql.lit(limit)}`.execute(
        db,
      )
    ).rows;
    yield* page;
    last = page.at(-1);
    if (page.length < limit) return;
  }
}

/** Only a process that keeps house says so all the time; each that judges would, if no other one did. */
async function refuseLiving(db: Kysely<Schema>, now: number): Promise<void> {
  const { rows } = await sql`select 1 from duties where expires_at > ${now}`.execute(db);
  if (rows.length === 0) return;
  throw new Fault(
    'conflict',
    'a process works on this store, or did so a few seconds ago: stop all of its processes, wait ten seconds, and export again',
    { subject: 'store' },
  );
}
