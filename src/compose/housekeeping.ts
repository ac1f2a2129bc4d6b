import type { Observe } from '../analysis/observe.ts';
import type { Sweep } from '../analysis/sweep.ts';
import type { Store } from '../store/store.ts';
import type { Log } from '../telemetry.ts';

const EVERY_MS = 5_000;

/** What only one of the processes on a store does: it sweeps, deletes what is old, and collects for running analyses. */
export interface Housekeeping {
  start(): void;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

export function createHousekeeping(dependencies: {
  store: Store;
  sweep: Sweep;
  observe: Observe;
  log: Log;
}): Housekeeping {
  const { store, sweep, observe, log } = dependencies;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();

  /** One after the other; what has failed is tried again the next time. */
  function round(work: () => Promise<void>): void {
    running = running.then(work).catch((error: unknown) => {
      log.warn({ err: error }, 'the store was not swept; it is tried again');
    });
  }

  return {
    start() {
      store.peers.keepHouse({
        begin() {
          if (store.peers.isShared) log.info('this process keeps house');
          round(() => sweep.takeOver());
          timer = setInterval(() => round(() => sweep.run()), EVERY_MS);
        },
        end() {
          clearInterval(timer);
          observe.stop();
        },
      });
    },
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
