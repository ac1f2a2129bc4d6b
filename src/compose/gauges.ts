import type { Queue } from '../queue/queue.ts';
import type { Store } from '../store/store.ts';
import type { Telemetry } from '../telemetry.ts';

/** Figures that are asked for when telemetry is. */
export function watchGauges({ meters, onCollect }: Telemetry, store: Store, queue: Queue): void {
  onCollect(async () => {
    const oldest = await store.deliveries.oldestPendingAt();
    meters.oldestPendingDeliverySeconds.set(
      oldest === undefined ? 0 : (store.peers.now() - oldest) / 1000,
    );
    const depth = await queue.depth().catch(() => undefined); // unreachable: the last figures stay
    for (const [state, count] of Object.entries(depth ?? {}))
      meters.queueJobs.set({ state }, count);
  });
}
