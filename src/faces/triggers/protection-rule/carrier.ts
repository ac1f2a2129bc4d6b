import { Fault } from '../../../errors.ts';
import type { OutboundClient } from '../../../outbound/client.ts';
import type { Store } from '../../../store/store.ts';
import type { Carrier } from '../../../webhooks/sender.ts';
import type { GithubSettings } from '../settings.ts';
import { answerRule, type RuleEvent } from './answer.ts';
import { createAppToken } from './app-token.ts';
import { isAnswerAddress, type ProtectionRule } from './rule.ts';

export interface CarrierParts {
  client: OutboundClient;
  store: Store;
  now(): number;
}

/** Answers a deployment protection rule with what an event of its analysis tells. */
export function createRuleCarrier(github: GithubSettings, parts: CarrierParts): Carrier {
  const tokenFor = createAppToken(github, parts);
  return async (delivery, signal) => {
    const event = JSON.parse(delivery.body) as RuleEvent;
    const analysis = await parts.store.analyses.get(event.data.id);
    const rule = analysis?.snapshot.origin?.given as ProtectionRule | undefined;
    if (rule === undefined || !isAnswerAddress(delivery.url, github.apiUrl)) {
      throw new Fault(
        'webhook-failed',
        `delivery "${delivery.id}" was not sent: its address is none of triggers.github.apiUrl any more`,
      );
    }
    const token = await tokenFor(rule.installation, signal);
    return {
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'x-github-api-version': '2022-11-28',
      },
      body: JSON.stringify(answerRule(rule, event)),
    };
  };
}
