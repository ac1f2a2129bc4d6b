import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { sql, type Kysely, type Transaction } from 'kysely';
import { Fault } from '../../errors.ts';
import { MIGRATION_NAMES } from '../migrations.ts';
import type { Schema } from '../schema.ts';
import { createTally, decodeRow, FORMAT, type Header, type Tally, type Trailer } from './lines.ts';
import { MOVED, type Row } from './tables.ts';

/** Rows and characters that are inserted at a time, at most. */
const BATCH = 100;
const BATCH_LENGTH = 4_000_000;

/**
 * Reads an export into a store without rows, in one transaction: all of it, or nothing. Answers how many rows of each table.
 * Faults `conflict` where there are rows, `invalid-request` for a file that is not whole or of another schema.
 */
export async function importStore(
  db: Kysely<Schema>,
  file: string,
): Promise<Record<string, number>> {
  await refuseRows(db);
  return db.transaction().execute((trx) => readInto(trx, file));
}

async function readInto(trx: Transaction<Schema>, file: string): Promise<Record<string, number>> {
  const tally = createTally();
  const insert = createInserter(trx);
  let isBegun = false;
  let trailer: Trailer | undefined;
  for await (const line of linesOf(file)) {
    if (trailer !== undefined) throw notWhole(file, 'something follows its last line');
    if (!isBegun) checkHeader(line, file);
    else if (line.startsWith('{')) trailer = parseLine(line, file) as Trailer;
    else await insert.add(...countRow(line, file, tally), line.length);
    isBegun = true;
    if (trailer === undefined) tally.hash.update(`${line}\n`);
  }
  await insert.flush();
  if (trailer === undefined) throw notWhole(file, 'its end is missing');
  if (trailer.sha256 !== tally.hash.digest('hex')) throw notWhole(file, 'its checksum is another');
  return trailer.rows;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const text = createGunzip();
  const reading = pipeline(createReadStream(file), text);
  reading.catch(() => undefined); // told below, after the lines that could be read
  try {
    yield* createInterface({ input: text, crlfDelay: Infinity });
    await reading;
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    throw notWhole(file, thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function parseLine(line: string, file: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw notWhole(file, 'a line of it is no JSON');
  }
}

function checkHeader(line: string, file: string): void {
  const { format, migrations } = parseLine(line, file) as Partial<Header>;
  if (format !== FORMAT) throw notWhole(file, 'it is no export of this service');
  const own = MIGRATION_NAMES.at(-1);
  const theirs = migrations?.at(-1);
  if (JSON.stringify(migrations) === JSON.stringify(MIGRATION_NAMES)) return;
  throw new Fault(
    'invalid-request',
    `"${file}" has the schema of "${theirs}", and this version that of "${own}": import it with the version that exported it, or export it again with this one`,
    { subject: `export "${file}"` },
  );
}

function countRow(line: string, file: string, { rows }: Tally): [string, Row] {
  parseLine(line, file);
  const [table, row] = decodeRow(line);
  if (!MOVED.some(([name]) => name === table)) throw notWhole(file, `it has a table "${table}"`);
  rows[table] = (rows[table] ?? 0) + 1;
  return [table, row];
}

/** Gathers rows of one table, so that a row costs no way to the database and back. */
function createInserter(trx: Transaction<Schema>) {
  let table = '';
  let rows: Row[] = [];
  let length = 0;
  async function flush(): Promise<void> {
    if (rows.length === 0) return;
    await trx
      .insertInto(table as keyof Schema)
      .values(rows)
      .execute();
    rows = [];
    length = 0;
  }
  return {
    flush,
    async add(of: string, row: Row, characters: number): Promise<void> {
      if (of !== table || rows.length >= BATCH || length + characters > BATCH_LENGTH) await flush();
      table = of;
      rows.push(row);
      length += characters;
    },
  };
}

async function refuseRows(db: Kysely<Schema>): Promise<void> {
  for (const [table] of MOVED) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
    if (rows.length === 0) continue;
    throw new Fault(
      'conflict',
      `the store has rows in "${table}" already, and nothing was imported: give it a database or a data directory of its own`,
      { subject: 'store' },
    );
  }
}

function notWhole(file: string, why: string): Fault {
  return new Fault(
    'invalid-request',
    `"${file}" cannot be imported, and nothing was: ${why}; export it again, or take another copy of it`,
    { subject: `export "${file}"` },
  );
}
