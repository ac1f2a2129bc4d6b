const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Wait before each attempt, the first included: dense while a rollout waits, then for three days. */
const RETRY_DELAYS_MS: readonly number[] = [
  0,
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** How long a delivery is tried that nobody takes. */
export const WHOLE_SCHEDULE_MS = RETRY_DELAYS_MS.reduce((sum, delay) => sum + delay, 0);

/** No receiver may put us off for longer than the longest wait of the schedule. */
const MAX_RETRY_AFTER_MS = 24 * HOUR;
/** Spread of a wait, to either side: deliveries that failed together must not return together. */
const JITTER = 0.2;
/** The receiver wants no more deliveries. */
export const GONE = 410;

export interface FailedAttempt {
  /** 1-based number of the attempt that failed. */
  number: number;
  /** When it ended, epoch milliseconds. */
  endedAt: number;
  /** HTTP status, absent when no answer came. */
  status?: number;
  /** What the receiver asked for with `Retry-After`. */
  retryAfterMs?: number;
  /** Whether every further try would be refused. */
  isFinal?: boolean;
}

/** Only 2xx is a delivery; a redirect is a failure, because the signed receiver is the one configured. */
export function isDelivered(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

/** When to try again (epoch milliseconds), or `dead`; `random` is in [0, 1). Pure. */
export function nextAttemptAt(failed: FailedAttempt, random: number): number | 'dead' {
  const delay = RETRY_DELAYS_MS[failed.number];
  if (failed.status === GONE || failed.isFinal === true || delay === undefined) return 'dead';
  const jittered = delay * (1 - JITTER + 2 * JITTER * random);
  const asked = Math.min(failed.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  return failed.endedAt + Math.round(Math.max(jittered, asked));
}
