import pg from 'pg';
import { POSTGRES_MISSING, startPostgres } from '../test/support/postgres.ts';
import { startCanary, type ServeProcess } from '../test/support/process.ts';
import { REDIS_MISSING, startRedis } from '../test/support/redis.ts';
import { temporaryDirectory } from '../test/support/temporary-directory.ts';
import { CLIENTS, METRICS, POINTS, quantile, submitAll } from './load.ts';

const ANALYSES = 200;
const WARM_UP = 60;
const INSERTS = 300;
const WORKERS = [1, 2, 4];

/**
 * One process that answers and one, two and four that judge, on one PostgreSQL (which syncs each commit) and one Redis: what an
 * analysis costs as a multiple of a bare durable insert of one row over one connection to the same database in the same
 * run, and how long a verdict takes from its submission on.
 */
export async function benchMany(print: (line: string) => void): Promise<void> {
  if (POSTGRES_MISSING !== false || REDIS_MISSING !== false) {
    print(`many processes: left out, ${POSTGRES_MISSING || REDIS_MISSING}`);
    return;
  }
  using directory = temporaryDirectory();
  const postgres = await startPostgres(['fsync=on', 'max_connections=100']);
  const redis = await startRedis();
  try {
    for (const workers of WORKERS) {
      const database = await postgres.createDatabase();
      const env = {
        DATABASE_URL: database,
        REDIS_URL: redis.url,
        CANARY_SERVER_PUBLIC_URL: 'http://canary.example.com',
        CANARY_LOG_LEVEL: 'warn',
      };
      const api = await startCanary(directory.path, ['serve', '--no-worker'], env);
      const judges: ServeProcess[] = [];
      try {
        for (let index = 0; index < workers; index += 1)
          judges.push(await startCanary(directory.path, ['worker'], env));
        await submitAll([api.url], WARM_UP);
        const insertMs = await measureInsert(database);
        const { seconds, verdicts } = await submitAll([api.url], ANALYSES);
        const each = (seconds * 1000) / ANALYSES;
        print(
          `PostgreSQL and Redis, ${workers} ${workers === 1 ? 'worker' : 'workers'} (${METRICS} x ${POINTS} inline, ${CLIENTS} clients): ${(each / insertMs).toFixed(1)} bare durable inserts each (${(1000 / each).toFixed(0)} analyses/s, ${(1000 / insertMs).toFixed(0)} inserts/s); verdict p50 ${quantile(verdicts, 0.5)} ms, p99 ${quantile(verdicts, 0.99)} ms`,
        );
      } finally {
        await Promise.all([api, ...judges].map((one) => one.end('SIGTERM')));
      }
    }
  } finally {
    await redis.stop();
    await postgres.stop();
  }
}

/** Milliseconds of an insert that is on the disk when it is answered, on average. */
async function measureInsert(connectionString: string): Promise<number> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query('create table bare (value text)');
  const begin = performance.now();
  for (let index = 0; index < INSERTS; index += 1)
    await client.query('insert into bare values ($1)', [`row ${index}`]);
  const each = (performance.now() - begin) / INSERTS;
  await client.end();
  return each;
}
