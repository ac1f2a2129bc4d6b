import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createDeliverWebhook } from '../../jobs/deliver-webhook.ts';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import type { Job, Queue } from '../../src/queue/queue.ts';
import type { Waiter } from '../../src/webhooks/endpoint-slots.ts';
import type { Subscription } from '../../src/model/receiver/subscription.ts';
import type { NewDelivery } from '../../src/store/deliveries/delivery-port.ts';
import type { Outgoing, Sender, SentAttempt } from '../../src/webhooks/sender.ts';
import { newAnalysis, newDelivery, newExecution, T0 } from '../support/stored-analysis.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const LEASE_MS = 45_000;
const HOUR = 3_600_000;
const signal = new AbortController().signal;

const idleQueue: Queue = {
  enqueue: async () => undefined,
  start: async () => undefined,
  depth: async () => ({ waiting: 0, delayed: 0, active: 0 }),
  close: async () => undefined,
};

type End = Pick<SentAttempt, 'status' | 'error' | 'retryAfterMs' | 'isFinal'>;

const SUBSCRIPTION: Subscription = {
  id: 'sub_1',
  origin: 'api',
  url: 'https://receiver.example/of-now',
  format: 'standard',
  secrets: ['next'],
  events: ['analysis.completed'],
  filter: {},
};
const OF_SUBSCRIPTION = { subscriptionId: SUBSCRIPTION.id, secret: '' };
const DOWN = (): End => ({ status: 503, error: 'receiver answered 503' });

/** A stored delivery, a receiver that answers as told, and a clock that moves when told. */
async function stage(context: TestContext, change: Partial<NewDelivery> = {}) {
  const directory = temporaryDirectory();
  const store = await createSqliteStore({ directory: directory.path });
  context.after(async () => {
    await store.close();
    directory[Symbol.dispose]();
  });
  const analysis = newAnalysis();
  const delivery = { ...newDelivery(analysis.id), ...change };
  await store.analyses.create(analysis, newExecution(analysis.id), [delivery]);
  const world = { now: T0, answer: (): End | Promise<End> => ({ status: 200 }), isFull: false };
  const subscription: { current: Subscription | undefined } = { current: SUBSCRIPTION };
  const sent: Outgoing[] = [];
  const waiters: Waiter[] = [];
  const queued: Job[] = [];
  const sender: Sender = {
    async tryAcquire(_, waiter) {
      if (!world.isFull) return () => undefined;
      waiters.push(waiter);
      return undefined;
    },
    async send(outgoing, number) {
      const { id } = outgoing;
      sent.push(outgoing);
      const startedAt = world.now;
      return { deliveryId: id, number, startedAt, durationMs: 0, ...(await world.answer()) };
    },
    close: async () => undefined,
  };
  const deliver = createDeliverWebhook({
    ...createTelemetry({ level: 'silent' }),
    store,
    queue: { ...idleQueue, enqueue: async (job) => void queued.push(job) },
    sender,
    subscriptions: {
      find: async (id) => (id === SUBSCRIPTION.id ? subscription.current : undefined),
      async disable(id, reason) {
        assert.equal(id, SUBSCRIPTION.id);
        subscription.current = { ...SUBSCRIPTION, disabled: { at: world.now, reason } };
        return subscription.current;
      },
    },
    leaseMs: LEASE_MS,
    now: () => world.now,
    random: () => 0.5, // no jitter
  });
  const read = async () => (await store.deliveries.byAnalysis(analysis.id))[0]!;
  return { store, world, waiters, queued, deliver, read, subscription, sent, id: delivery.id };
}

test('a delivery that is answered with success is delivered, and done once', async (context) => {
  const { deliver, read, id } = await stage(context);
  assert.equal(await deliver(id, signal), undefined);
  assert.equal(await deliver(id, signal), undefined);
  const { delivery, attempts } = await read();
  assert.deepEqual([delivery.state, attempts.length], ['delivered', 1]);
});

test('a receiver that is down for three days is asked twelve times, then given up', async (context) => {
  const { world, deliver, read, id } = await stage(context);
  world.answer = () => ({ status: 503, error: 'receiver answered 503' });
  const waits: number[] = [];
  for (;;) {
    const answer = await deliver(id, signal);
    if (answer === undefined) break;
    waits.push(answer.againInMs / 1000);
    world.now += answer.againInMs;
  }
  const hours = [2, 5, 10, 14, 20, 24].map((hour) => hour * 3600);
  assert.deepEqual(waits, [5, 30, 120, 600, 1800, ...hours]);
  const { delivery, attempts } = await read();
  assert.deepEqual([delivery.state, attempts.length], ['dead', 12]);
});

test('410 is final; Retry-After puts the next attempt off', async (context) => {
  const { world, deliver, read, id } = await stage(context);
  world.answer = () => ({ status: 429, error: 'receiver answered 429', retryAfterMs: HOUR });
  assert.deepEqual(await deliver(id, signal), { againInMs: HOUR });
  world.now += HOUR - 1;
  assert.deepEqual(await deliver(id, signal), { againInMs: 100 }, 'not before its time');
  world.now += 1;
  world.answer = () => ({ status: 410, error: 'receiver answered 410' });
  assert.equal(await deliver(id, signal), undefined);
  const { delivery, attempts } = await read();
  assert.deepEqual([delivery.state, attempts.length], ['dead', 2]);
});

test('a full endpoint costs no attempt, and its delivery is queued as soon as there is room', async (context) => {
  const { world, waiters, queued, deliver, read, id } = await stage(context);
  world.isFull = true;
  assert.deepEqual(await deliver(id, signal), { againInMs: 5000 });
  assert.equal((await read()).delivery.attempts, 0);
  assert.deepEqual(queued, []);
  waiters[0]!.wake();
  assert.deepEqual(queued, [{ name: 'deliver-webhook', id }]);
});

test('a stop in the middle gives the delivery back; a dead worker holds it no longer than its lease', async (context) => {
  const { store, world, deliver, read, id } = await stage(context);
  const stop = new AbortController();
  world.answer = () => {
    stop.abort();
    throw new Error('aborted');
  };
  assert.equal(await deliver(id, stop.signal), undefined);
  assert.equal((await read()).delivery.attempts, 0);

  await store.deliveries.claim(id, world.now, LEASE_MS); // by a worker that dies
  assert.deepEqual(await deliver(id, signal), { againInMs: LEASE_MS });
  world.now += LEASE_MS;
  world.answer = () => ({ status: 200 });
  await deliver(id, signal);
  const { delivery, attempts } = await read();
  assert.deepEqual([delivery.state, attempts[0]?.number], ['delivered', 2]);
});

/** Lets the delivery run through its schedule to its end; answers how many attempts that took. */
async function runOut({ deliver, world, id }: Awaited<ReturnType<typeof stage>>): Promise<number> {
  for (let attempts = 1; ; attempts += 1) {
    const answer = await deliver(id, signal);
    if (answer === undefined) return attempts;
    world.now += answer.againInMs;
  }
}

test('a subscription is sent to as it is now: its address, its secrets', async (context) => {
  const { deliver, sent, id } = await stage(context, OF_SUBSCRIPTION);
  await deliver(id, signal);
  assert.deepEqual([sent[0]!.url, sent[0]!.secrets], [SUBSCRIPTION.url, ['next']]);
});

test('nothing is sent to a subscription that is gone, disabled, or takes another format now', async (context) => {
  const changes = [
    undefined,
    { ...SUBSCRIPTION, disabled: { at: T0, reason: 'gone' } },
    { ...SUBSCRIPTION, format: 'slack' as const },
  ];
  for (const current of changes) {
    const { deliver, read, subscription, sent, id } = await stage(context, OF_SUBSCRIPTION);
    subscription.current = current;
    assert.equal(await deliver(id, signal), undefined);
    const { delivery, attempts } = await read();
    assert.deepEqual([delivery.state, attempts.length, sent.length], ['dead', 0, 0]);
  }
});

test('410 disables a subscription; a refusal of one event does not', async (context) => {
  const gone = await stage(context, OF_SUBSCRIPTION);
  gone.world.answer = () => ({ status: 410, error: 'receiver answered 410' });
  await gone.deliver(gone.id, signal);
  assert.match(gone.subscription.current?.disabled?.reason ?? '', /answered 410/);

  const refused = await stage(context, OF_SUBSCRIPTION);
  refused.world.answer = () => ({ status: 422, error: 'receiver answered 422', isFinal: true });
  assert.equal(await runOut(refused), 1);
  assert.equal((await refused.read()).delivery.state, 'dead');
  assert.equal(refused.subscription.current?.disabled, undefined);
});

test('three days without any success disable a subscription; one success among them does not', async (context) => {
  const dead = await stage(context, OF_SUBSCRIPTION);
  dead.world.answer = DOWN;
  assert.equal(await runOut(dead), 12);
  assert.match(dead.subscription.current?.disabled?.reason ?? '', /three days.*answered 503/);

  const picky = await stage(context, OF_SUBSCRIPTION);
  const analysis = newAnalysis();
  const other = { ...newDelivery(analysis.id), ...OF_SUBSCRIPTION };
  await picky.store.analyses.create(analysis, newExecution(analysis.id), [other]);
  picky.world.now += HOUR;
  await picky.deliver(other.id, signal);
  picky.world.answer = DOWN;
  assert.equal(await runOut(picky), 12);
  assert.equal((await picky.read()).delivery.state, 'dead');
  assert.equal(picky.subscription.current?.disabled, undefined);
});

test('what is sent again has its whole schedule before it', async (context) => {
  const again = await stage(context);
  again.world.answer = DOWN;
  assert.equal(await runOut(again), 12);
  again.world.now += HOUR;
  assert.equal(await again.store.deliveries.redeliver(again.id, again.world.now), true);
  assert.equal(await runOut(again), 12);
  const { delivery, attempts } = await again.read();
  assert.deepEqual([delivery.state, attempts.length, attempts.at(-1)!.number], ['dead', 24, 24]);
});
