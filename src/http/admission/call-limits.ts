import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Fault } from '../../errors.ts';

export interface CallLimits {
  /** Counts a call of this caller, or refuses it; the answer is to be called once it has been answered. */
  enter(caller: string): Promise<() => void>;
}

const MINUTE_SECONDS = 60;
/** A call at once may end at any time. */
const SHORTLY_MS = 1000;

/** Counts the calls of a minute; rejects with a `RateLimiterRes`. */
export type CreateCounter = (options: { points: number; duration: number }) => {
  consume(caller: string): Promise<unknown>;
};

/**
 * So many calls of one caller within a minute, of all processes where the counter is theirs together, and so many at
 * once in this one: a long poll is one call, at once as long as it waits.
 */
export function createCallLimits(options: {
  perMinute: number;
  atOnce: number;
  counter?: CreateCounter | undefined;
}): CallLimits {
  const { perMinute, atOnce, counter = (counted) => new RateLimiterMemory(counted) } = options;
  const minute = counter({ points: perMinute, duration: MINUTE_SECONDS });
  const open = new Map<string, number>();
  const leave = (caller: string) => {
    const left = (open.get(caller) ?? 1) - 1;
    if (left === 0) open.delete(caller);
    else open.set(caller, left);
  };
  return {
    async enter(caller) {
      const count = open.get(caller) ?? 0;
      if (count >= atOnce) {
        throw tooMany(`has ${atOnce} requests open at once`, 'concurrentRequests', SHORTLY_MS);
      }
      open.set(caller, count + 1);
      try {
        await minute.consume(caller);
      } catch (refusal) {
        leave(caller);
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        const what = `has sent ${perMinute} requests within a minute`;
        throw tooMany(what, 'requestsPerMinute', refusal.msBeforeNext);
      }
      return () => leave(caller);
    },
  };
}

function tooMany(what: string, limit: string, retryAfterMs: number): Fault {
  return new Fault(
    'too-many-requests',
    `this caller ${what}, which is as many as limits.${limit} allows: wait, or raise it`,
    { retryable: true, retryAfterMs },
  );
}
