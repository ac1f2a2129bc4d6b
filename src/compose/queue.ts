import { mostLooks } from '../analysis/run/account-places.ts';
import type { Config } from '../config.ts';
import { createEmbeddedQueue } from '../queue/embedded.ts';
import type { Queue } from '../queue/queue.ts';
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
  const { url, prefix: start, caFile: ca, cluster: isCluster, ...sentinels } = config.redis;
  if (url === undefined) return createEmbeddedQueue({ concurrency, log });
  if (!store.peers.isShared)
    log.info(
      'jobs are queued on Redis; with the embedded store there may still be only one process on this data directory',
    );
  const { createBullmqQueue } = await import('../queue/bullmq.ts'); // its clients are a fifth of the start
  // the id keeps services with other stores apart: a job that another one takes is lost until the sweep
  const prefix = `${start}:${await store.id()}`;
  const redis = { url, ca, isCluster, ...sentinels };
  return createBullmqQueue({ redis, prefix, concurrency, log });
}
