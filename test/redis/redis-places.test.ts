// The queue on a Redis that is more than an address: a cluster, sentinels, a user with rights of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createBullmqQueue } from '../../src/queue/bullmq.ts';
import type { RedisPlace } from '../../src/redis/connections.ts';
import { createTelemetry } from '../../src/telemetry.ts';
import { processorsWith, queueContract } from '../contracts/queue.ts';
import { endWithTests } from '../support/end-with-tests.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/poll.ts';
import { placeOf, REDIS_MISSING, startRedis, type RedisServer } from '../support/redis.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let cluster: RedisServer;
before(async () => {
  if (REDIS_MISSING !== false) return;
  cluster = await startRedis({ more: ' --cluster-enabled yes --cluster-announce-ip 127.0.0.1' });
  await command(cluster.url, ['cluster', 'addslotsrange', '0', '16383']);
  await until('the cluster is whole', async () =>
    String(await command(cluster.url, ['cluster', 'info'])).includes('cluster_state:ok'),
  );
});
after(() => cluster?.stop());

queueContract(
  'BullMQ on a cluster',
  (settings) =>
    createBullmqQueue({
      ...settings,
      redis: placeOf(cluster.url, { isCluster: true }),
      prefix: `test-${randomUUID()}`,
    }),
  REDIS_MISSING,
);

describe('the queue finds its Redis', { skip: REDIS_MISSING }, () => {
  test('through sentinels', async (context) => {
    const redis = await startRedis();
    context.after(() => redis.stop());
    const sentinel = await startSentinel(context, redis.url);
    const nowhere = placeOf('redis://127.0.0.1:1', { sentinels: [sentinel] });
    await runsOneJob(context, nowhere);
  });

  test('as a user that may use its own keys only', async (context) => {
    const redis = await startRedis();
    context.after(() => redis.stop());
    const rights = ['on', '>p@ss word', '~own:*', '&*', '+@all', '-@dangerous', '+info'];
    await command(redis.url, ['acl', 'setuser', 'canary', ...rights]);
    const url = redis.url.replace('//', '//canary:p%40ss%20word@');
    await runsOneJob(context, placeOf(url), 'own:x');
  });

  test('and warns of one that drops jobs when it is full', async (context) => {
    const redis = await startRedis({ policy: 'allkeys-lru' });
    context.after(() => redis.stop());
    const log = await runsOneJob(context, placeOf(redis.url));
    await until('it warns', () =>
      log.some((line) => /allkeys-lru.*set it to noeviction/.test(line)),
    );
  });
});

/** Answers what is logged. */
async function runsOneJob(
  context: TestContext,
  redis: RedisPlace,
  prefix = `test-${randomUUID()}`,
): Promise<string[]> {
  const lines: string[] = [];
  const { log } = createTelemetry({
    level: 'warn',
    destination: { write: (line) => void lines.push(line) },
  });
  const concurrency = { 'judge-execution': 1, 'deliver-webhook': 1 };
  const queue = createBullmqQueue({ redis, prefix, concurrency, log });
  context.after(() => queue.close(100));
  const ran: string[] = [];
  await queue.start(processorsWith({ 'judge-execution': async (id) => void ran.push(id) }));
  await until('the job is taken', () =>
    queue.enqueue({ name: 'judge-execution', id: 'one' }).then(
      () => true,
      () => false,
    ),
  );
  await until('the job ran', () => ran.length > 0);
  assert.deepEqual([...new Set(ran)], ['one']);
  return lines;
}

/** Answers its address. */
async function startSentinel(context: TestContext, master: string): Promise<string> {
  const directory = temporaryDirectory();
  context.after(() => directory[Symbol.dispose]());
  const port = await freePort();
  const file = join(directory.path, 'sentinel.conf');
  writeFileSync(
    file,
    `port ${port}\nbind 127.0.0.1\nsentinel monitor mymaster 127.0.0.1 ${new URL(master).port} 1\n`,
  );
  const child = endWithTests(
    spawn('/usr/bin/redis-server', [file, '--sentinel'], { stdio: 'ignore' }),
  );
  context.after(() => void child.kill('SIGKILL'));
  const url = `redis://127.0.0.1:${port}`;
  await until('the sentinel answers', () =>
    command(url, ['sentinel', 'get-master-addr-by-name', 'mymaster']).catch(() => false),
  );
  return `127.0.0.1:${port}`;
}

async function command(url: string, [name = '', ...args]: string[]): Promise<unknown> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.call(name, ...args);
  } finally {
    client.disconnect();
  }
}
