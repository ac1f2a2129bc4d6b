// What goes wrong around the processes while they are killed.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Redis } from 'ioredis';
import type { PostgresServer } from '../support/postgres.ts';
import type { RedisServer } from '../support/redis.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';

export interface Surroundings {
  postgres: PostgresServer;
  database: string;
  redis: RedisServer;
  /** Between one of the processes and the two servers. */
  network: readonly TcpProxy[];
}

/** Longer than a command to Redis or to the store may take, and shorter than what they wait for it. */
const SHORT_MS = 1500;
/** Longer than a lease: what was claimed behind a parted network is taken by another process. */
const LEASE_AND_MORE_MS = 11_000;

/** Each begins, lasts, and is over when its promise resolves. */
export const TROUBLES: Record<string, (around: Surroundings) => Promise<void>> = {
  'the Redis is paused': async ({ redis }) => {
    process.kill(redis.pid(), 'SIGSTOP');
    await delay(SHORT_MS);
    process.kill(redis.pid(), 'SIGCONT');
  },
  'the PostgreSQL has no connections left': async ({ database }) => {
    const taken = await takeAllConnections(database);
    await delay(SHORT_MS);
    await Promise.all(taken.map((client) => client.end().catch(() => undefined)));
  },
  'the PostgreSQL is restarted': ({ postgres }) => postgres.restart(),
  'the Redis forgets everything': ({ redis }) => redis.flush(),
  'the network is parted': async ({ network }) => {
    for (const proxy of network) proxy.part();
    await delay(LEASE_AND_MORE_MS);
    for (const proxy of network) proxy.join();
  },
  'the Redis is full': async ({ redis }) => {
    await configure(redis, '1');
    await delay(SHORT_MS);
    await configure(redis, '0');
  },
  'the Redis is restarted': ({ redis }) => redis.restart(),
};

async function takeAllConnections(database: string): Promise<pg.Client[]> {
  const taken: pg.Client[] = [];
  for (;;) {
    const client = new pg.Client({ connectionString: database });
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch {
      return taken;
    }
    taken.push(client);
  }
}

async function configure(redis: RedisServer, maxmemory: string): Promise<void> {
  const client = new Redis(redis.url);
  client.on('error', () => undefined);
  try {
    await client.config('SET', 'maxmemory', maxmemory);
  } finally {
    client.disconnect();
  }
}
