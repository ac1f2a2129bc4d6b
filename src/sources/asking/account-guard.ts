import {
  BrokenCircuitError,
  bulkhead,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
} from 'cockatiel';
import { Fault, toFault } from '../../errors.ts';
import type { SharedPlaces } from '../../redis/places.ts';
import type { Log } from '../../telemetry.ts';

export interface AccountLimits {
  /** Requests at once to one account, of all judgements together, and of all processes that share their limits. */
  accountConcurrency: number;
  /** Failures in a row after which the account is left alone for a while. */
  circuitFailures: number;
  /** For how long; then one request tries it. */
  circuitPauseMs: number;
}

/** Stands before the requests to one account: so many at once, and none while its circuit is open. */
export interface AccountGuard {
  /** Fault `source-unavailable`, retryable after the pause, while the circuit is open. */
  run<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** What shows that a source is there, though it did not do what it was asked. */
const ANSWERED = new Set(['source-refused', 'source-answer', 'source-limit']);

/**
 * An account that fails again and again is asked no more for a while, by anyone: who waits for it finds that
 * out at once, and it can recover. Then one request tries it, and the others wait for what becomes of that.
 */
export function createAccountGuard(
  account: string,
  limits: AccountLimits,
  { log, places: shared }: { log: Log; places?: SharedPlaces | undefined },
): AccountGuard {
  const { accountConcurrency, circuitFailures, circuitPauseMs } = limits;
  const places = bulkhead(accountConcurrency, Infinity);
  // A request that was given up says nothing of the source, unless it was the one that should find out.
  const isFailure = (thrown: unknown) => {
    const { code, retryable } = toFault(thrown);
    return retryable || (circuit.state === CircuitState.HalfOpen && !ANSWERED.has(code));
  };
  const circuit = circuitBreaker(handleWhen(isFailure), {
    halfOpenAfter: circuitPauseMs,
    breaker: new ConsecutiveBreaker(circuitFailures),
  });
  let openUntil = 0;
  circuit.onBreak(() => {
    openUntil = Date.now() + circuitPauseMs;
    log.warn({ account, last: lastFailure() }, `source "${account}": ${whatOpened()}`);
  });
  circuit.onReset(() => log.info({ account }, `source "${account}" answers again`));

  function whatOpened(): string {
    return `its circuit is open, because ${circuitFailures} requests in a row failed; it is tried every ${circuitPauseMs / 1000} s`;
  }

  function lastFailure(): string {
    const last = circuit.lastFailure;
    return last !== undefined && 'error' in last ? toFault(last.error).message : '';
  }

  function notAsked(): Fault {
    const waitMs = Math.max(0, openUntil - Date.now());
    const text = `source "${account}" was not asked: ${whatOpened()}, next in ${Math.ceil(waitMs / 1000)} s; look after the source, or its url and token. The last failure: ${lastFailure()}`;
    const subject = `source "${account}"`;
    return new Fault('source-unavailable', text, {
      subject,
      retryable: true,
      retryAfterMs: waitMs,
    });
  }

  /** In a place of all processes together. */
  async function inSharedPlace<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const release = await shared?.take(`account ${account}`, accountConcurrency, signal);
    try {
      return await work();
    } finally {
      release?.();
    }
  }

  return {
    async run(attempt, signal) {
      const waiting = new AbortController();
      const begin = () => {
        waiting.abort(); // from here on the attempt itself tells how it was stopped
        return attempt();
      };
      try {
        const guarded = places.execute(
          () => inSharedPlace(() => circuit.execute(begin, signal), signal),
          signal,
        );
        return await orAborted(guarded, signal, waiting.signal);
      } catch (thrown) {
        throw thrown instanceof BrokenCircuitError ? notAsked() : thrown;
      } finally {
        waiting.abort();
      }
    },
  };
}

/** Who waits for a place or for another's try stops to wait when it is told to, until the wait is over. */
async function orAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  isOver: AbortSignal,
): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => aborted.reject(signal.reason), { signal: isOver });
  return Promise.race([promise, aborted.promise]);
}
