// Kills the service with SIGKILL again and again while clients work with it, and then asks whether every
// promise was kept: each acknowledged analysis has exactly one verdict, none changed, everybody was told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { seededRandom } from '../support/checkout-history.ts';
import { IS_LONG_FORM } from '../support/long-form.ts';
import { until } from '../support/poll.ts';
import { startServe, type ServeProcess } from '../support/process.ts';
import { startStubServer } from '../support/stub-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import { createLedger, type Ledger, type Order } from './ledger.ts';
import { inlineRequest, secondsWindow, type AnalysisView } from './requests.ts';

const KILLS = IS_LONG_FORM ? 100 : 30;
const CLIENTS = 4;
/** Acknowledgements that one life of the process lives to see, at most. */
const MAX_ACKNOWLEDGED = 8;
/** After the last of them the blow falls within this time, and more often early, while they are judged. */
const MAX_PAUSE_MS = 200;
const SOURCE_DELAY_MS = 150;

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

    const world = { service: await startServe(directory.path, env), isOver: false };
    context.after(() => world.service.end('SIGKILL'));
    const random = seededRandom(20);
    const orders = endlessOrders(receiver.url);
    const clients = Array.from({ length: CLIENTS }, () => work(world, orders, ledger));
    const reader = readAround(world, ledger, seededRandom(21));
    let unfinishedAtKill = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const enough = ledger.acknowledged.size + 1 + Math.floor(random() * MAX_ACKNOWLEDGED);
      await until('clients get on', () => ledger.acknowledged.size >= enough);
      await delay(random() ** 3 * MAX_PAUSE_MS);
      assert.ok(world.service.isAlive(), `the service died by itself: ${world.service.log()}`);
      await world.service.end('SIGKILL');
      unfinishedAtKill += untold(ledger).length;
      world.service = await startServe(directory.path, env);
    }
    world.isOver = true;
    await Promise.all([...clients, reader]);

    await everybodyIsTold(world.service, ledger);
    for (const [id, order] of ledger.acknowledged)
      await checkPromises(world.service.url, id, order, ledger);
    assert.deepEqual(ledger.complaints, []);
    assert.deepEqual(await world.service.end('SIGTERM'), { code: 0, signal: undefined });
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

interface World {
  service: ServeProcess;
  isOver: boolean;
}

/** Fixed windows and looks in real time, of every verdict, in turn. */
function* endlessOrders(url: string): Generator<Order> {
  const callbacks = [{ url }];
  for (let number = 0; ; number += 1) {
    const verdict = (['pass', 'fail', 'nodata'] as const)[number % 3]!;
    const isRealTime = number % 4 === 3;
    const isSlow = verdict === 'pass' && !isRealTime;
    const looks = isRealTime && verdict !== 'fail' ? 3 : 1;
    const window = isRealTime ? { window: secondsWindow(3) } : {};
    yield {
      key: `order-${number}`,
      verdict,
      looks,
      body: isSlow
        ? withSlowMetric(inlineRequest(verdict, { callbacks }))
        : inlineRequest(verdict, { callbacks, ...window }),
    };
  }
}

/** One metric more, whose source takes its time: such a judgement is under way when a kill comes. */
function withSlowMetric({ config, ...rest }: ReturnType<typeof inlineRequest>) {
  const slow = { name: 'slow', query: { source: 'prometheus', promql: 'slow{app="${scope}"}' } };
  return { ...rest, config: { ...config, metrics: [...config.metrics, slow] } };
}

/** Answers each range query with the same healthy series, late. */
async function startSlowSource() {
  return startStubServer(async ({ body }) => {
    await delay(SOURCE_DELAY_MS);
    const asked = new URLSearchParams(body);
    const [start = 0, end = 0, step = 1] = ['start', 'end', 'step'].map((name) =>
      Number(asked.get(name)),
    );
    const values = Array.from({ length: (end - start) / step + 1 }, (_, index) => [
      start + index * step,
      String(1 + ((3 * index) % 7)), // not growing like a counter
    ]);
    const data = { resultType: 'matrix', result: [{ metric: {}, values }] };
    return { body: JSON.stringify({ status: 'success', data }) };
  });
}

/** A client that repeats each submission, with its key, until it has been acknowledged. */
async function work(world: World, orders: Generator<Order>, ledger: Ledger): Promise<void> {
  while (!world.isOver) {
    const order = orders.next().value as Order;
    const submitted = () => submit(world.service.url, order);
    const { id } = await until(`${order.key} is acknowledged`, submitted);
    ledger.acknowledge(id, order);
  }
}

async function submit(url: string, { key, body }: Order): Promise<AnalysisView | undefined> {
  const answer = await fetch(`${url}/api/v1/analyses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  }).catch(() => undefined);
  if (answer === undefined) return undefined;
  assert.equal(answer.status, 202, `${key} was refused`);
  return (await answer.json().catch(() => undefined)) as AnalysisView | undefined;
}

async function readAround(world: World, ledger: Ledger, random: () => number): Promise<void> {
  while (!world.isOver) {
    const ids = [...ledger.acknowledged.keys()];
    const id = ids[Math.floor(random() * ids.length)];
    if (id !== undefined) await read(world.service.url, id).then(ledger.see, () => undefined);
    await delay(10);
  }
}

async function read(url: string, id: string): Promise<AnalysisView> {
  const answer = await fetch(`${url}/api/v1/analyses/${id}`);
  return (await answer.json()) as AnalysisView;
}

async function everybodyIsTold({ log }: ServeProcess, ledger: Ledger): Promise<void> {
  const isDone = () => untold(ledger).length === 0;
  await until('each analysis has ended and told so', isDone).catch((error: unknown) =>
    assert.fail(`${String(error)}: ${untold(ledger).join(', ')}\n${log()}`),
  );
}

function untold(ledger: Ledger): string[] {
  const isTold = (id: string) =>
    ledger.eventsOf(id).some(({ type }) => type === 'analysis.completed');
  return [...ledger.acknowledged.keys()].filter((id) => !isTold(id));
}

async function checkPromises(url: string, id: string, order: Order, ledger: Ledger): Promise<void> {
  const analysis = await read(url, id);
  ledger.see(analysis);
  assert.deepEqual(
    [analysis.state, analysis.verdict, analysis.intervals.map(({ verdict }) => verdict)],
    ['completed', order.verdict, Array.from({ length: order.looks }, () => order.verdict)],
    `${id} (${order.key}) has a wrong end`,
  );
  const events = await until(`all events of ${id} have arrived`, () => {
    const arrived = ledger.eventsOf(id);
    return arrived.length >= order.looks + 2 ? arrived : undefined;
  });
  assert.deepEqual(
    events.map(({ sequence, type }) => [sequence, type]),
    expectedEvents(order.looks),
    `${id} (${order.key}) has wrong events`,
  );
}

function expectedEvents(looks: number): [number, string][] {
  const intervals = Array.from({ length: looks }, () => 'analysis.interval_completed');
  const types = ['analysis.started', ...intervals, 'analysis.completed'];
  return types.map((type, index) => [index + 1, type]);
}

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
