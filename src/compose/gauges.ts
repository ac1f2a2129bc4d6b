import { JOB_NAMES, type Queue } from '../queue/queue.ts';
import type { Store } from '../store/store.ts';
import type { Meters, Telemetry } from '../telemetry.ts';

/** Figures that are asked for when telemetry is; of a part that cannot be reached the last ones stay. */
export function watchGauges({ meters, onCollect }: Telemetry, store: Store, queue: Queue): void {
  onCollect(() => readQueue(meters, queue).catch(() => undefined));
  onCollect(async () => {
    // a server that is away is waited for, longer than who scrapes would wait
    if (store.peers.isShared && store.trouble() !== undefined) return;
    await readStore(meters, store).catch(() => undefined);
  });
}

async function readQueue(meters: Meters, queue: Queue): Promise<void> {
  for (const name of JOB_NAMES)
    for (const [state, count] of Object.entries(await queue.depth(name)))
      meters.queueJobs.set({ queue: name, state }, count);
}

async function readStore(meters: Meters, store: Store): Promise<void> {
  const now = store.peers.now();
  const secondsSince = (at: number | undefined) =>
    at === undefined ? 0 : Math.max(0, now - at) / 1000;
  const [pendingAt, claimAt, due] = await Promise.all([
    store.deliveries.oldestPendingAt(),
    store.oldestClaimAt(),
    store.unfinished(now, 1),
  ]);
  meters.oldestPendingDeliverySeconds.set(secondsSince(pendingAt));
  meters.oldestClaimSeconds.set(secondsSince(claimAt));
  const oldest = { 'judge-execution': due.executions[0], 'deliver-webhook': due.deliveries[0] };
  for (const queue of JOB_NAMES)
    meters.oldestDueSeconds.set({ queue }, secondsSince(oldest[queue]?.claimableAt));
}
