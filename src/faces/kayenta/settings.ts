import { EVENT_TYPES } from '../../model/analysis.ts';
import { listOf, listOfNamed, optional, refine, section } from '../../settings/collection.ts';
import { choice, flag, text, webAddress } from '../../settings/setting.ts';

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

export const kayenta = section({
  accounts: listOfNamed(storeAccount),
  callbacks: listOf(callback),
  standaloneAnalysis: flag,
});
