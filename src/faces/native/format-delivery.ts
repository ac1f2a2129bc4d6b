import type { Delivery, DeliveryAttempt } from '../../model/analysis.ts';
import type { components } from '../../openapi.d.ts';
import { maskedAddress } from '../../model/masked-address.ts';
import { instant, optional } from './wire.ts';

type Schemas = components['schemas'];

export function formatDelivery({
  delivery,
  attempts,
}: {
  delivery: Delivery;
  attempts: DeliveryAttempt[];
}): Schemas['Delivery'] {
  const { id, event, sequence, url, state, createdAt, nextAttemptAt } = delivery;
  return {
    id,
    event,
    sequence,
    url: maskedAddress(url),
    state,
    createdAt: instant(createdAt),
    ...optional('nextAttemptAt', state === 'pending' ? instant(nextAttemptAt) : undefined),
    attempts: attempts.map(({ deliveryId: _, startedAt, ...attempt }) => ({
      ...attempt,
      startedAt: instant(startedAt),
    })),
  };
}
