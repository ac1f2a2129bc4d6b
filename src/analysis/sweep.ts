import { setImmediate as turn } from 'node:timers/promises';
import type { JobName, Queue } from '../queue/queue.ts';
import type { Store, Unfinished } from '../store/store.ts';
import type { Log, Meters } from '../telemetry.ts';
import type { Observe } from './observe.ts';
import type { Retention } from './retention.ts';

export interface SweepDependencies {
  store: Store;
  queue: Queue;
  observe: Observe;
  log: Log;
  meters: Meters;
  retention: Retention;
  now(): number;
}

/** Rows that are due for longer than this have lost their job. */
const OVERDUE_MS = 15_000;
/** Rows that are put back at most in one run. */
const MAX_REQUEUED = 1000;
/** Past any moment and any number of rows. */
const EVER = Number.MAX_SAFE_INTEGER;
/** Jobs that are put back, or analyses that are read, before others get their turn of the event loop. */
const PAGE = 50;

export interface Sweep {
  /** Puts back every unfinished row, due or not: once, at start. */
  restore(): Promise<void>;
  /** The same, and lets forgetful sources collect again: when this process begins to keep house. */
  takeOver(): Promise<void>;
  /** Puts back rows that are overdue, and deletes what has outlived the retention time. */
  run(): Promise<void>;
}

/** The rows are the truth: whatever the queue has lost is found here. */
export function createSweep(dependencies: SweepDependencies): Sweep {
  const { store, observe, retention, log, meters, now } = dependencies;
  return {
    restore: async () => void (await requeue(EVER, EVER, dependencies)),
    async takeOver() {
      for await (const analysis of liveAnalyses(store)) observe.resume(analysis);
      // a process that was here before may have been the only one to know when they are due
      if (store.peers.isShared) await requeue(EVER, EVER, dependencies);
    },
    async run() {
      if (store.trouble() !== undefined) await store.ping();
      const requeued = await requeue(now() - OVERDUE_MS, MAX_REQUEUED, dependencies);
      if (requeued > 0) {
        meters.requeued.inc(requeued);
        log.debug({ requeued }, 'overdue rows were announced to the queue again');
      }
      await retention.run();
      await store.shrink();
    },
  };
}

async function requeue(
  until: number,
  limit: number,
  { store, queue, now }: SweepDependencies,
): Promise<number> {
  // nobody else is told of a claim whose process has died
  const { executions, deliveries } = await store.unfinished(until, limit, now());
  const put = (name: JobName, rows: Unfinished[]) =>
    inPages(rows, ({ id, claimableAt }) =>
      queue.enqueue({ name, id }, { delayMs: Math.max(0, claimableAt - now()) }),
    );
  await put('judge-execution', executions);
  await put('deliver-webhook', deliveries);
  return executions.length + deliveries.length;
}

async function inPages<Item>(items: Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let first = 0; first < items.length; first += PAGE) {
    await Promise.all(items.slice(first, first + PAGE).map(work));
    await turn();
  }
}

async function* liveAnalyses(store: Store) {
  let after: string | undefined;
  for (;;) {
    const page = await store.analyses.live({
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    yield* page;
    after = page.at(-1)?.id;
    if (page.length < PAGE) return;
    await turn();
  }
}
