import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { RedisPlace } from '../../src/redis/connections.ts';
import { endWithTests } from './end-with-tests.ts';
import { freePort } from './free-port.ts';
import { until } from './poll.ts';

const PROGRAM = '/usr/bin/redis-server';

/** A value for `skip`: false where the tests can run, else what to do. */
export const REDIS_MISSING = existsSync(PROGRAM)
  ? false
  : 'needs redis-server: apt-get install redis-server';

/** One server by its address, as settings have it. */
export function placeOf(url: string, more: Partial<RedisPlace> = {}): RedisPlace {
  const place = { isCluster: false, sentinels: [], sentinelMaster: 'mymaster', ca: undefined };
  return { url, ...place, ...more };
}

export interface RedisServer {
  url: string;
  /** Process id of the running server; it changes with `restart`. */
  pid(): number;
  /** Ends the server at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same port; a persistent one has every acknowledged write back. */
  restart(): Promise<void>;
  flush(): Promise<void>;
  /** Kills it and removes its files. */
  stop(): Promise<void>;
}

/** A real Redis of its own on a free loopback port, persistent (as one in production should be) unless told. */
export async function startRedis({
  isPersistent = true,
  policy = 'noeviction',
  more = '',
} = {}): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), 'canary-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const settings =
    `--port ${port} --bind 127.0.0.1 --dir ${directory} --maxmemory-policy ${policy} --save  ` +
    (isPersistent ? '--appendonly yes --appendfsync always' : '--appendonly no') +
    more;
  let server = await launch(settings, url);
  return {
    url,
    pid: () => server.pid ?? 0,
    kill: () => kill(server),
    restart: async () => {
      await kill(server);
      server = await launch(settings, url);
    },
    flush: () => withClient(url, async (client) => void (await client.flushall())),
    stop: async () => {
      await kill(server);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function launch(settings: string, url: string): Promise<ChildProcess> {
  const server = endWithTests(spawn(PROGRAM, settings.split(' '), { stdio: 'ignore' }));
  await until('redis-server answers', () => withClient(url, isUp).catch(() => false));
  return server;
}

async function isUp(client: Redis): Promise<boolean> {
  return (await client.ping()) === 'PONG';
}

async function withClient<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    client.disconnect();
  }
}

async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
}
