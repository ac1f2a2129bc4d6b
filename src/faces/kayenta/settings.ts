import type { Config } from '../../config.ts';
import { EVENT_TYPES } from '../../model/analysis.ts';
import {
  listOf,
  listOfNamed,
  optional,
  refine,
  section,
  type Section,
} from '../../settings/collection.ts';
import type { FaceSettings } from '../../settings/face-settings.ts';
import { badKey, choice, flag, text, webAddress } from '../../settings/setting.ts';

/** Accounts that only clients of the Kayenta API want to hear of: all of them mean the one store. */
const storeAccount = section({
  name: text,
  supportedTypes: listOf(choice(['OBJECT_STORE', 'CONFIGURATION_STORE'])),
});

/** Where events of analyses go that Kayenta's clients start, as their requests cannot say. */
const callback = refine(
  section({
    url: webAddress,
    secret: optional(text),
    events: optional(listOf(choice(EVENT_TYPES))),
  }),
  {
    check: () => undefined,
    convert: ({ url, secret, events }) => ({
      url,
      secret: secret ?? 'default',
      events: events ?? [...EVENT_TYPES],
    }),
  },
);

const sections = {
  kayenta: section({
    accounts: listOfNamed(storeAccount),
    callbacks: listOf(callback),
    standaloneAnalysis: flag,
  }),
  remoteJudge: section({ url: optional(webAddress) }),
};

export type KayentaSettings = Section<typeof sections>;

/** What the configuration says to this face. */
export const kayentaSettings: FaceSettings = {
  sections,
  check(own, secretNames) {
    for (const [index, { secret }] of (own as KayentaSettings).kayenta.callbacks.entries()) {
      if (secretNames.includes(secret)) continue;
      const why = `names the signing secret "${secret}", which webhooks.secrets does not have`;
      throw badKey(`kayenta.callbacks[${index}].secret`, why);
    }
  },
};

export function kayentaSettingsOf({ faces }: Pick<Config, 'faces'>): KayentaSettings {
  return faces as KayentaSettings;
}
