import type { DeliveryState } from '../../model/analysis.ts';
import type { DeliveryDetail } from '../../store/deliveries/delivery-port.ts';
import type { Store } from '../../store/store.ts';

/** What a person looks for; an empty text is none. */
export interface DeliverySearch {
  state: DeliveryState | '';
  subscription: string;
  analysis: string;
  /** Only older ones than this id. */
  before?: string;
}

/** One page of the deliveries that somebody looks for, newest first, and the id after which the next one begins. */
export type BrowseDeliveries = (
  search: DeliverySearch,
) => Promise<{ items: DeliveryDetail[]; next?: string }>;

const PAGE = 50;

export function createBrowseDeliveries({
  deliveries,
}: Pick<Store, 'deliveries'>): BrowseDeliveries {
  return async ({ state, subscription, analysis, before }) => {
    const found = await deliveries.list({
      limit: PAGE + 1,
      ...(state === '' ? {} : { state }),
      ...(subscription === '' ? {} : { subscriptionId: subscription }),
      ...(analysis === '' ? {} : { analysisId: analysis }),
      ...(before === undefined ? {} : { before }),
    });
    const items = found.slice(0, PAGE);
    const last = items.at(-1);
    return found.length > PAGE && last !== undefined
      ? { items, next: last.delivery.id }
      : { items };
  };
}
