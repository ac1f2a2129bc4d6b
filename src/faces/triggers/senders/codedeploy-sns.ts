import { firstText, textAt } from '../mapping/pointer.ts';
import { confirmSubscription, createKeyring, isSubscription, snsProof } from '../proofs/sns.ts';
import { HOUR_MS } from '../proofs/time.ts';
import { fieldsOf } from './fields.ts';
import type { Sender, SenderParts } from './sender.ts';

/** A trigger of CodeDeploy, or its events from EventBridge, by a topic of SNS. */
export function createCodedeploySns({ client, snsOrigins: origins }: SenderParts): Sender {
  const addresses = { origins, client };
  const keyAt = createKeyring(addresses);
  return {
    usualEvents: ['SUCCEEDED', 'SUCCESS'],
    prove: ({ topics = [] }) => snsProof(topics, keyAt, addresses),
    maxAgeMs: HOUR_MS,
    read(_raw, json) {
      const payload = messageOf(json);
      const state = firstText(payload, '/status', '/detail/state');
      return {
        event: state ?? textAt(json, '/Type') ?? '',
        delivery: textAt(json, '/MessageId'),
        payload,
        fields: fieldsOf({
          application: firstText(payload, '/applicationName', '/detail/application'),
          version: firstText(payload, '/deploymentId', '/detail/deploymentId'),
          environment: firstText(payload, '/deploymentGroupName', '/detail/deploymentGroup'),
        }),
        sentAt: Date.parse(textAt(json, '/Timestamp') ?? ''),
      };
    },
    async greet(json) {
      const message = json as Record<string, unknown>;
      if (!isSubscription(message)) return undefined;
      await confirmSubscription(message, addresses);
      return 'the subscription of the topic was confirmed';
    },
  };
}

/** The JSON in the text of a message; the text itself where it is none. */
function messageOf(json: unknown): unknown {
  const message = textAt(json, '/Message');
  try {
    return JSON.parse(message ?? '');
  } catch {
    return message;
  }
}
