import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Release, SharedPlaces } from './places.ts';
import type { Connection } from './connections.ts';

/** A place whose process is gone is free after so long; who holds one says so again before. */
const LEASE_MS = 15_000;
/** Who waits asks again; nobody calls, as the call could be lost with the process that should make it. */
const SHORTEST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 400;

/** By the clock of Redis: those of the processes may differ by minutes. */
const NOW = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** KEYS: the places, members with the end of their lease. ARGV: limit, lease, member. */
const TAKE = `${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

/** ARGV: lease, member. A place that was lost meanwhile is not taken again. */
const KEEP = `${NOW}
redis.call('ZADD', KEYS[1], 'XX', now + ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[1])`;

/** Places that are kept in Redis: one sorted set for each name, one script for each change. */
export function createSharedPlaces(
  { connection, ask }: { connection: Connection; ask<T>(call: () => Promise<T>): Promise<T> },
  { prefix, leaseMs = LEASE_MS }: { prefix: string; leaseMs?: number },
): SharedPlaces {
  function hold(key: string, member: string): Release {
    const keep = () => void connection.eval(KEEP, 1, key, leaseMs, member).catch(() => undefined);
    const timer = setInterval(keep, leaseMs / 3).unref();
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      clearInterval(timer);
      // one that cannot be given back ends with its lease
      connection.zrem(key, member).catch(() => undefined);
    };
  }

  async function tryTake(name: string, limit: number): Promise<Release | undefined> {
    const key = `${prefix}:${name}`;
    const member = randomUUID();
    try {
      const taken = await ask(() => connection.eval(TAKE, 1, key, limit, leaseMs, member));
      return taken === 1 ? hold(key, member) : undefined;
    } catch {
      return () => undefined; // the connection itself tells that Redis is away
    }
  }

  return {
    tryTake,
    async take(name, limit, signal) {
      for (let waitMs = SHORTEST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
        signal.throwIfAborted();
        const release = await tryTake(name, limit);
        if (release !== undefined) return release;
        await pause(waitMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}
