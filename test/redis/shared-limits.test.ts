// Limits that several processes keep together, on a real Redis: each process is a connection of its own here.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test, type TestContext } from 'node:test';
import { createCallLimits } from '../../src/http/admission/call-limits.ts';
import type { Release } from '../../src/redis/places.ts';
import { createOutboundClient } from '../../src/outbound/client.ts';
import { createConnections, FAIL_FAST, settled } from '../../src/redis/connections.ts';
import { createSharedLimits } from '../../src/redis/shared-limits.ts';
import { createSharedPlaces } from '../../src/redis/shared-places.ts';
import { createAccountGuard } from '../../src/sources/asking/account-guard.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { createSender } from '../../src/webhooks/sender.ts';
import { until } from '../support/poll.ts';
import { placeOf, REDIS_MISSING, startRedis, type RedisServer } from '../support/redis.ts';

const { log } = createTelemetry({ level: 'silent' });
const NEVER = new AbortController().signal;

describe('limits that processes share', { skip: REDIS_MISSING }, () => {
  let redis: RedisServer;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis?.stop());

  function processes(context: TestContext, count: number) {
    const prefix = `test-${randomUUID()}`;
    return Array.from({ length: count }, () => {
      const limits = createSharedLimits({ redis: placeOf(redis.url), prefix, log });
      context.after(() => limits.close());
      return limits;
    });
  }

  test('give out as many places as one process would', async (context) => {
    const [one, two] = processes(context, 2);
    const first = await one!.places.tryTake('endpoint a', 2);
    const second = await two!.places.tryTake('endpoint a', 2);
    assert.ok(first !== undefined && second !== undefined);
    assert.equal(await one!.places.tryTake('endpoint a', 2), undefined);
    assert.notEqual(await one!.places.tryTake('endpoint b', 2), undefined);
    first();
    first();
    await until(
      'a place is free',
      async () => (await two!.places.tryTake('endpoint a', 2)) !== undefined,
    );
    assert.equal(await one!.places.tryTake('endpoint a', 2), undefined);
  });

  test('let who waits have the place of another process, or end its wait', async (context) => {
    const [one, two] = processes(context, 2);
    const held = await one!.places.take('account prod', 1, NEVER);
    const stop = new AbortController();
    const stopped = two!.places.take('account prod', 1, stop.signal);
    const waiting = two!.places.take('account prod', 1, NEVER);
    stop.abort(new Error('the look was cancelled'));
    await assert.rejects(stopped, { message: 'the look was cancelled' });
    held();
    (await waiting)();
  });

  test('take back the place of a process that is gone, and none that is still held', async (context) => {
    const prefix = `test-${randomUUID()}`;
    const places = [1, 2].map(() => {
      const connections = createConnections(placeOf(redis.url), log, 'test');
      context.after(() => {
        connections.stopRetrying();
        connections.close();
      });
      const connection = connections.open(FAIL_FAST);
      const shared = createSharedPlaces(
        { connection, ask: async (call) => settled(connection).then(call) },
        { prefix, leaseMs: 300 },
      );
      return { shared, die: () => connections.close() };
    });
    const [one, two] = places;
    const kept = await take(two!.shared, 'kept');
    await take(one!.shared, 'lost');
    one!.die();
    await until('the lost place is free', async () => {
      assert.equal(await two!.shared.tryTake('kept', 1), undefined);
      return (await two!.shared.tryTake('lost', 1)) !== undefined;
    });
    kept();
  });

  test('count the calls of a caller together', async (context) => {
    const options = { perMinute: 3, atOnce: 10 };
    const [one, two] = processes(context, 2).map(({ counter }) =>
      createCallLimits({ ...options, counter }),
    );
    for (const limits of [one!, two!, one!]) (await limits.enter('team a'))();
    await assert.rejects(two!.enter('team a'), { code: 'too-many-requests' });
    (await two!.enter('team b'))();
  });

  test('hold for two senders of one endpoint together', async (context) => {
    const senders = processes(context, 2).map(({ places }) =>
      createSender({
        client: createOutboundClient({ profile: 'webhook' }),
        secrets: {},
        tokens: {},
        places,
        now: Date.now,
        timeoutMs: 1000,
      }),
    );
    const url = 'https://hooks.example/';
    const slot = (index: number, path: string) =>
      senders[index]!.tryAcquire(url + path, { id: path, wake: () => undefined });
    const first = await slot(0, 'a');
    assert.ok(first !== undefined && (await slot(1, 'b')) !== undefined);
    assert.equal(await slot(1, 'c'), undefined);
    first();
    await until('the other sender has it', async () => (await slot(1, 'c')) !== undefined);
  });

  test('hold for the requests to one account of a metric source', async (context) => {
    const limits = { accountConcurrency: 2, circuitFailures: 9, circuitPauseMs: 60_000 };
    const guards = processes(context, 2).map(({ places }) =>
      createAccountGuard('prod', limits, { log, places }),
    );
    let [now, most] = [0, 0];
    const attempt = async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
    };
    const all = Array.from({ length: 16 }, (_, i) => guards[i % 2]!.run(attempt, NEVER));
    await Promise.all(all);
    assert.equal(most, 2);
  });

  test('are those of each process alone while Redis is away', async (context) => {
    const gone = await startRedis();
    const prefix = `test-${randomUUID()}`;
    const limits = createSharedLimits({ redis: placeOf(gone.url), prefix, log });
    context.after(() => limits.close());
    const calls = createCallLimits({ perMinute: 2, atOnce: 10, counter: limits.counter });
    await take(limits.places, 'a');
    await gone.stop();
    await take(limits.places, 'a');
    await take(limits.places, 'a');
    for (let call = 0; call < 2; call += 1) (await calls.enter('team a'))();
    await assert.rejects(calls.enter('team a'), { code: 'too-many-requests' });
  });
});

async function take(places: ReturnType<typeof createSharedPlaces>, name: string): Promise<Release> {
  const release = await places.tryTake(name, 1);
  assert.ok(release !== undefined, `no place of "${name}"`);
  return release;
}
