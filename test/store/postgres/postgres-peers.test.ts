// Processes that share a PostgreSQL: each here is a store of its own on the same database.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createChanges } from '../../../src/analysis/changes.ts';
import { createPostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { createServerClock } from '../../../src/store/postgres/server-clock.ts';
import type { Store } from '../../../src/store/store.ts';
import { createTelemetry } from '../../../src/telemetry.ts';
import { until } from '../../support/poll.ts';
import { POSTGRES_MISSING, startPostgres, type PostgresServer } from '../../support/postgres.ts';
import { newAnalysis, newDelivery, newExecution } from '../../support/stored-analysis.ts';

const { log } = createTelemetry({ level: 'silent' });
const LONG_MS = 120_000;

describe('processes on one PostgreSQL', { skip: POSTGRES_MISSING }, () => {
  let server: PostgresServer;
  const opened: Store[] = [];
  before(async () => {
    server = await startPostgres();
  });
  after(async () => {
    for (const store of opened) await store.close();
    await server.stop();
  });

  async function open(url: string): Promise<Store> {
    const store = await createPostgresStore(
      { url, maxConnections: 4, statementTimeoutMs: 30_000 },
      log,
    );
    opened.push(store);
    return store;
  }

  async function both(): Promise<[Store, Store, string]> {
    const url = await server.createDatabase();
    return [await open(url), await open(url), url];
  }

  test('a claim lasts as long as the work, and no longer than its owner is heard of', async () => {
    const [own, other] = await both();
    const at = own.peers.now();
    const analysis = { ...newAnalysis(), createdAt: at };
    const look = newExecution(analysis.id, 1, at);
    const delivery = { ...newDelivery(analysis.id), nextAttemptAt: at };
    await own.analyses.create(analysis, look, [delivery]);
    const works = [
      ['executions', look.id],
      ['deliveries', delivery.id],
    ] as const;
    for (const [table, id] of works) {
      await own.peers.whileWorking(table, id, async () => {
        assert.ok(await own[table].claim(id, own.peers.now(), LONG_MS));
        const first = (await own[table].claimableAt(id))!;
        assert.ok(first - own.peers.now() <= 8000, 'a dead owner holds it for no longer');
        await until('it is renewed', async () => (await own[table].claimableAt(id))! > first);
        assert.equal(await other[table].claim(id, other.peers.now(), LONG_MS), undefined);
      });
    }
    for (const [table, id] of works) {
      const taken = async () =>
        (await other[table].claim(id, other.peers.now(), LONG_MS)) !== undefined;
      await until('another takes it over', taken, 30_000);
    }
    // the slow one, who still believes in its claim, has lost it
    assert.equal(await own.executions.release(look.id, 1), false);
  });

  test('one keeps house at a time, and another when it leaves', async () => {
    const [first, second, url] = await both();
    const keeping: string[] = [];
    const house = (name: string) => ({
      begin: () => void keeping.push(`${name} begins`),
      end: () => void keeping.push(`${name} ends`),
    });
    first.peers.keepHouse(house('first'));
    await until('the first keeps house', () => first.peers.isHouseKeeper());
    second.peers.keepHouse(house('second'));
    const expiry = async () =>
      (await server.query<{ expires_at: string }>(url, 'select expires_at from duties'))[0];
    const before = (await expiry())!.expires_at;
    await until('it goes on', async () => (await expiry())!.expires_at > before);
    assert.equal(second.peers.isHouseKeeper(), false);
    await first.close();
    await until('the second keeps house', () => second.peers.isHouseKeeper());
    assert.deepEqual(keeping, ['first begins', 'first ends', 'second begins']);
  });

  test('who waits for an analysis is woken by another process', async () => {
    const [own, other] = await both();
    const [here, there] = [createChanges(own.peers), createChanges(other.peers)];
    const never = new AbortController().signal;
    const startedAt = performance.now();
    const waiting = there.next('a', LONG_MS, never);
    here.announce('b');
    here.announce('a');
    await waiting;
    assert.ok(performance.now() - startedAt < LONG_MS, 'it waited to the end');
  });

  test('judging is switched off for all, also for who comes later', async () => {
    const [own, other, url] = await both();
    await own.peers.judging.set(false);
    await until('the other has heard', () => !other.peers.judging.isOn());
    const later = await open(url);
    assert.equal(later.peers.judging.isOn(), false);
    await later.peers.judging.set(true);
    await until('all judge again', () => own.peers.judging.isOn() && other.peers.judging.isOn());
  });

  test('tells while the server is away, and forgets it when it is back', async () => {
    const url = await server.createDatabase();
    const store = await open(url);
    assert.equal(store.trouble(), undefined);
    await server.kill();
    await until('it is told', () => store.trouble() !== undefined);
    assert.match(store.trouble()!.message, /could not use PostgreSQL/);
    await server.restart();
    await until('it is forgotten', () => store.trouble() === undefined);
  });
});

test('the clock of a server is followed, whatever this machine believes', () => {
  let elapsed = 0;
  const clock = createServerClock(() => elapsed);
  const serverAt = Date.now() + 600_000; // ten minutes ahead of us
  clock.adjust(serverAt, 0, 40);
  assert.ok(Math.abs(clock.now() - serverAt) <= 40);
  elapsed = 1000;
  const before = clock.now();
  clock.adjust(serverAt + 1000, 900, 1100); // says nothing new
  assert.equal(clock.now(), before);
  clock.adjust(serverAt - 5000, 1000, 1000); // somebody has set it back
  assert.equal(clock.now(), serverAt - 5000);
});
