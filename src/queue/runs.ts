/** How long an aborted run may take to notice before `close` goes on without it. */
const ABORT_MS = 1000;

/** The runs of processors in this process: each has a signal, and close can wait for all of them. */
export interface Runs {
  run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Waits up to `graceMs`, aborts what is left, and waits a moment more. */
  finish(graceMs: number): Promise<void>;
}

export function createRuns(): Runs {
  const running = new Map<AbortController, Promise<unknown>>();
  const ended = (): Promise<unknown> => Promise.allSettled(running.values());
  return {
    async run(work) {
      const controller = new AbortController();
      const promise = work(controller.signal);
      running.set(controller, promise);
      try {
        return await promise;
      } finally {
        running.delete(controller);
      }
    },
    async finish(graceMs) {
      if (await endsWithin(ended(), graceMs)) return;
      for (const controller of running.keys()) controller.abort();
      await endsWithin(ended(), ABORT_MS);
    },
  };
}

/** Whether the promise settles in time; it is not cancelled when it does not. */
export async function endsWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  try {
    return await Promise.race([promise.then(() => true), expired]);
  } finally {
    clearTimeout(timer);
  }
}
