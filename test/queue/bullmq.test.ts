import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createBullmqQueue } from '../../src/queue/bullmq.ts';
import { processorsWith, queueContract } from '../contracts/queue.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/poll.ts';
import { placeOf, REDIS_MISSING, startRedis, type RedisServer } from '../support/redis.ts';

let redis: RedisServer;
before(async () => {
  if (REDIS_MISSING === false) redis = await startRedis();
});
after(() => redis?.stop());

queueContract(
  'BullMQ',
  (settings) =>
    createBullmqQueue({ ...settings, redis: placeOf(redis.url), prefix: `test-${randomUUID()}` }),
  REDIS_MISSING,
);

const JOB = { name: 'judge-execution', id: 'e1' } as const;

describe('BullMQ under several prefixes', { skip: REDIS_MISSING }, () => {
  it('runs no job of another prefix', async () => {
    const { queue: idle } = openQueue({ prefix: `canary:${randomUUID()}`, start: false });
    const { queue: busy, ran } = openQueue({ prefix: `canary:${randomUUID()}` });
    for (let count = 0; count < 20; count += 1) {
      await idle.enqueue({ ...JOB, id: `theirs-${count}` });
      await busy.enqueue({ ...JOB, id: `own-${count}` });
    }
    await until('its own ran', () => ran.length === 20);
    assert.ok(ran.every((id) => id.startsWith('own-')));
    assert.equal((await idle.depth()).waiting, 20);
    await Promise.all([idle.close(1000), busy.close(1000)]);
  });
});

describe('BullMQ when Redis fails', { skip: REDIS_MISSING }, () => {
  it('takes and runs jobs again after Redis was flushed under a running one', async () => {
    const { queue, ran, hold } = openQueue();
    const release = hold();
    await queue.enqueue(JOB);
    await until('it runs', () => ran.length === 1);
    await queue.enqueue({ ...JOB, id: 'e2' }, { delayMs: 60_000 });
    await redis.flush();
    release();
    await until('the flushed job is gone', async () => (await queue.depth()).active === 0);
    await queue.enqueue(JOB);
    await queue.enqueue({ ...JOB, id: 'e3' });
    await until('both ran', () => ran.length === 3);
    assert.deepEqual(ran.toSorted(), ['e1', 'e1', 'e3']);
    await queue.close(1000);
  });

  it('fails at once while Redis is down, and works by itself when it is back', async () => {
    const { queue, ran } = openQueue();
    await queue.enqueue({ ...JOB, id: 'kept' }, { delayMs: 300 });
    await redis.kill();
    await until('the loss is noticed', () =>
      queue.depth().then(
        () => false,
        () => true,
      ),
    );
    for (let count = 0; count < 20; count += 1) {
      const startedAt = performance.now();
      const fault = { code: 'queue-unavailable', retryable: true };
      await assert.rejects(queue.enqueue(JOB), fault);
      await assert.rejects(queue.enqueue(JOB, { delayMs: 10 }), fault);
      await assert.rejects(queue.depth(), fault);
      assert.ok(performance.now() - startedAt < 500);
    }
    await redis.restart();
    await until('it takes jobs again', () =>
      queue.enqueue(JOB).then(
        () => true,
        () => false,
      ),
    );
    await until(
      'the new one and the kept one ran',
      () => ran.includes('e1') && ran.includes('kept'),
    );
    await queue.close(1000);
  });

  it('survives Redis killed again and again in the middle of work', async () => {
    const { queue, ran } = openQueue();
    let accepted = 0;
    const stop = new AbortController();
    const producing = (async () => {
      for (let id = 0; !stop.signal.aborted; id += 1) {
        await queue.enqueue({ ...JOB, id: `m${id}` }).then(
          () => (accepted += 1),
          () => undefined,
        );
        await queue.depth().catch(() => undefined);
        // Both fail at once while Redis is away: without a pause nothing else would ever run.
        await setImmediate();
      }
    })();
    for (let kills = 0; kills < 3; kills += 1) {
      const enough = accepted + 20;
      await until('twenty more', () => accepted >= enough);
      await redis.kill();
      await redis.restart();
    }
    stop.abort();
    await producing;
    await until('jobs run after the last kill', async () => {
      await queue.enqueue({ ...JOB, id: 'last' }).catch(() => undefined);
      return ran.includes('last');
    });
    await queue.close(1000);
  });

  it('starts and closes while Redis is down', async () => {
    await redis.kill();
    const { queue } = openQueue();
    await assert.rejects(queue.enqueue(JOB), { code: 'queue-unavailable' });
    const startedAt = performance.now();
    await queue.close(100);
    assert.ok(performance.now() - startedAt < 3000);
    await redis.restart();
  });

  it('works once Redis comes up after the start', async () => {
    await redis.kill();
    const { queue, ran } = openQueue();
    await assert.rejects(queue.enqueue(JOB), { code: 'queue-unavailable' });
    await redis.restart();
    await until('it takes jobs', () =>
      queue.enqueue(JOB).then(
        () => true,
        () => false,
      ),
    );
    await until('it ran', () => ran.length === 1);
    await queue.close(1000);
  });

  it('hands the waiting jobs of a closed process to the next one', async () => {
    const prefix = `test-${randomUUID()}`;
    const first = openQueue({ prefix, start: false });
    await first.queue.enqueue(JOB);
    await first.queue.enqueue({ ...JOB, id: 'e2' }, { delayMs: 20 });
    await first.queue.close(0);
    const second = openQueue({ prefix });
    await until('both ran', () => second.ran.length === 2);
    await second.queue.close(1000);
  });
});

describe('BullMQ over TLS', { skip: REDIS_MISSING }, () => {
  const file = (name: string) =>
    fileURLToPath(new URL(`../fixtures/redis/${name}`, import.meta.url));
  let secure: RedisServer;
  let url: string;
  before(async () => {
    const port = await freePort();
    url = `rediss://localhost:${port}`;
    const files = `--tls-cert-file ${file('server.pem')} --tls-key-file ${file('server.key')}`;
    secure = await startRedis({ more: ` --tls-port ${port} --tls-auth-clients no ${files}` });
  });
  after(() => secure?.stop());

  it('works where the authority is trusted', async () => {
    const place = placeOf(url, { ca: readFileSync(file('server.pem'), 'utf8') });
    const { queue, ran } = openQueue({ place });
    await queue.enqueue(JOB);
    await until('it ran', () => ran.length === 1);
    await queue.close(1000);
  });

  it('sends nothing to one that is not, and says why', async () => {
    const lines: string[] = [];
    const { queue } = openQueue({ place: placeOf(url), start: false, told: lines });
    await until('it has tried', () => lines.length > 0);
    assert.match(lines.join(''), /self-signed certificate/);
    await assert.rejects(queue.enqueue(JOB));
    await queue.close(0);
  });
});

function openQueue({
  prefix = `test-${randomUUID()}`,
  start = true,
  place = placeOf(redis.url),
  told = [] as string[],
} = {}) {
  const ran: string[] = [];
  let held = Promise.resolve();
  const queue = createBullmqQueue({
    redis: place,
    prefix,
    concurrency: { 'judge-execution': 4, 'deliver-webhook': 4 },
    log: createTelemetry({ level: 'warn', destination: { write: (line) => void told.push(line) } })
      .log,
    retry: { attempts: 2, backoffMs: 10 },
  });
  const judge = async (id: string): Promise<void> => {
    ran.push(id);
    await held;
  };
  if (start) void queue.start(processorsWith({ 'judge-execution': judge }));
  const hold = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    return resolve;
  };
  return { queue, ran, hold };
}
