import type { Processor, ProcessorAnswer, Queue } from '../src/queue/queue.ts';
import type { Store } from '../src/store/store.ts';
import type { Log, Meters } from '../src/telemetry.ts';
import { nextAttemptAt } from '../src/webhooks/retry-schedule.ts';
import type { Sender, SentAttempt } from '../src/webhooks/sender.ts';

export interface DeliverWebhookDependencies {
  store: Store;
  queue: Queue;
  sender: Sender;
  log: Log;
  meters: Meters;
  /** Longer than any attempt can take, so that only a dead worker loses its claim. */
  leaseMs: number;
  now(): number;
  /** In [0, 1). */
  random(): number;
}

/** A full endpoint wakes who waits for it; this is for a call that was missed. */
const SLOT_RETRY_MS = 5000;

/** One delivery attempt: delivered, tried again later, or dead. */
export function createDeliverWebhook(dependencies: DeliverWebhookDependencies): Processor {
  const { store, queue, sender, leaseMs, now } = dependencies;
  /** A queue that is closed or away needs no wake-up: the sweep finds the row. */
  const wake = (id: string) =>
    queue.enqueue({ name: 'deliver-webhook', id }).catch(() => undefined);
  return async (id, signal) => {
    const pending = await store.deliveries.get(id);
    if (pending?.state !== 'pending') return undefined;
    const release = sender.tryAcquire(pending.url, { id, wake: () => void wake(id) });
    if (release === undefined) return { againInMs: SLOT_RETRY_MS };
    try {
      const delivery = await store.deliveries.claim(id, now(), leaseMs);
      if (delivery === undefined) return await askAgain(id, dependencies);
      const attempt = await sender.send(delivery, delivery.attempts, signal);
      return await record(attempt, dependencies);
    } catch (error) {
      if (!signal.aborted) throw error;
      await store.deliveries.release(id);
      return undefined;
    } finally {
      release();
    }
  };
}

async function askAgain(
  id: string,
  { store, now }: DeliverWebhookDependencies,
): Promise<ProcessorAnswer> {
  const claimableAt = await store.deliveries.claimableAt(id);
  return claimableAt === undefined ? undefined : { againInMs: Math.max(100, claimableAt - now()) };
}

async function record(
  sent: SentAttempt,
  { store, log, meters, now, random }: DeliverWebhookDependencies,
): Promise<ProcessorAnswer> {
  const { retryAfterMs: _, ...attempt } = sent;
  if (sent.error === undefined) {
    await store.deliveries.record(attempt, { state: 'delivered' });
    meters.deliveries.inc({ outcome: 'delivered' });
    log.info({ delivery: sent.deliveryId, attempt: sent.number }, 'event delivered');
    return undefined;
  }
  const again = nextAttemptAt({ ...sent, endedAt: sent.startedAt + sent.durationMs }, random());
  if (again === 'dead') {
    await store.deliveries.record(attempt, { state: 'dead' });
    meters.deliveries.inc({ outcome: 'dead' });
    log.error(
      { delivery: sent.deliveryId, attempt: sent.number, error: sent.error },
      'event given up',
    );
    return undefined;
  }
  await store.deliveries.record(attempt, { state: 'pending', nextAttemptAt: again });
  meters.deliveries.inc({ outcome: 'retry' });
  log.warn(
    { delivery: sent.deliveryId, attempt: sent.number, error: sent.error },
    'event will be sent again',
  );
  return { againInMs: Math.max(0, again - now()) };
}
