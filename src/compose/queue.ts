import { mostLooks } from '../analysis/run/account-places.ts';
import type { Config } from '../config.ts';
import { createEmbeddedQueue } from '../queue/embedded.ts';
import type { Queue } from '../queue/queue.ts';
import type { RedisPlace } from '../redis/connections.ts';
import type { SharedLimits } from '../redis/shared-limits.ts';
import type { Sources } from '../sources/registry.ts';
import type { Store } from '../store/store.ts';
import type { Log } from '../telemetry.ts';

/** The queue that is configured: in this process, or on Redis. */
export async function createQueue(
  config: Config,
  { sources, store, log }: { sources: Sources; store: Store; log: Log },
): Promise<Queue> {
  const { judgeConcurrency, deliveryConcurrency } = config.limits;
  const concurrency = {
    'judge-execution': mostLooks(sources, judgeConcurrency),
    'deliver-webhook': deliveryConcurrency,
  };
  const redis = redisOf(config);
  if (redis === undefined) return createEmbeddedQueue({ concurrency, log });
  if (!store.peers.isShared)
    log.info(
      'jobs are queued on Redis; with the embedded store there may still be only one process on this data directory',
    );
  const { createBullmqQueue } = await import('../queue/bullmq.ts'); // its clients are a fifth of the start
  return createBullmqQueue({ redis, prefix: await prefixOf(config, store), concurrency, log });
}

/** Limits that count for all processes of this store together; undefined where there is one process only. */
export async function createLimits(
  config: Config,
  { store, log }: { store: Store; log: Log },
): Promise<SharedLimits | undefined> {
  const redis = redisOf(config);
  if (redis === undefined || !store.peers.isShared) return undefined;
  const { createSharedLimits } = await import('../redis/shared-limits.ts');
  return createSharedLimits({ redis, prefix: await prefixOf(config, store), log });
}

function redisOf({ redis }: Config): RedisPlace | undefined {
  const { url, prefix: _, caFile: ca, cluster: isCluster, ...sentinels } = redis;
  return url === undefined ? undefined : { url, ca, isCluster, ...sentinels };
}

/** The id keeps services with other stores apart: a job that another one takes is lost until the sweep. */
async function prefixOf({ redis }: Config, store: Store): Promise<string> {
  return `${redis.prefix}:${await store.id()}`;
}
