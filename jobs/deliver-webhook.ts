import type { Subscriptions } from '../src/analysis/subscriptions/subscriptions.ts';
import { MANNERS } from '../src/model/receiver/receiver.ts';
import type { Delivery } from '../src/model/analysis.ts';
import type { Processor, ProcessorAnswer, Queue } from '../src/queue/queue.ts';
import type { Store } from '../src/store/store.ts';
import type { Log, Meters } from '../src/telemetry.ts';
import { inSpan } from '../src/tracing.ts';
import { GONE, nextAttemptAt, WHOLE_SCHEDULE_MS } from '../src/webhooks/retry-schedule.ts';
import type { Outgoing, Sender, SentAttempt } from '../src/webhooks/sender.ts';

export interface DeliverWebhookDependencies {
  store: Store;
  queue: Queue;
  sender: Sender;
  subscriptions: Pick<Subscriptions, 'find' | 'disable'>;
  log: Log;
  meters: Meters;
  /** Longer than any attempt can take, so that only a dead worker loses its claim. */
  leaseMs: number;
  now(): number;
  /** In [0, 1). */
  random(): number;
}

/** A full endpoint wakes who waits for it; this is for a call that was missed, and for slots of other processes. */
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
    const outgoing = await outgoingOf(pending, dependencies);
    if (outgoing === undefined) return store.deliveries.end(id);
    const release = await sender.tryAcquire(outgoing.url, { id, wake: () => void wake(id) });
    if (release === undefined) return { againInMs: SLOT_RETRY_MS };
    try {
      const delivery = await store.deliveries.claim(id, now(), leaseMs);
      if (delivery === undefined) return await askAgain(id, dependencies);
      const attempt = await sendInSpan(delivery, outgoing, signal, sender);
      return await record(delivery, attempt, dependencies);
    } catch (error) {
      if (!signal.aborted) throw error;
      await store.deliveries.release(id);
      return undefined;
    } finally {
      release();
    }
  };
}

/** The trace goes on from what the delivery tells of, and to its receiver. */
function sendInSpan(
  { id, event, trace, analysisId, attempts }: Delivery,
  outgoing: Outgoing,
  signal: AbortSignal,
  sender: Sender,
): Promise<SentAttempt> {
  const attributes = {
    'canary.analysis.id': analysisId,
    'canary.event': event,
    'canary.delivery.id': id,
    'canary.attempt': attempts,
    'http.request.method': 'POST',
    'server.address': new URL(outgoing.url).hostname,
  };
  return inSpan('deliver', { kind: 'client', attributes, parent: trace ?? {} }, async (span) => {
    const sent = await sender.send(outgoing, attempts, signal);
    if (sent.status !== undefined) span.set({ 'http.response.status_code': sent.status });
    if (sent.error !== undefined) span.fail(String(sent.status ?? 'not-answered'));
    return sent;
  });
}

/** As its receiver is now; undefined when nothing is sent there any more. */
async function outgoingOf(
  delivery: Delivery,
  { subscriptions }: DeliverWebhookDependencies,
): Promise<Outgoing | undefined> {
  const { id, url, body, format, secret, token, subscriptionId } = delivery;
  if (subscriptionId === undefined) {
    const secrets = secret === '' ? [] : [secret];
    return { id, url, body, format, secrets, ...(token === undefined ? {} : { token }) };
  }
  const subscription = await subscriptions.find(subscriptionId);
  if (subscription === undefined || subscription.disabled !== undefined) return undefined;
  if (subscription.format !== format) return undefined; // its body means nothing to the receiver of now
  const { secrets } = subscription;
  const named = subscription.token === undefined ? {} : { token: subscription.token };
  // what a status is set on is part of its address
  const address = MANNERS[format].isStatus ? url : subscription.url;
  return { id, url: address, body, format, secrets, ...named };
}

async function askAgain(
  id: string,
  { store, now }: DeliverWebhookDependencies,
): Promise<ProcessorAnswer> {
  const claimableAt = await store.deliveries.claimableAt(id);
  return claimableAt === undefined ? undefined : { againInMs: Math.max(100, claimableAt - now()) };
}

async function record(
  delivery: Delivery,
  sent: SentAttempt,
  dependencies: DeliverWebhookDependencies,
): Promise<ProcessorAnswer> {
  const { store, log, meters, now, random } = dependencies;
  const { retryAfterMs: _, isFinal: __, ...attempt } = sent;
  if (sent.error === undefined) {
    await store.deliveries.record(attempt, { state: 'delivered' });
    meters.deliveries.inc({ outcome: 'delivered' });
    log.info({ delivery: sent.deliveryId, attempt: sent.number }, 'event delivered');
    return undefined;
  }
  const told = { delivery: sent.deliveryId, attempt: sent.number, error: sent.error };
  const endedAt = sent.startedAt + sent.durationMs;
  const number = sent.number - delivery.attemptsBefore;
  const again = nextAttemptAt({ ...sent, number, endedAt }, random());
  if (again === 'dead') {
    await store.deliveries.record(attempt, { state: 'dead' });
    meters.deliveries.inc({ outcome: 'dead' });
    log.error(told, 'event given up');
    await disable(delivery, sent, dependencies);
    return undefined;
  }
  await store.deliveries.record(attempt, { state: 'pending', nextAttemptAt: again });
  meters.deliveries.inc({ outcome: 'retry' });
  log.warn(told, 'event will be sent again');
  return { againInMs: Math.max(0, again - now()) };
}

/** Where the receiver wants no more, or has taken nothing as long as this delivery was tried. */
async function disable(
  { subscriptionId, createdAt }: Delivery,
  { status, isFinal, error = '' }: SentAttempt,
  { store, subscriptions, log, now }: DeliverWebhookDependencies,
): Promise<void> {
  if (subscriptionId === undefined || (isFinal === true && status !== GONE)) return;
  if (status !== GONE) {
    const since = Math.max(createdAt, now() - WHOLE_SCHEDULE_MS);
    if (await store.deliveries.hasSucceededSince(subscriptionId, since)) return;
  }
  const reason =
    status === GONE
      ? `the ${error}`
      : `nothing was delivered in the three days that an event was tried; last: ${error}`;
  await subscriptions.disable(subscriptionId, reason);
  log.error({ subscription: subscriptionId, reason }, 'a subscription was disabled');
}
