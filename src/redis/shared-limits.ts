import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { SharedPlaces } from './places.ts';
import type { Log } from '../telemetry.ts';
import { createConnections, FAIL_FAST, settled, type RedisPlace } from './connections.ts';
import { createSharedPlaces } from './shared-places.ts';

/** Counts calls by their caller; rejects with a `RateLimiterRes` when there were too many. */
export interface CallCounter {
  consume(caller: string): Promise<unknown>;
}

/** What several processes must not do more often than one. */
export interface SharedLimits {
  places: SharedPlaces;
  counter(options: { points: number; duration: number }): CallCounter;
  close(): void;
}

/** A Redis that does not answer so soon is done without: somebody waits for each of these. */
const COMMAND_MS = 250;
/** Then nobody asks it for so long. */
const LEFT_ALONE_MS = 5000;

export function createSharedLimits(options: {
  redis: RedisPlace;
  prefix: string;
  log: Log;
}): SharedLimits {
  const { redis, prefix, log } = options;
  const connections = createConnections(redis, log, 'limits that processes share');
  const connection = connections.open({
    ...FAIL_FAST,
    connectTimeout: COMMAND_MS,
    commandTimeout: COMMAND_MS,
  });
  let awayUntil = 0;

  /** Rejects at once while Redis is away. */
  async function ask<T>(call: () => Promise<T>): Promise<T> {
    if (performance.now() < awayUntil) throw new Error('Redis is left alone for a moment');
    try {
      await settled(connection);
      return await call();
    } catch (thrown) {
      if (!(thrown instanceof RateLimiterRes)) awayUntil = performance.now() + LEFT_ALONE_MS;
      throw thrown;
    }
  }

  return {
    places: createSharedPlaces({ connection, ask }, { prefix: `${prefix}:places` }),
    counter({ points, duration }) {
      const alone = new RateLimiterMemory({ points, duration });
      const keyPrefix = `${prefix}:calls`;
      const shared = new RateLimiterRedis({ storeClient: connection, keyPrefix, points, duration });
      return {
        async consume(caller) {
          try {
            return await ask(() => shared.consume(caller));
          } catch (thrown) {
            if (thrown instanceof RateLimiterRes) throw thrown;
            return await alone.consume(caller);
          }
        },
      };
    },
    close() {
      connections.stopRetrying();
      connections.close();
    },
  };
}
