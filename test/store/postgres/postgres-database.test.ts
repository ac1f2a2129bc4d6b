// What only a server of its own can do to the store: deadlocks, lost connections, several who start at once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Fault } from '../../../src/errors.ts';
import { openPostgresDatabase } from '../../../src/store/postgres/postgres-database.ts';
import { createPostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { MIGRATION_NAMES } from '../../../src/store/migrations.ts';
import type { Store } from '../../../src/store/store.ts';
import { createTelemetry } from '../../../src/telemetry.ts';
import { addLater } from '../../support/later-version.ts';
import { POSTGRES_MISSING, startPostgres, type PostgresServer } from '../../support/postgres.ts';
import { failToServe } from '../../support/process.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { T0, claimed, newDelivery, settlementOf, stored } from '../../support/stored-analysis.ts';

const { log } = createTelemetry({ level: 'silent' });

test('without the driver the start ends with one sentence', async () => {
  using directory = temporaryDirectory();
  const hide = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (name === 'pg') throw new Error('there is no such package');
      return next(name, context);
    } });`;
  const { code, said } = await failToServe(directory.path, {
    NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(hide)}"`,
    DATABASE_URL: 'postgres://127.0.0.1:1/none',
  });
  assert.equal(code, 78);
  assert.match(said, /cannot start: .*"database.url".*"pg" is not installed.*npm install pg/);
});

describe('a store on PostgreSQL', { skip: POSTGRES_MISSING }, () => {
  let server: PostgresServer;
  const opened: Store[] = [];
  before(async () => {
    server = await startPostgres();
  });
  after(async () => {
    for (const store of opened) await store.close();
    await server.stop();
  });

  async function open(url?: string, settings: { maxConnections?: number } = {}): Promise<Store> {
    const store = await createPostgresStore(
      {
        url: url ?? (await server.createDatabase()),
        maxConnections: 10,
        statementTimeoutMs: 30_000,
        ...settings,
      },
      log,
    );
    opened.push(store);
    return store;
  }

  test('several that start at once migrate once', async () => {
    const url = await server.createDatabase();
    const stores = await Promise.all(Array.from({ length: 5 }, () => open(url)));
    const ids = await Promise.all(stores.map((store) => store.id()));
    assert.equal(new Set(ids).size, 1);
    const rows = await server.query<{ name: string }>(url, 'select name from kysely_migration');
    assert.deepEqual(rows.map(({ name }) => name).sort(), [...MIGRATION_NAMES].sort());
  });

  test('refuses a schema that a newer version has written, and the database of another program', async () => {
    const newer = await server.createDatabase();
    await (await open(newer)).ping();
    await server.query(newer, `insert into kysely_migration values ('9999-later', '2026-01-01')`);
    await open(newer); // as it only adds
    await server.query(
      newer,
      `update facts set value = '9999-later' where name = 'needed-migration'`,
    );
    await assert.rejects(open(newer), {
      code: 'schema-too-new',
      message: /"9999-later".*restore a copy/,
    });
    const foreign = await server.createDatabase();
    await server.query(foreign, 'create table invoices (id integer)');
    await assert.rejects(open(foreign), {
      code: 'store-unavailable',
      message: /"invoices".*database\.url/,
    });
  });

  test('goes on while a newer version adds to its tables, and starts again on them', async () => {
    const url = await server.createDatabase();
    const running = await open(url);
    await running.executions.get((await stored(running)).id); // each query has run before
    const database = await openPostgresDatabase(
      { url, maxConnections: 1, statementTimeoutMs: 30_000 },
      log,
    );
    await addLater(database.db);
    await database.db.destroy();
    for (const store of [running, await open(url)]) {
      const claim = await claimed(store);
      assert.equal(await store.executions.settle(settlementOf(claim)), true);
      assert.equal((await store.analyses.get(claim.analysis.id))?.id, claim.analysis.id);
      assert.deepEqual(await store.deliveries.list({ limit: 1 }), []);
    }
  });

  test('says in one sentence what is wrong with the address, and never its password', async () => {
    const url = await server.createDatabase();
    const elsewhere = url.replace('postgres@', 'nobody:s3cret@').replace(/canary_\d+$/, 'missing');
    await assert.rejects(
      open(elsewhere),
      ({ code, message }: { code: string; message: string }) => {
        assert.equal(code, 'store-unavailable');
        assert.match(message, /nobody/);
        assert.ok(!message.includes('s3cret'));
        return true;
      },
    );
  });

  test('a settlement and a cancel of one analysis: one of both, and no deadlock', async () => {
    const store = await open();
    for (let race = 0; race < 60; race += 1) {
      const claim = await claimed(store);
      const { id } = claim.analysis;
      const [settled, cancelled] = await Promise.all([
        store.executions.settle(settlementOf(claim)),
        store.analyses.cancel(id, T0, 'enough', 1, [newDelivery(id)]),
      ]);
      assert.equal(Number(settled) + Number(cancelled), 1);
      assert.equal(await store.executions.claimableAt(claim.execution.id), undefined);
    }
  });

  test('runs a transaction again that lost a deadlock', async () => {
    const url = await server.createDatabase();
    const settings = { url, maxConnections: 10, statementTimeoutMs: 30_000 };
    const { db } = await openPostgresDatabase(settings, log);
    const names = ['left', 'right'];
    await db
      .insertInto('facts')
      .values(names.map((name) => ({ name, value: '' })))
      .execute();
    let runs = 0;
    const inOrder = (order: string[]) =>
      db.transaction().execute(async (trx) => {
        runs += 1;
        for (const name of order) {
          await trx
            .updateTable('facts')
            .set((column) => ({ value: sql<string>`${column.ref('value')} || 'x'` }))
            .where('name', '=', name)
            .execute();
          await delay(50);
        }
      });
    await Promise.all([inOrder(names), inOrder(names.toReversed())]);
    const rows = await db.selectFrom('facts').select('value').where('name', 'in', names).execute();
    await db.destroy();
    assert.deepEqual(rows, [{ value: 'xx' }, { value: 'xx' }]);
    assert.ok(runs > 2, 'there was no deadlock: this proves nothing');
  });

  test('keeps texts with a NUL, which PostgreSQL knows none of, without it', async () => {
    const store = await open();
    const { id } = await stored(store, { labels: { team: 'a\0b' }, configName: 'nul' });
    const [listed] = await store.analyses.list({ limit: 1, config: 'nul' });
    assert.deepEqual(listed?.labels, { team: 'a\uFFFDb' });
    assert.equal((await store.analyses.get(id))?.snapshot.labels['team'], 'a\0b');
    assert.equal(await store.analyses.get('no\0id'), undefined);
  });

  test('reads and writes go on over a restart of the server, and through all of its connections being broken', async () => {
    const url = await server.createDatabase();
    const store = await open(url);
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimed(store)));
    const settling = Promise.allSettled(
      claims.map((claim) => store.executions.settle(settlementOf(claim))),
    );
    await server.query(
      url,
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
    );
    for (const [index, outcome] of (await settling).entries()) {
      const claim = claims[index]!;
      // who is told nothing certain may look, or try again
      if (outcome.status === 'rejected')
        assert.equal((outcome.reason as Fault).code, 'store-unavailable');
      else assert.equal(outcome.value, true);
      if ((await store.executions.claimableAt(claim.execution.id)) !== undefined)
        assert.equal(await store.executions.settle(settlementOf(claim)), true);
    }
    const restarting = server.restart();
    const reads = claims.map(({ analysis }) => store.analyses.get(analysis.id));
    const fresh = stored(store).catch(() => stored(store));
    await restarting;
    for (const analysis of await Promise.all(reads)) assert.equal(analysis?.state, 'completed');
    assert.equal(await store.analyses.state((await fresh).id), 'queued');
  });

  test('lets who comes too early wait for a free connection', async () => {
    const store = await open(undefined, { maxConnections: 2 });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => store.samples.append('s', index, index)),
    );
    assert.equal(answers.length, 50);
    assert.equal((await store.samples.read('s', 0, 100)).length, 50);
  });
});
