// Two processes that answer and two that judge, on one PostgreSQL and one Redis, one of them with a wrong clock and another behind
// a network that is parted. Each is killed again and again, both servers have every trouble they can have; and then every
// promise was kept.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../support/checkout-history.ts';
import { IS_LONG_FORM } from '../support/long-form.ts';
import { until } from '../support/poll.ts';
import { POSTGRES_MISSING, type PostgresServer } from '../support/postgres.ts';
import { startCanary } from '../support/process.ts';
import { REDIS_MISSING } from '../support/redis.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import {
  checkPromises,
  endlessOrders,
  everybodyIsTold,
  readAround,
  startSlowSource,
  untold,
  work,
  type World,
} from './clients.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { settingsOf, startEngines, startParts } from './parts.ts';
import { TROUBLES } from './troubles.ts';

/** Those that a short form has beyond one for each trouble are of one process: `crash.test.ts`. */
const KILLS = IS_LONG_FORM ? 100 : Object.keys(TROUBLES).length;
const CLIENTS = 4;
const MAX_ACKNOWLEDGED = 8;
const MAX_PAUSE_MS = 300;
/** Those who answer go on while those who judge are killed. */
const MOST_UNFINISHED = 40;

/** A machine whose clock is ten minutes ahead. */
const AHEAD = `const { now } = Date;
  globalThis.Date = class extends Date {
    constructor(...parts) { if (parts.length > 0) super(...parts); else super(now() + 600000); }
    static now() { return now() + 600000; }
  };`;

test(
  `many processes keep every promise through ${KILLS} kills`,
  {
    skip: POSTGRES_MISSING || REDIS_MISSING,
    timeout: IS_LONG_FORM ? 3_600_000 : 900_000,
  },
  async (context) => {
    const directory = temporaryDirectory();
    context.after(() => directory[Symbol.dispose]());
    const source = await startSlowSource();
    context.after(() => source.close());
    const receiver = await startWebhookReceiver();
    context.after(() => receiver.close());
    const ledger = createLedger();
    receiver.answerWith((request) => {
      ledger.receive(request);
      return { status: 200 };
    });
    const engines = await startEngines(context);
    const { postgres, database, redis } = engines;
    const network = await Promise.all([database, redis.url].map(startTcpProxy));
    context.after(() => network.forEach((proxy) => proxy.close()));
    const env = {
      ...settingsOf(engines, directory.path),
      CANARY_ACCOUNTS: `[{name: slow, source: prometheus, url: '${source.url}'}]`,
    };
    const parted = { ...env, DATABASE_URL: network[0]!.url, REDIS_URL: network[1]!.url };
    const ahead = {
      ...env,
      NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(AHEAD)}"`,
    };
    const parts = await startParts(context, directory.path, [
      [['serve', '--no-worker'], env],
      [['serve', '--no-worker'], env],
      [['worker'], parted],
      [['worker'], ahead],
    ]);

    const random = seededRandom(22);
    const [first, second] = parts;
    const world: World = {
      url: () => (random() < 0.5 ? first!.process.url : second!.process.url),
      isOver: false,
    };
    const orders = endlessOrders(receiver.url);
    const clients = Array.from({ length: CLIENTS }, () =>
      work(world, orders, ledger, MOST_UNFINISHED),
    );
    const reader = readAround(world, ledger, seededRandom(23));
    const troubles = Object.values(TROUBLES);
    let unfinishedAtKill = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const enough = ledger.acknowledged.size + 1 + Math.floor(random() * MAX_ACKNOWLEDGED);
      await until('clients get on', () => ledger.acknowledged.size >= enough);
      await delay(random() ** 3 * MAX_PAUSE_MS);
      const isFirstRound = kill < troubles.length;
      const victim =
        parts[isFirstRound ? kill % parts.length : Math.floor(random() * parts.length)]!;
      assert.ok(victim.process.isAlive(), `a process died by itself: ${victim.process.log()}`);
      unfinishedAtKill += untold(ledger).length;
      await victim.process.end('SIGKILL');
      // in the first round who judges behind the network that is parted is alive then
      await troubles[kill % troubles.length]!({ postgres, database, redis, network });
      victim.process = await startCanary(directory.path, victim.args, victim.env);
    }
    world.isOver = true;
    await Promise.all([...clients, reader]);

    await everybodyIsTold(
      () => parts.map(({ process }) => process.log().slice(-2000)).join('\n'),
      ledger,
    );
    for (const [id, order] of ledger.acknowledged)
      await checkPromises(world.url(), id, order, ledger);
    assert.deepEqual(ledger.complaints, []);
    const taken = await countTakenOver(postgres, database, ledger);
    for (const { process } of parts)
      assert.deepEqual(await process.end('SIGTERM'), { code: 0, signal: undefined });
    assert.ok(taken > 0, 'no judgement was taken over from a dead process: this proves too little');
    context.diagnostic(
      `${KILLS} kills, ${ledger.acknowledged.size} analyses, ${receiver.requests.length} webhooks; ` +
        `${taken} judgements were taken over, ${unfinishedAtKill} analyses were unfinished at a kill`,
    );
  },
);

/** Each look has one end, and each event one delivery; answers how many looks were claimed more than once. */
async function countTakenOver(
  postgres: PostgresServer,
  database: string,
  ledger: Ledger,
): Promise<number> {
  const [live] = await postgres.query<{ count: string }>(
    database,
    'select count(*) from executions where claimable_at is not null',
  );
  assert.equal(live?.count, '0');
  const [ended] = await postgres.query<{ count: string }>(
    database,
    'select count(*) from analyses where ended_at is not null',
  );
  assert.ok(Number(ended?.count) >= ledger.acknowledged.size);
  const twice = await postgres.query(
    database,
    'select analysis_id, sequence from deliveries group by analysis_id, sequence having count(*) > 1',
  );
  assert.deepEqual(twice, []);
  const taken = await postgres.query(database, 'select id from executions where attempt > 1');
  return taken.length;
}
