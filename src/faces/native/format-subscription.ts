import type { TestSent } from '../../analysis/subscriptions/send-test.ts';
import { hiddenAddress, shownAddress } from '../../model/receiver/receiver.ts';
import type { Subscription } from '../../model/receiver/subscription.ts';
import type { components } from '../../openapi.d.ts';
import { instant, optional, optionalInstant } from './wire.ts';

type Schemas = components['schemas'];

export function formatSubscription(subscription: Subscription): Schemas['Subscription'] {
  const { id, origin, secrets, events, filter, format, disabled } = subscription;
  return {
    id,
    origin,
    url: addressOf(subscription),
    ...optional('description', subscription.description),
    secrets,
    events,
    filter,
    format,
    ...optional('token', subscription.token),
    ...optional('target', subscription.target),
    ...optional('disabled', disabled && { ...disabled, at: instant(disabled.at) }),
    ...optional('createdAt', optionalInstant(subscription.createdAt)),
    ...optional('updatedAt', optionalInstant(subscription.updatedAt)),
  };
}

export function formatTestDelivery(sent: TestSent): Schemas['TestDelivery'] {
  const { subscription, body, durationMs, status, error, answer } = sent;
  return {
    delivered: error === undefined,
    url: addressOf(subscription),
    body,
    durationMs,
    ...optional('status', status),
    ...optional('error', error),
    ...optional('answer', answer),
  };
}

function addressOf(subscription: Subscription): string {
  return subscription.isUrlSecret === true
    ? hiddenAddress(subscription.url)
    : shownAddress(subscription);
}
