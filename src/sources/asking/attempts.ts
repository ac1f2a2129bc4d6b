import { setTimeout as delay } from 'node:timers/promises';
import { Fault, toFault } from '../../errors.ts';
import { LONGEST_TIMER_MS } from '../../model/time/time-limits.ts';

export interface AttemptPolicy {
  /** At most so many tries; at least 1. */
  attempts: number;
  /** Wait before the second try; doubles with each further one. No jitter: the same fault, the same times. */
  backoffMs: number;
  /** No wait grows beyond this, unless the other side asks for it. */
  maxBackoffMs: number;
}

export const DEFAULT_ATTEMPTS: AttemptPolicy = {
  attempts: 8,
  backoffMs: 1000,
  maxBackoffMs: 30_000,
};

/** Wait after the n-th attempt, n from 1. */
function backoffAfter(number: number, { backoffMs, maxBackoffMs }: AttemptPolicy): number {
  return Math.min(backoffMs * 2 ** (number - 1), maxBackoffMs);
}

/** All waits together, when every attempt fails at once. */
function totalBackoff(policy: AttemptPolicy): number {
  return Array.from({ length: policy.attempts - 1 }, (_, index) =>
    backoffAfter(index + 1, policy),
  ).reduce((sum, wait) => sum + wait, 0);
}

/** One line for each account whose last attempts would fall behind the deadline of a judgement. */
export function warnOfAttempts(
  accounts: readonly { name: string; attempts?: number }[],
  deadlineMs: number,
): string[] {
  return accounts.flatMap(({ name, attempts = DEFAULT_ATTEMPTS.attempts }) => {
    const waitMs = totalBackoff({ ...DEFAULT_ATTEMPTS, attempts });
    if (waitMs < deadlineMs) return [];
    const fitting = Array.from({ length: attempts }, (_, index) => attempts - index).find(
      (fewer) => totalBackoff({ ...DEFAULT_ATTEMPTS, attempts: fewer }) < deadlineMs,
    );
    return [
      `account "${name}": its ${attempts} attempts wait ${waitMs / 1000} s between them, and limits.executionDeadline is ${deadlineMs / 1000} s, so the last are never made: set its attempts to ${fitting} at most, or a deadline of more than ${waitMs / 1000} s`,
    ];
  });
}

/** Waits, or rejects when the signal says stop. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export async function waitReal(ms: number, signal: AbortSignal): Promise<void> {
  await delay(Math.min(ms, LONGEST_TIMER_MS), undefined, { signal });
}

/**
 * Tries until it works, a fault is final, the attempts are used up, or the signal says stop. A fault's
 * text gains `(attempt 2 of 3)` once there was more than one, and a stop tells the last fault before it.
 */
export async function withAttempts<T>(
  options: { policy: AttemptPolicy; signal: AbortSignal; wait: Wait },
  attempt: () => Promise<T>,
): Promise<T> {
  const { policy, signal, wait } = options;
  let last: Fault | undefined;
  for (let number = 1; ; number += 1) {
    try {
      signal.throwIfAborted();
      return await attempt();
    } catch (thrown) {
      if (signal.aborted) throw stopped(signal, last ?? unfinished(signal, thrown));
      last = numbered(toFault(thrown), number, policy.attempts);
      if (!last.retryable || number >= policy.attempts) throw last;
    }
    await wait(Math.max(backoffAfter(number, policy), last.retryAfterMs ?? 0), signal).catch(
      () => undefined,
    );
    if (signal.aborted) throw stopped(signal, last);
  }
}

function numbered(fault: Fault, number: number, attempts: number): Fault {
  if (number === 1 && !fault.retryable) return fault;
  return fault.withMessage(`${fault.message} (attempt ${number} of ${attempts})`);
}

/** The signal's reason as it is, or with what went wrong before it came. */
function stopped(signal: AbortSignal, last: Fault | undefined): unknown {
  const reason: unknown = signal.reason;
  if (last === undefined) return reason;
  const fault = toFault(reason);
  return fault.withMessage(`${fault.message}; before that, ${last.message}`, last.http);
}

/** What the attempt that was stopped says of itself, if it says more than why it was stopped. */
function unfinished({ reason }: AbortSignal, thrown: unknown): Fault | undefined {
  return thrown instanceof Fault && thrown !== reason ? thrown : undefined;
}

/** Reads a `Retry-After` header, seconds or an HTTP date, as milliseconds from now. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
