import { Fault } from '../../errors.ts';
import { parseMoment } from '../../model/time/moment.ts';
import type { components } from '../../openapi.d.ts';
import type { Queue } from '../../queue/queue.ts';
import type { DeliveryDetail } from '../../store/deliveries/delivery-port.ts';
import type { Store } from '../../store/store.ts';
import type { Log } from '../../telemetry.ts';
import { invalidRequest } from '../accept/invalid-request.ts';
import { nudge } from '../nudge.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface Redeliver {
  /** With its whole schedule before it. Fault `not-found`, or `conflict` where its subscription is disabled. */
  one(id: string): Promise<DeliveryDetail>;
  /** Answers how many; the same faults. */
  range(
    subscriptionId: string,
    request: components['schemas']['RedeliveryRequest'],
  ): Promise<number>;
}

/** What one request may put into the queue. */
const MOST_AT_ONCE = 10_000;

export function createRedeliver(dependencies: {
  store: Store;
  queue: Queue;
  subscriptions: Subscriptions;
  log: Log;
  now(): number;
}): Redeliver {
  const { store, queue, subscriptions, log, now } = dependencies;

  async function refuseDisabled(subscriptionId: string): Promise<void> {
    const { disabled } = await subscriptions.get(subscriptionId);
    if (disabled === undefined) return;
    throw new Fault(
      'conflict',
      `subscription "${subscriptionId}" is disabled (${disabled.reason}): enable it first`,
      { subject: `subscription "${subscriptionId}"` },
    );
  }

  async function announce(ids: readonly string[], at: number): Promise<void> {
    const deliveries = ids.map((id) => ({ id, nextAttemptAt: at }));
    await nudge(queue, log, at, { executions: [], deliveries });
  }

  return {
    async one(id) {
      const found = await store.deliveries.detail(id);
      if (found === undefined) throw unknownDelivery(id);
      const { subscriptionId } = found.delivery;
      if (subscriptionId !== undefined) await refuseDisabled(subscriptionId);
      const at = now();
      if (await store.deliveries.redeliver(id, at)) await announce([id], at);
      return (await store.deliveries.detail(id)) ?? found;
    },
    async range(subscriptionId, { since, until, which = 'failed' }) {
      await refuseDisabled(subscriptionId);
      const at = now();
      const ids = await store.deliveries.redeliverRange(
        {
          subscriptionId,
          since: parseMoment(since, at) ?? at,
          until: until === undefined ? Number.MAX_SAFE_INTEGER : (parseMoment(until, at) ?? at),
          states: which === 'failed' ? ['dead'] : ['dead', 'delivered'],
          limit: MOST_AT_ONCE,
        },
        at,
      );
      if (ids === 'too-many') {
        const message = `reaches over more than ${MOST_AT_ONCE} deliveries: choose a shorter range`;
        throw invalidRequest([{ pointer: '/since', message }]);
      }
      await announce(ids, at);
      return ids.length;
    },
  };
}

export function unknownDelivery(id: string): Fault {
  return new Fault(
    'not-found',
    `there is no delivery "${id}": it may have been deleted with its analysis after the retention time`,
    { subject: `delivery "${id}"` },
  );
}
