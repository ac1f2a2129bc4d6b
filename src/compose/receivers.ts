import { checkSubscription, type ReceiverRules } from '../analysis/accept/check-receiver.ts';
import { createFillOutbox } from '../analysis/outbox.ts';
import { createRedeliver } from '../analysis/subscriptions/redeliver.ts';
import { createSendTest } from '../analysis/subscriptions/send-test.ts';
import { createSubscriptions } from '../analysis/subscriptions/subscriptions.ts';
import type { Config } from '../config.ts';
import type { LinksOf } from '../model/event.ts';
import { createReceiverCheck } from '../outbound/refuse-receiver.ts';
import type { Queue } from '../queue/queue.ts';
import { badKey } from '../settings/setting.ts';
import type { Store } from '../store/store.ts';
import type { Log } from '../telemetry.ts';
import { formatEvent } from '../webhooks/formats/formats.ts';
import type { Sender } from '../webhooks/sender.ts';

/** Who is told what: subscriptions, the outbox that they fill, and what is sent again or to see whether it arrives. */
export function createReceivers(
  { webhooks }: Config,
  dependencies: {
    rules: ReceiverRules;
    store: Store;
    queue: Queue;
    sender: Sender;
    log: Log;
    links: LinksOf;
    baseUrl(): string;
    now(): number;
  },
) {
  const { sender, rules } = dependencies;
  const subscriptions = createSubscriptions({
    ...dependencies,
    ...rules,
    configured: webhooks.subscriptions,
  });
  const common = { ...dependencies, subscriptions, formatEvent };
  return {
    subscriptions,
    fillOutbox: createFillOutbox(common),
    redeliver: createRedeliver(common),
    sendTest: createSendTest({
      ...common,
      async send(message, signal) {
        const release = await sender.tryAcquire(message.url, { id: message.id, wake: () => {} });
        if (release === undefined) return undefined;
        try {
          return await sender.send(message, 1, signal);
        } finally {
          release();
        }
      },
    }),
  };
}

/**
 * What the configuration lets receivers be. Those of the configuration are held against it here, before anything is
 * opened: the start ends with the key of the first that could never be sent.
 */
export function receiverRules({ webhooks, outbound }: Config): ReceiverRules {
  const rules: ReceiverRules = {
    secretNames: Object.keys(webhooks.secrets),
    tokenUrls: Object.fromEntries(
      Object.entries(webhooks.tokens).map(([name, { url }]) => [name, url]),
    ),
    refuseReceiver: createReceiverCheck(outbound.webhooks.allow),
  };
  for (const [index, { secrets, ...terms }] of webhooks.subscriptions.entries()) {
    const wanted = { ...terms, ...(secrets.length === 0 ? {} : { secrets }) };
    const [first] = checkSubscription(wanted, rules).violations;
    if (first === undefined) continue;
    const place = first.pointer.replaceAll('/', '.');
    throw badKey(`webhooks.subscriptions[${index}]${place}`, first.message);
  }
  return rules;
}
