/** Milliseconds since some moment, which nobody can set. */
type Elapsed = () => number;

export interface ServerClock {
  /** Whole epoch milliseconds, as the server counts them. */
  now(): number;
  /** The server said `at` at some moment between the two of `elapsed`. */
  adjust(at: number, askedAt: number, answeredAt: number): void;
}

/**
 * Follows the clock of a server, whatever the time of day of this machine says and whenever somebody sets it. It is moved
 * only as far as an answer proves it wrong, so that slow answers do not shake it.
 */
export function createServerClock(elapsed: Elapsed = () => performance.now()): ServerClock {
  let offset = Date.now() - elapsed();
  return {
    now: () => Math.round(offset + elapsed()),
    adjust(at, askedAt, answeredAt) {
      offset = Math.min(Math.max(offset, at - answeredAt), at - askedAt);
    },
  };
}
