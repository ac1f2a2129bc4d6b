// Two processes that answer and two that judge, on one PostgreSQL and one Redis.
import type { TestContext } from 'node:test';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { startCanary, type ServeProcess } from '../support/process.ts';
import { startRedis, type RedisServer } from '../support/redis.ts';

export interface Part {
  args: string[];
  env: Record<string, string>;
  process: ServeProcess;
}

export interface Engines {
  postgres: PostgresServer;
  database: string;
  redis: RedisServer;
}

/** All processes together take fewer connections than there are, so that some are left to take away. */
export async function startEngines(context: TestContext): Promise<Engines> {
  const postgres = await startPostgres(['max_connections=60']);
  context.after(() => postgres.stop());
  const redis = await startRedis();
  context.after(() => redis.stop());
  return { postgres, database: await postgres.createDatabase(), redis };
}

/** Settings of each of them. */
export function settingsOf(
  { database, redis }: Engines,
  directory: string,
): Record<string, string> {
  return {
    DATABASE_URL: database,
    REDIS_URL: redis.url,
    CANARY_SERVER_PUBLIC_URL: 'http://canary.example.com',
    CANARY_LOG_LEVEL: 'warn',
    NODE_COMPILE_CACHE: `${directory}/cache`,
  };
}

/** At once, on an empty database: one of them migrates it. */
export async function startParts(
  context: TestContext,
  directory: string,
  wanted: readonly (readonly [args: string[], env: Record<string, string>])[],
): Promise<Part[]> {
  const parts = await Promise.all(
    wanted.map(async ([args, env]) => ({
      args,
      env,
      process: await startCanary(directory, args, env),
    })),
  );
  context.after(() => Promise.all(parts.map((part) => part.process.end('SIGKILL'))));
  return parts;
}
