import type { Prepare, Submit } from '../../analysis/accept/submit.ts';
import type { Config } from '../../config.ts';
import type { Contract } from '../../contract/contract.ts';
import type { Face } from '../../http/face.ts';
import type { OutboundClient } from '../../outbound/client.ts';
import type { Store } from '../../store/store.ts';
import type { Log, Meters } from '../../telemetry.ts';
import type { Carrier } from '../../webhooks/sender.ts';
import { createTriggerDialect } from './dialect.ts';
import { createRuleCarrier, type CarrierParts } from './protection-rule/carrier.ts';
import { CARRIER } from './protection-rule/rule.ts';
import { createReceive } from './receive.ts';
import { triggerHandlers } from './routes.ts';
import { createSenders } from './senders/registry.ts';
import { triggerSettings, triggerSettingsOf } from './settings.ts';
import { createShelf } from './shelf.ts';
import type { Trigger } from './trigger.ts';

export interface TriggersParts {
  contract: Contract;
  store: Store;
  submit: Submit;
  prepare: Prepare;
  /** Calls public addresses alone, unless the operator allows others. */
  publicClient: OutboundClient;
  log: Log;
  meters: Meters;
  now(): number;
}

/** CD systems call by themselves, each in its own way, and an analysis starts. */
export const triggersFace = {
  create(config: Config, parts: TriggersParts): Face {
    const settings = triggerSettingsOf(config);
    const { store, publicClient: client, contract, now } = parts;
    const senders = createSenders({ client, snsOrigins: settings.sns.origins, now });
    const shelf = createShelf(settings.declared as Trigger[], store);
    const receive = createReceive({ ...parts, shelf, senders, settings });
    const rules = { contract, secrets: settings.secrets };
    return {
      handlers: triggerHandlers({ ...parts, ...rules, receive, shelf }),
      dialect: createTriggerDialect(settings.maxBodyBytes),
    };
  },
  settings: triggerSettings,
  /** The answers to GitHub's deployment protection rules. */
  carriers: (config: Config, parts: CarrierParts): [string, Carrier][] => [
    [CARRIER, createRuleCarrier(triggerSettingsOf(config).github, parts)],
  ],
};
