import assert from 'node:assert/strict';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { mock, test } from 'node:test';
import { Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { MIGRATIONS } from '../../../src/store/migrations.ts';
import { need, readNeeded } from '../../../src/store/migrations/0041-needed-migration.ts';
import { createSqliteDialect, shareDatabase } from '../../../src/store/sqlite/sqlite-driver.ts';
import { openSqliteDatabase } from '../../../src/store/sqlite/sqlite-database.ts';
import type { Schema } from '../../../src/store/schema.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { createSqlStore } from '../../../src/store/sql-store.ts';
import { addLater } from '../../support/later-version.ts';
import { claimed, newDelivery, settlementOf, stored, T0 } from '../../support/stored-analysis.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('keeps its file whole by itself, and checks references', async () => {
  await withDatabase(async (db) => {
    assert.equal(await pragma(db, 'journal_mode'), 'wal');
    assert.equal(await pragma(db, 'synchronous'), 1);
    assert.equal(await pragma(db, 'foreign_keys'), 1);
    assert.equal(await pragma(db, 'locking_mode'), 'exclusive');
    assert.equal(await pragma(db, 'auto_vacuum'), 2);
  });
});

test('keeps what it has when it is opened again', async () => {
  using directory = temporaryDirectory();
  const first = await createSqliteStore({ directory: directory.path });
  const { id } = await stored(first);
  await first.close();
  const second = await createSqliteStore({ directory: directory.path });
  assert.equal((await second.analyses.get(id))?.id, id);
  await second.close();
});

test('refuses the database of a newer version, and leaves it as it is', async () => {
  using directory = temporaryDirectory();
  const { db } = await openSqliteDatabase(directory.path);
  await sql`insert into kysely_migration (name, timestamp) values ('9999-later', 'x')`.execute(db);
  await need(db, '9999-later');
  await db.destroy();
  await assert.rejects(openSqliteDatabase(directory.path), {
    code: 'schema-too-new',
    message: /"9999-later".*newer version/,
  });
  await assert.rejects(openSqliteDatabase(directory.path), { code: 'schema-too-new' });
});

test('works on the database of a newer version that has only added to it', async () => {
  using directory = temporaryDirectory();
  const { db } = await openSqliteDatabase(directory.path);
  await addLater(db);
  await db.destroy();
  const store = await createSqliteStore({ directory: directory.path });
  const { id } = await stored(store);
  assert.equal((await store.analyses.get(id))?.id, id);
  await store.close();
});

test('who knows the needed migration finds all that it knows in what later ones left', async () => {
  const shared = shareDatabase(
    new DatabaseSync(':memory:'),
    async () => {},
    () => {},
  );
  const db = new Kysely<Schema>({ dialect: createSqliteDialect(shared, 'durable') });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  await migrator.migrateTo('0034-owners');
  const before = await db.introspection.getTables();
  await migrator.migrateToLatest();
  const after = await db.introspection.getTables();
  const needed = await readNeeded(db);
  assert.equal(needed, '0034-owners', 'compare with what is needed now');
  for (const table of before) {
    const now = after.find(({ name }) => name === table.name);
    const known = new Map(table.columns.map((column) => [column.name, column]));
    for (const column of now?.columns ?? []) {
      const earlier = known.get(column.name);
      known.delete(column.name);
      if (earlier !== undefined) assert.deepEqual(column, earlier);
      else assert.ok(column.isNullable || column.hasDefaultValue, `${table.name}.${column.name}`);
    }
    assert.deepEqual([...known.keys()], [], `${table.name} has lost columns`);
  }
  await db.destroy();
});

test('leaves nothing of a migration that fails half-way', async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'canary.db');
  const before = new DatabaseSync(file);
  before.exec('CREATE TABLE samples (mine)');
  before.exec('CREATE TABLE kysely_migration (name varchar(255), timestamp varchar(255))');
  before.close();
  await assert.rejects(openSqliteDatabase(directory.path));
  const after = new DatabaseSync(file);
  const tables = after.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  after.close();
  assert.ok(!tables.some(({ name }) => name === 'analyses'), 'earlier tables are rolled back');
});

const UNUSABLE: Record<string, { make(file: string): void; message: RegExp }> = {
  'no content': { make: (file) => writeFileSync(file, ''), message: /is empty.*restore a backup/ },
  'something else': {
    make: (file) => writeFileSync(file, 'this is not a database, however far one reads'.repeat(99)),
    message: /file is not a database; restore a backup/,
  },
  "another program's tables": {
    make(file) {
      using other = new DatabaseSync(file);
      other.exec('CREATE TABLE bookmarks (id)');
    },
    message: /another program's: it has the table "bookmarks"/,
  },
  'a directory': { make: (file) => mkdirSync(file), message: /cannot be used.*may write/ },
};

for (const [name, { make, message }] of Object.entries(UNUSABLE)) {
  test(`refuses a database file with ${name}, again and again`, async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'canary.db');
    make(file);
    const before = statSync(file).size;
    const refused = { code: 'store-unavailable', message };
    await assert.rejects(openSqliteDatabase(directory.path), refused);
    await assert.rejects(openSqliteDatabase(directory.path), refused);
    assert.equal(statSync(file).size, before);
  });
}

test('refuses a data directory that is a file', async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'data');
  writeFileSync(file, '');
  await assert.rejects(openSqliteDatabase(file), {
    code: 'store-unavailable',
    message: /^data directory .*check that it is a directory/,
  });
});

test('says that the disk is full, writes nothing then, and goes on when there is room', async () => {
  await withDatabase(async (db) => {
    const store = createSqlStore(db);
    const claim = await claimed(store);
    const pages = await pragma(db, 'page_count');
    await sql`pragma max_page_count = ${sql.lit(pages)}`.execute(db);
    const body = 'x'.repeat(1_000_000);
    const settlement = settlementOf(claim, {
      deliveries: [{ ...newDelivery(claim.analysis.id), body }],
    });
    await assert.rejects(store.executions.settle(settlement), { code: 'store-full' });
    assert.equal((await store.analyses.get(claim.analysis.id))?.state, 'running');
    await sql`pragma max_page_count = 1000000`.execute(db);
    assert.equal(await store.executions.settle(settlement), true);
  });
});

test('gives what was deleted back to the disk, a little at a time', async () => {
  using directory = temporaryDirectory();
  const store = await createSqliteStore({ directory: directory.path });
  for (let at = 0; at < 100; at += 1) await store.samples.append('s', at, 'x'.repeat(100_000));
  await store.samples.prune(100);
  for (let steps = 0; steps < 5; steps += 1) await store.shrink();
  await store.close();
  const { size } = statSync(join(directory.path, 'canary.db'));
  assert.ok(size > 2_000_000 && size < 6_000_000, `${size} bytes of 10 MB`); // 4 MB are kept
});

test('reads every list and every claim through an index', async () => {
  await withDatabase(async (db, queries) => {
    const store = createSqlStore(db);
    queries.length = 0;
    await store.analyses.list({ limit: 10, before: 'x', labels: { team: 'shop', ring: '1' } });
    await store.analyses.list({ limit: 10, state: 'running' });
    await store.analyses.list({ limit: 10, verdict: 'fail' });
    await store.analyses.list({ limit: 10, config: 'checkout' });
    await store.analyses.live({ limit: 10 });
    await store.analyses.newestEndedAt();
    await store.unfinished(0, 10);
    await store.deliveries.byAnalysis('x');
    await store.deliveries.oldestPendingAt();
    await store.samples.read('x', 0, 1);
    await store.samples.prune(0);
    await store.executions.claim('x', 0, 1);
    await store.executions.report('x', 1, { name: 'judge' });
    await store.analyses.judgements(['x', 'y']);
    for (const query of queries.filter((text) => /^(select|update|delete)/.test(text))) {
      const plan = await explain(db, query);
      assert.ok(!/SCAN/.test(plan), `${query}\n${plan}`);
    }
  });
});

test('writes the analysis before its executions, so that databases with row locks never deadlock', async () => {
  await withDatabase(async (db, queries) => {
    const store = createSqlStore(db);
    const claim = await claimed(store);
    const order = async (change: Promise<unknown>) => {
      queries.length = 0;
      await change;
      const tables = queries.map((text) => /^(?:update|insert into) "(\w+)"/.exec(text)?.[1]);
      return tables.filter((table) => table === 'analyses' || table === 'executions');
    };
    const other = await stored(store);
    const both = ['analyses', 'executions'];
    assert.deepEqual(await order(store.executions.claim(other.executionId, T0, 1000)), both);
    assert.deepEqual(await order(store.executions.settle(settlementOf(claim))), both);
    assert.deepEqual(await order(store.analyses.cancel(other.id, T0, 'enough', 1, [])), both);
  });
});

test('keeps instants and durations in 64 bits on every database', async () => {
  await withDatabase(async (db) => {
    const { rows } = await sql<{ place: string; type: string }>`
      select m.name || '.' || c.name as place, lower(c.type) as type
      from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'`.execute(db);
    const wide = rows.filter(({ place }) => /(_at|_ms|\.at)$/.test(place));
    assert.ok(wide.length >= 15, `${wide.length} columns`);
    assert.deepEqual(
      wide.filter(({ type }) => type !== 'bigint'),
      [],
    );
  });
});

async function withDatabase(
  use: (db: Kysely<Schema>, queries: string[]) => Promise<void>,
): Promise<void> {
  using directory = temporaryDirectory();
  const queries: string[] = [];
  const { db } = await openSqliteDatabase(directory.path);
  const recorders = (['all', 'run'] as const).map((name) => recordStatements(name, queries));
  try {
    await use(db, queries);
  } finally {
    for (const recorder of recorders) recorder.mock.restore();
    await db.destroy();
  }
}

/** Notes the text of each statement that SQLite runs. */
function recordStatements(name: 'all' | 'run', queries: string[]) {
  const original = StatementSync.prototype[name] as (...values: unknown[]) => unknown;
  return mock.method(
    StatementSync.prototype,
    name,
    function (this: StatementSync, ...values: unknown[]) {
      queries.push(this.sourceSQL);
      return original.apply(this, values);
    },
  );
}

async function pragma(db: Kysely<Schema>, name: string): Promise<unknown> {
  const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db);
  return rows[0]?.[name];
}

async function explain(db: Kysely<Schema>, query: string): Promise<string> {
  const text = `explain query plan ${query.replaceAll('?', "'0'")}`;
  const { rows } = await sql<{ detail: string }>`${sql.raw(text)}`.execute(db);
  return rows.map((row) => row.detail).join('\n');
}
