import type {
  BrowseDeliveries,
  DeliverySearch,
} from '../../analysis/subscriptions/browse-deliveries.ts';
import type { Redeliver } from '../../analysis/subscriptions/redeliver.ts';
import type { SendTest } from '../../analysis/subscriptions/send-test.ts';
import type { Subscriptions } from '../../analysis/subscriptions/subscriptions.ts';
import type { Handlers } from '../../http/operation.ts';
import { renderDeliveriesPage } from '../../report/deliveries/deliveries-page.ts';
import { renderSubscriptionsPage } from '../../report/deliveries/subscriptions-page.ts';
import { page, seeOther } from './page.ts';

export interface DeliveriesParts {
  browseDeliveries: BrowseDeliveries;
  redeliver: Redeliver;
  subscriptions: Subscriptions;
  sendTest: SendTest;
  now(): number;
}

/** Who was told of what, who is to be told, and sending it again. */
export function deliveriesHandlers(parts: DeliveriesParts): Handlers {
  const { browseDeliveries, redeliver, subscriptions, sendTest, now } = parts;
  return {
    async getDeliveriesPage({ parameters }) {
      const search = parameters as unknown as DeliverySearch;
      const found = await browseDeliveries(search);
      return page(200, renderDeliveriesPage({ search, ...found, generatedAt: now() }), 'form');
    },
    async redeliverFromPage({ parameters }) {
      const { delivery } = await redeliver.one(parameters['id'] as string);
      return seeOther(
        `/deliveries?${new URLSearchParams({ analysis: delivery.analysisId }).toString()}`,
      );
    },
    async getSubscriptionsPage() {
      return page(200, renderSubscriptionsPage({ items: await subscriptions.all() }), 'form');
    },
    async enableSubscriptionFromPage({ parameters }) {
      await subscriptions.enable(parameters['id'] as string);
      return seeOther('/subscriptions');
    },
    async testSubscriptionFromPage({ parameters, signal }) {
      const id = parameters['id'] as string;
      const tested = await sendTest(id, {}, signal);
      const items = await subscriptions.all();
      return page(200, renderSubscriptionsPage({ items, tested: { id, ...tested } }), 'form');
    },
  };
}
