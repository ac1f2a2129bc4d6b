import type { Delivery, DeliveryAttempt } from '../../model/analysis.ts';
import type { components } from '../../openapi.d.ts';
import { shownAddress } from '../../model/receiver/receiver.ts';
import { instant, optional } from './wire.ts';

type Schemas = components['schemas'];

export function formatDelivery({
  delivery,
  attempts,
}: {
  delivery: Delivery;
  attempts: DeliveryAttempt[];
}): Schemas['Delivery'] {
  const { id, analysisId, format, event, sequence, state, createdAt, nextAttemptAt } = delivery;
  return {
    id,
    analysis: analysisId,
    ...optional('subscription', delivery.subscriptionId),
    format,
    event,
    sequence,
    url: shownAddress(delivery),
    state,
    createdAt: instant(createdAt),
    ...optional('nextAttemptAt', state === 'pending' ? instant(nextAttemptAt) : undefined),
    attempts: attempts.map(({ deliveryId: _, startedAt, ...attempt }) => ({
      ...attempt,
      startedAt: instant(startedAt),
    })),
  };
}
