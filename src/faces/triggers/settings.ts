import { createPrivateKey } from 'node:crypto';
import type { Config } from '../../config.ts';
import { loadContract } from '../../contract/contract.ts';
import { listOf, optional, section, type Section } from '../../settings/collection.ts';
import type { FaceSettings } from '../../settings/face-settings.ts';
import { secret } from '../../settings/reference.ts';
import { signingSecrets } from '../../settings/receivers.ts';
import { badKey, integer, text, webAddress, webOrigin } from '../../settings/setting.ts';
import type { Setting } from '../../settings/setting.ts';
import { checkTrigger } from './check-trigger.ts';
import type { Trigger } from './trigger.ts';

/** As the API takes it: the contract has its rules, so that both say the same of a mistake. */
const document: Setting<unknown> = { parse: (value) => value };

const sections = {
  triggers: section({
    secrets: signingSecrets,
    declared: listOf(document),
    maxBodyBytes: integer(1024, 2 ** 25),
    github: section({
      apiUrl: webAddress,
      token: optional(secret),
      appId: optional(text),
      privateKey: optional(secret),
    }),
    sns: section({ origins: listOf(webOrigin) }),
  }),
};

export type TriggerSettings = Section<typeof sections>['triggers'];
export type GithubSettings = TriggerSettings['github'];

/** What the configuration says to this face. */
export const triggerSettings: FaceSettings = {
  sections,
  check(own) {
    const { triggers } = own as Section<typeof sections>;
    checkDeclared(triggers);
    checkGithub(triggers.github);
  },
};

export function triggerSettingsOf({ faces }: Pick<Config, 'faces'>): TriggerSettings {
  return (faces as Section<typeof sections>).triggers;
}

function checkDeclared({ declared, secrets: known }: TriggerSettings): void {
  if (declared.length === 0) return;
  const rules = { contract: loadContract(), secrets: known };
  for (const [index, one] of declared.entries()) {
    const key = `triggers.declared[${index}]`;
    const [violation] = checkTrigger(one, rules);
    if (violation === undefined) continue;
    throw badKey(`${key}${violation.pointer.replaceAll('/', '.')}`, violation.message);
  }
  const names = (declared as Trigger[]).map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw badKey('triggers.declared', `has the name "${twice}" twice`);
}

function checkGithub({ token, appId, privateKey }: GithubSettings): void {
  if ((appId === undefined) !== (privateKey === undefined)) {
    throw badKey('triggers.github', 'needs both appId and privateKey, or neither');
  }
  if (token !== undefined && appId !== undefined) {
    throw badKey('triggers.github', 'has a token and an app: only one of them can answer');
  }
  if (privateKey === undefined) return;
  try {
    createPrivateKey(privateKey);
  } catch {
    throw badKey('triggers.github.privateKey', 'is no private key in PEM form');
  }
}
