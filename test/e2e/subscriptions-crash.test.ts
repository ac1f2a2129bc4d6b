// A process that is killed between an event and its delivery loses none of it: subscriptions are told by the next one.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { until } from '../support/poll.ts';
import { startServe } from '../support/process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { inlineRequest, type AnalysisView } from './requests.ts';

const KILLS = 4;
const ANALYSES_OF_A_LIFE = 4;
const EVENTS = [
  [1, 'analysis.started'],
  [2, 'analysis.interval_completed'],
  [3, 'analysis.completed'],
];

interface Subscriber {
  receiver: WebhookReceiver;
  ledger: Ledger;
}

test(
  `what ${KILLS} kills leave undelivered reaches every subscription in the end`,
  { timeout: 300_000 },
  async (context) => {
    using directory = temporaryDirectory();
    using cache = temporaryDirectory();
    const env = { CANARY_LOG_LEVEL: 'warn', NODE_COMPILE_CACHE: cache.path };
    const subscribers = [await subscriberOf(context), await subscriberOf(context)];
    let service = await startServe(directory.path, env);
    context.after(() => service.end('SIGKILL'));
    for (const { receiver, ledger } of subscribers) {
      receiver.answerWith((request) => {
        ledger.receive(request);
        return 'hang'; // the service never knows that it has arrived
      });
      const made = await post(service.url, '/api/v1/subscriptions', { url: receiver.url });
      assert.equal(made.status, 201);
    }
    const accepted: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      for (let count = 0; count < ANALYSES_OF_A_LIFE; count += 1)
        accepted.push(await submit(service.url));
      await service.end('SIGKILL');
      service = await startServe(directory.path, env);
    }
    const undelivered = accepted.filter((id) => subscribers[0]!.ledger.eventsOf(id).length === 0);
    assert.ok(undelivered.length > 0, 'no kill came before a delivery: this proves too little');
    for (const { receiver, ledger } of subscribers)
      receiver.answerWith((request) => {
        ledger.receive(request);
        return { status: 200 };
      });
    await service.end('SIGKILL'); // and with it the hanging attempts
    service = await startServe(directory.path, env);

    const isTold = ({ ledger }: Subscriber) =>
      accepted.every((id) => ledger.eventsOf(id).length >= EVENTS.length);
    await until('everybody is told of everything', () => subscribers.every(isTold), 120_000);
    for (const { ledger } of subscribers) {
      assert.deepEqual(ledger.complaints, []);
      for (const id of accepted)
        assert.deepEqual(
          ledger.eventsOf(id).map(({ sequence, type }) => [sequence, type]),
          EVENTS,
        );
    }
    await until('nothing is pending', async () => (await pendingOf(service.url, accepted)) === 0);
    await service.end('SIGTERM');
    const interrupted = await countInterrupted(directory.path, accepted);
    assert.ok(interrupted > 0, 'no kill hit a delivery under way: this proves too little');
    context.diagnostic(
      `${KILLS} kills, ${accepted.length} analyses, ${subscribers.length} subscriptions; ${undelivered.length} analyses had told nothing, ${interrupted} deliveries were interrupted`,
    );
  },
);

async function subscriberOf(context: TestContext): Promise<Subscriber> {
  const receiver = await startWebhookReceiver();
  context.after(() => receiver.close());
  return { receiver, ledger: createLedger() };
}

function post(url: string, path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function submit(url: string): Promise<string> {
  const answer = await post(url, '/api/v1/analyses', inlineRequest('fail'));
  assert.equal(answer.status, 202);
  return ((await answer.json()) as AnalysisView).id;
}

async function pendingOf(url: string, ids: string[]): Promise<number> {
  const lists = await Promise.all(
    ids.map(async (id) => (await fetch(`${url}/api/v1/analyses/${id}/deliveries`)).json()),
  );
  const items = lists.flatMap((list) => (list as { items: { state: string }[] }).items);
  return items.filter(({ state }) => state === 'pending').length;
}

/** Claims that their process did not live to record. */
async function countInterrupted(directory: string, ids: string[]): Promise<number> {
  const store = await createSqliteStore({ directory });
  let count = 0;
  for (const id of ids) {
    const deliveries = await store.deliveries.byAnalysis(id);
    count += deliveries.filter(
      ({ delivery, attempts }) => delivery.attempts > attempts.length,
    ).length;
  }
  await store.close();
  return count;
}
