// All processes are restarted one after the other while clients submit, as an upgrade does it: nobody is refused for good, and
// no verdict is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../support/checkout-history.ts';
import { IS_LONG_FORM } from '../support/long-form.ts';
import { until } from '../support/poll.ts';
import { POSTGRES_MISSING } from '../support/postgres.ts';
import { startCanary } from '../support/process.ts';
import { REDIS_MISSING } from '../support/redis.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import {
  checkPromises,
  endlessOrders,
  everybodyIsTold,
  readAround,
  startSlowSource,
  work,
} from './clients.ts';
import { createLedger } from './ledger.ts';
import { settingsOf, startEngines, startParts } from './parts.ts';

/** The short form restarts one of each kind. */
const ROUNDS = IS_LONG_FORM ? 5 : 1;
const CLIENTS = 4;
const MOST_UNFINISHED = 20;

test(
  'a rolling restart under load loses nothing',
  { skip: POSTGRES_MISSING || REDIS_MISSING, timeout: 900_000 },
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
    const env = {
      ...settingsOf(engines, directory.path),
      CANARY_ACCOUNTS: `[{name: slow, source: prometheus, url: '${source.url}'}]`,
    };
    const parts = await startParts(context, directory.path, [
      [['serve', '--no-worker'], env],
      [['serve', '--no-worker'], env],
      [['worker'], env],
      [['worker'], env],
    ]);
    const random = seededRandom(5);
    const [first, second] = parts;
    const world = {
      url: () => (random() < 0.5 ? first!.process.url : second!.process.url),
      isOver: false,
    };
    const orders = endlessOrders(receiver.url);
    const clients = Array.from({ length: CLIENTS }, () =>
      work(world, orders, ledger, MOST_UNFINISHED),
    );
    const reader = readAround(world, ledger, seededRandom(6));
    let restarts = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const part of IS_LONG_FORM ? parts : [parts[0]!, parts[2]!]) {
        const enough = ledger.acknowledged.size + 5;
        await until('clients get on', () => ledger.acknowledged.size >= enough);
        assert.deepEqual(await part.process.end('SIGTERM'), { code: 0, signal: undefined });
        part.process = await startCanary(directory.path, part.args, part.env);
        restarts += 1;
      }
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
    const [late] = await engines.postgres.query<{ ms: string }>(
      engines.database,
      `select max(executions.ended_at - greatest(due_at, created_at)) as ms
       from executions join analyses on analyses.id = analysis_id`,
    );
    context.diagnostic(
      `${restarts} restarts, ${ledger.acknowledged.size} analyses, ${receiver.requests.length} webhooks; ` +
        `the latest look ended ${late?.ms} ms after it was due`,
    );
  },
);
