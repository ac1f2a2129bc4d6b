// Kills the service with SIGKILL again and again while clients work with it, and then asks whether every
// promise was kept: each acknowledged analysis has exactly one verdict, none changed, everybody was told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { seededRandom } from '../support/checkout-history.ts';
import { IS_LONG_FORM } from '../support/long-form.ts';
import { until } from '../support/poll.ts';
import { startServe } from '../support/process.ts';
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

const KILLS = IS_LONG_FORM ? 100 : 30;
const CLIENTS = 4;
/** Acknowledgements that one life of the process lives to see, at most. */
const MAX_ACKNOWLEDGED = 8;
/** After the last of them the blow falls within this time, and more often early, while they are judged. */
const MAX_PAUSE_MS = 200;

test(
  `keeps every promise through ${KILLS} kills under load`,
  { timeout: IS_LONG_FORM ? 3_600_000 : 900_000 },
  async (context) => {
    using directory = temporaryDirectory();
    using cache = temporaryDirectory();
    const source = await startSlowSource();
    context.after(() => source.close());
    const env = {
      CANARY_LOG_LEVEL: 'warn',
      CANARY_ACCOUNTS: `[{name: slow, source: prometheus, url: '${source.url}'}]`,
      NODE_COMPILE_CACHE: cache.path,
    };
    const receiver = await startWebhookReceiver();
    context.after(() => receiver.close());
    const ledger = createLedger();
    receiver.answerWith((request) => {
      ledger.receive(request);
      return { status: 200 };
    });
    // The cache is written at an orderly end only; it halves the time of each further start.
    await (await startServe(directory.path, env)).end('SIGTERM');

    let service = await startServe(directory.path, env);
    const world: World = { url: () => service.url, isOver: false };
    context.after(() => service.end('SIGKILL'));
    const random = seededRandom(20);
    const orders = endlessOrders(receiver.url);
    const clients = Array.from({ length: CLIENTS }, () => work(world, orders, ledger));
    const reader = readAround(world, ledger, seededRandom(21));
    let unfinishedAtKill = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const enough = ledger.acknowledged.size + 1 + Math.floor(random() * MAX_ACKNOWLEDGED);
      await until('clients get on', () => ledger.acknowledged.size >= enough);
      await delay(random() ** 3 * MAX_PAUSE_MS);
      assert.ok(service.isAlive(), `the service died by itself: ${service.log()}`);
      await service.end('SIGKILL');
      unfinishedAtKill += untold(ledger).length;
      service = await startServe(directory.path, env);
    }
    world.isOver = true;
    await Promise.all([...clients, reader]);

    await everybodyIsTold(service.log, ledger);
    for (const [id, order] of ledger.acknowledged)
      await checkPromises(service.url, id, order, ledger);
    assert.deepEqual(ledger.complaints, []);
    assert.deepEqual(await service.end('SIGTERM'), { code: 0, signal: undefined });
    const interrupted = await countInterrupted(directory.path, ledger);
    assert.ok(
      interrupted.judgements > 0,
      'no kill hit a running judgement: this proves too little',
    );
    assert.ok(
      unfinishedAtKill > KILLS,
      'the kills found nothing in flight: this proves too little',
    );
    context.diagnostic(
      `${KILLS} kills and restarts, ${ledger.acknowledged.size} analyses, ${receiver.requests.length} webhooks; ` +
        `interrupted were ${interrupted.judgements} judgements, ${interrupted.deliveries} deliveries, ${unfinishedAtKill} unfinished analyses`,
    );
  },
);

/** Claims that their process did not live to end: a judgement claimed again, a delivery claimed and not recorded. */
async function countInterrupted(directory: string, ledger: Ledger) {
  const store = await createSqliteStore({ directory });
  const count = { judgements: 0, deliveries: 0 };
  for (const id of ledger.acknowledged.keys()) {
    const executions = await store.analyses.executions(id);
    count.judgements += executions.filter(({ attempt }) => attempt > 1).length;
    const deliveries = await store.deliveries.byAnalysis(id);
    count.deliveries += deliveries.filter(
      ({ delivery, attempts }) => delivery.attempts > attempts.length,
    ).length;
  }
  await store.close();
  return count;
}
