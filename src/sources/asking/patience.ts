import type { AccountGuard } from './account-guard.ts';
import { DEFAULT_ATTEMPTS, waitReal, withAttempts, type Wait } from './attempts.ts';

export interface PatienceOptions {
  /** Bounds of all requests to this account together; none unless given. */
  guard?: AccountGuard | undefined;
  /** How the waits between attempts pass; real time unless told. */
  wait?: Wait | undefined;
}

/** Tries one thing as often as the account says, each time in its turn. */
export type Patience = <T>(attempt: () => Promise<T>, signal: AbortSignal) => Promise<T>;

export function createPatience(
  { attempts = DEFAULT_ATTEMPTS.attempts }: { attempts?: number | undefined },
  { guard, wait = waitReal }: PatienceOptions,
): Patience {
  const policy = { ...DEFAULT_ATTEMPTS, attempts };
  const run: AccountGuard['run'] = guard?.run ?? ((attempt) => attempt());
  return (attempt, signal) => withAttempts({ policy, signal, wait }, () => run(attempt, signal));
}
