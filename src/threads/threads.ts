import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { Piscina } from 'piscina';
import type { Threads, Work } from '../analysis/judging/work.ts';
import { Fault } from '../errors.ts';
import type { Log } from '../telemetry.ts';
import { readFault } from './carried-fault.ts';
import { packNumbers } from './packed-numbers.ts';
import type { Errand, Outcome } from './worker.ts';

export interface ThreadLimits {
  /** Undefined: one less than there are cores, and at least 2. */
  judgingThreads: number | undefined;
  /** Of one thread. */
  judgingMemoryMegabytes: number;
  /** Of one piece of work, its waiting for a thread included. */
  executionDeadlineMs: number;
}

/** Longer than the minute that lies between two looks of most analyses: these find their thread still there. */
const IDLE_MS = 90_000;

/** Nothing else may hold these up: one thread is kept free for them. */
const LOOKS: readonly (keyof Work)[] = ['judgeLook', 'prepareLook', 'concludeLook'];

/** A checkout runs its TypeScript as it is; an installed package carries only the compiled files. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js',
  import.meta.url,
);

/**
 * Threads for the work of `analysis/judging`. None is started before there is any, and those without any go away.
 * Work that nobody waits for any more, or whose time is over, is ended with its thread: it cannot be asked to stop.
 */
export function createThreads(
  limits: ThreadLimits,
  log: Log,
): Threads & { close(): Promise<void> } {
  const count = limits.judgingThreads ?? Math.max(2, availableParallelism() - 1);
  // never more errands at once than threads: what waits in the pool itself is forgotten when a thread dies
  const turn = pLimit(count);
  const turnOfOthers = pLimit(Math.max(1, count - 1));
  let pool: Promise<Piscina> | undefined;

  const perform = async (errand: Errand, signal: AbortSignal): Promise<Outcome> => {
    signal.throwIfAborted();
    pool ??= createPool(count, limits, log);
    const { packed, buffers } = await packNumbers(errand);
    return (await pool).run(packed, { signal, transferList: buffers }) as Promise<Outcome>;
  };
  return {
    async run(name, input, signal) {
      const deadline = AbortSignal.timeout(limits.executionDeadlineMs);
      const stop = AbortSignal.any([signal, deadline]);
      const inTurn = () => turn(perform, { name, input }, stop);
      const work = LOOKS.includes(name) ? inTurn() : turnOfOthers(inTurn);
      const outcome = await Promise.race([work, rejectedOnceAborted(stop)]).catch(
        (error: unknown) => {
          throw stop.aborted ? ended(stop, limits) : crashed(error, limits);
        },
      );
      if ('fault' in outcome) throw readFault(outcome.fault);
      return outcome.value as ReturnType<Work[typeof name]>;
    },
    close: async () => (await pool)?.destroy(),
  };
}

async function createPool(count: number, limits: ThreadLimits, log: Log): Promise<Piscina> {
  const { Piscina } = await import('piscina'); // not before it is needed: the start is quicker
  const pool = new Piscina({
    filename: WORKER.href,
    name: 'perform',
    minThreads: 0,
    maxThreads: count,
    idleTimeout: IDLE_MS,
    recordTiming: false,
    resourceLimits: { maxOldGenerationSizeMb: limits.judgingMemoryMegabytes },
    env: {}, // secrets are of no use there
    execArgv: [],
  });
  // one that dies while it starts has no work yet: what was meant for it ends at its deadline
  pool.on('error', (error) => log.error({ err: error }, 'a thread for judging died'));
  return pool;
}

function rejectedOnceAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** Its own time-out, or that of a look, is told from a client that has gone by what the signal says. */
function ended({ reason }: AbortSignal, { executionDeadlineMs }: ThreadLimits): Fault {
  const isLate = reason instanceof DOMException && reason.name === 'TimeoutError';
  return isLate
    ? new Fault(
        'deadline-exceeded',
        `judging was ended after ${executionDeadlineMs / 1000} s: judge fewer metrics or points at once, or raise limits.executionDeadline`,
        { cause: reason },
      )
    : new Fault(
        'shutting-down',
        'judging was given up, as the client has gone or the service is stopping',
        { retryable: true, cause: reason },
      );
}

function crashed(error: unknown, { judgingMemoryMegabytes }: ThreadLimits): unknown {
  if (error instanceof DOMException) return error; // what cannot be sent to a thread is a bug of ours
  const isMemory = error instanceof Error && 'code' in error && error.code === OUT_OF_MEMORY;
  const why = isMemory
    ? `needed more than ${judgingMemoryMegabytes} MB of memory: judge fewer metrics or points at once, or raise limits.judgingMemoryMegabytes`
    : `died (${error instanceof Error ? error.message : String(error)}): the same may judge well when sent again`;
  return new Fault('judge-crashed', `the thread that judged ${why}`, { cause: error });
}

const OUT_OF_MEMORY = 'ERR_WORKER_OUT_OF_MEMORY';
