import type { Redeliver } from '../../analysis/subscriptions/redeliver.ts';
import { unknownDelivery } from '../../analysis/subscriptions/redeliver.ts';
import type { SendTest } from '../../analysis/subscriptions/send-test.ts';
import type { Subscriptions } from '../../analysis/subscriptions/subscriptions.ts';
import type { Answer, Call, Handlers } from '../../http/operation.ts';
import type { DeliveryState } from '../../model/analysis.ts';
import type { Subscription } from '../../model/receiver/subscription.ts';
import type { components } from '../../openapi.d.ts';
import type { Store } from '../../store/store.ts';
import { formatDelivery } from './format-delivery.ts';
import { formatSubscription, formatTestDelivery } from './format-subscription.ts';
import { nextPage, picked } from './page.ts';

type Schemas = components['schemas'];

export interface SubscriptionParts {
  store: Store;
  subscriptions: Subscriptions;
  redeliver: Redeliver;
  sendTest: SendTest;
}

const DISABLED_BY_REQUEST = 'disabled by request';

/** Handlers of subscriptions and of what was sent to them, by operation id. */
export function subscriptionHandlers(parts: SubscriptionParts): Handlers {
  const { subscriptions, sendTest } = parts;
  return {
    async createSubscription({ body }) {
      const created = await subscriptions.create(body as Schemas['SubscriptionRequest']);
      const location = `/api/v1/subscriptions/${created.id}`;
      return { ...shown(created), status: 201, headers: { location } };
    },
    listSubscriptions: (call) => listSubscriptions(call, parts),
    getSubscription: async (call) => shown(await subscriptions.get(idOf(call))),
    async replaceSubscription(call) {
      const request = call.body as Schemas['SubscriptionRequest'];
      return shown(await subscriptions.replace(idOf(call), request));
    },
    async deleteSubscription(call) {
      await subscriptions.delete(idOf(call));
      return { status: 204 };
    },
    disableSubscription: async (call) =>
      shown(await subscriptions.disable(idOf(call), DISABLED_BY_REQUEST)),
    enableSubscription: async (call) => shown(await subscriptions.enable(idOf(call))),
    async testSubscription(call) {
      const { labels = {} } = call.body as { labels?: Record<string, string> };
      const sent = await sendTest(idOf(call), labels, call.signal);
      return { status: 200, json: formatTestDelivery(sent) };
    },
    ...deliveryHandlers(parts),
  };
}

function deliveryHandlers(parts: SubscriptionParts): Handlers {
  const { store, redeliver } = parts;
  return {
    listSubscriptionDeliveries: (call) => listSubscriptionDeliveries(call, parts),
    async redeliverSubscription(call) {
      const request = call.body as Schemas['RedeliveryRequest'];
      return { status: 202, json: { redelivered: await redeliver.range(idOf(call), request) } };
    },
    async getDelivery(call) {
      const found = await store.deliveries.detail(idOf(call));
      if (found === undefined) throw unknownDelivery(idOf(call));
      return { status: 200, json: formatDelivery(found) };
    },
    async redeliver(call) {
      return { status: 202, json: formatDelivery(await redeliver.one(idOf(call))) };
    },
  };
}

function idOf({ parameters }: Call): string {
  return parameters['id'] as string;
}

function shown(subscription: Subscription): Answer {
  return { status: 200, json: formatSubscription(subscription) };
}

async function listSubscriptions(
  { parameters }: Call,
  { subscriptions }: SubscriptionParts,
): Promise<Answer> {
  const limit = parameters['limit'] as number;
  const after = (parameters['after'] as string | undefined) ?? '';
  const all = (await subscriptions.all()).filter(({ id }) => id > after);
  const page = all.slice(0, limit);
  const more = all.length > limit ? { after: page.at(-1)?.id ?? '' } : undefined;
  const items = page.map(formatSubscription);
  return { status: 200, json: { items, ...nextPage('/api/v1/subscriptions', parameters, more) } };
}

async function listSubscriptionDeliveries(
  { parameters }: Call,
  { store, subscriptions }: SubscriptionParts,
): Promise<Answer> {
  const limit = parameters['limit'] as number;
  const { id } = await subscriptions.get(parameters['id'] as string);
  const found = await store.deliveries.list({
    subscriptionId: id,
    limit: limit + 1,
    ...picked<{ before: string; state: DeliveryState }>(parameters, ['before', 'state']),
  });
  const items = found.slice(0, limit).map(formatDelivery);
  const more = found.length > limit ? { before: items.at(-1)?.id ?? '' } : undefined;
  const path = `/api/v1/subscriptions/${encodeURIComponent(id)}/deliveries`;
  return { status: 200, json: { items, ...nextPage(path, parameters, more) } };
}
