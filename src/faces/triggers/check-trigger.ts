import type { Contract } from '../../contract/contract.ts';
import type { Violation } from '../../errors.ts';
import { checkTemplates } from './mapping/map-request.ts';
import { whyNoPlace } from './mapping/template.ts';
import type { Secrets, Trigger, TriggerSender } from './trigger.ts';

export interface TriggerRules {
  contract: Contract;
  secrets: Secrets;
}

/** By a secret that it shows as the trigger says, or in its one way, or by certificates and the topics they sign for. */
const PROOFS: Record<TriggerSender, 'as it says' | 'settled' | 'topics'> = {
  argocd: 'as it says',
  cdevents: 'as it says',
  'codedeploy-sns': 'topics',
  flux: 'settled',
  generic: 'as it says',
  github: 'settled',
  gitlab: 'settled',
  jenkins: 'as it says',
  spinnaker: 'as it says',
};

/** Every way in which a trigger, declared or sent, cannot be used. */
export function checkTrigger(document: unknown, rules: TriggerRules): Violation[] {
  const violations = rules.contract.checkSchema('Trigger', document);
  if (violations.length > 0) return violations;
  const trigger = document as Trigger;
  return [
    ...checkProof(trigger, rules.secrets),
    ...checkScheme(trigger),
    ...checkPlaces(trigger),
    ...checkLabels(trigger),
    ...checkTemplates(trigger),
  ];
}

function checkProof(trigger: Trigger, secrets: Secrets): Violation[] {
  const { sender, secret, topics } = trigger;
  if (PROOFS[sender] === 'topics') {
    const odd = { pointer: '/secret', message: `is nothing that ${sender} knows: leave it out` };
    const lacking = { pointer: '/topics', message: `is required for ${sender}` };
    return [...(secret === undefined ? [] : [odd]), ...(topics === undefined ? [lacking] : [])];
  }
  const odd = { pointer: '/topics', message: `is nothing that ${sender} has: leave it out` };
  return [...checkSecret(trigger, secrets), ...(topics === undefined ? [] : [odd])];
}

function checkSecret({ sender, secret, signature }: Trigger, secrets: Secrets): Violation[] {
  const pointer = '/secret';
  if (secret === undefined) return [{ pointer, message: `is required for ${sender}` }];
  const texts = Object.hasOwn(secrets, secret) ? secrets[secret] : undefined;
  if (texts === undefined || texts.length === 0) {
    return [
      { pointer, message: `is no secret of the configuration: add it under triggers.secrets` },
    ];
  }
  if (signature?.scheme !== 'standard-webhooks' || texts.every(isSigningSecret)) return [];
  const form = 'names a secret that must be "whsec_" and the base64 of 24 to 64 bytes';
  return [{ pointer, message: `${form} for this scheme` }];
}

function isSigningSecret(text: string): boolean {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const { length } = Buffer.from(encoded ?? '', 'base64');
  return length >= 24 && length <= 64;
}

function checkScheme({ sender, signature }: Trigger): Violation[] {
  if (signature === undefined) return [];
  if (PROOFS[sender] !== 'as it says') {
    return [{ pointer: '/signature', message: `is settled for ${sender}: leave it out` }];
  }
  const { scheme, ...given } = signature;
  const fields: Record<string, string[]> = {
    bearer: [],
    header: ['header'],
    'hmac-sha256': ['header', 'prefix', 'encoding'],
    'standard-webhooks': [],
  };
  const known = fields[scheme] ?? [];
  const odd = Object.keys(given).filter((name) => !known.includes(name));
  const lacking = known.includes('header') && given.header === undefined ? ['header'] : [];
  return [
    ...odd.map((name) => says(name, `belongs to no ${scheme}: leave it out`)),
    ...lacking.map((name) => says(name, `is required for ${scheme}`)),
  ];
}

function says(name: string, message: string): Violation {
  return { pointer: `/signature/${name}`, message };
}

function checkPlaces({ when = {} }: Trigger): Violation[] {
  return Object.keys(when).flatMap((place) => {
    const message = whyNoPlace(place);
    return message === undefined ? [] : [{ pointer: '/when', message }];
  });
}

/** As many as an analysis may have, less the two that name trigger and delivery. */
const MAX_LABELS = 30;

function checkLabels({ request: { labels = {} } }: Trigger): Violation[] {
  const own = ['trigger', 'delivery'].filter((name) => Object.hasOwn(labels, name));
  const odd = own.map((name) => ({
    pointer: `/request/labels/${name}`,
    message: 'is set by itself: leave it out',
  }));
  if (Object.keys(labels).length <= MAX_LABELS) return odd;
  return [...odd, { pointer: '/request/labels', message: `has more than ${MAX_LABELS} labels` }];
}
