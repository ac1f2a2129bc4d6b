import { Fault } from '../../../errors.ts';
import { textAt } from '../mapping/pointer.ts';
import type { Notice } from '../trigger.ts';
import type { GithubSettings } from '../settings.ts';

/** Stands in place of a signing secret in deliveries that this face sends itself. */
export const CARRIER = 'github-protection-rule';

/** A deployment that GitHub holds until it is told; kept as the origin of its analysis. */
export interface ProtectionRule {
  environment: string;
  /** Of the app, which answers as its installation. */
  installation?: string;
}

const EVENT = 'deployment_protection_rule';
const PATH = /^\/repos\/[\w.-]+\/[\w.-]+\/actions\/runs\/\d+\/deployment_protection_rule$/;

export function isProtectionRule({ event }: Notice): boolean {
  return event === EVENT || event.startsWith(`${EVENT}.`);
}

/** Where GitHub wants its answer, and what of the event it takes; refuses what could never be answered. */
export function readProtectionRule(
  { payload }: Notice,
  github: GithubSettings,
): { url: string; rule: ProtectionRule } {
  const url = textAt(payload, '/deployment_callback_url');
  const environment = textAt(payload, '/environment');
  const installation = textAt(payload, '/installation/id');
  if (url === undefined || environment === undefined) {
    throw refusal('has no deployment_callback_url or no environment');
  }
  if (!isAnswerAddress(url, github.apiUrl)) {
    throw refusal(
      `wants its answer at an address that is none of ${github.apiUrl}: set triggers.github.apiUrl`,
    );
  }
  if (github.token === undefined && github.appId === undefined) {
    throw refusal(
      'could never be answered: set triggers.github.appId and privateKey, or triggers.github.token',
    );
  }
  if (github.appId !== undefined && installation === undefined) {
    throw refusal('names no installation of the app: let the webhook of the app itself call');
  }
  return { url, rule: { environment, ...(installation === undefined ? {} : { installation }) } };
}

/** The token goes to the configured API alone, and there to answers of protection rules alone. */
export function isAnswerAddress(url: string, apiUrl: string): boolean {
  const isPlain = URL.parse(url)?.href === url; // without dots that lead elsewhere
  return isPlain && url.startsWith(`${apiUrl}/`) && PATH.test(url.slice(apiUrl.length));
}

function refusal(what: string): Fault {
  return new Fault('invalid-request', `the deployment protection rule ${what}`);
}
