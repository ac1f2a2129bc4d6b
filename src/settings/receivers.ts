import { DELIVERY_FORMATS, MANNERS } from '../model/receiver/receiver.ts';
import { STORED_PREFIX } from '../model/receiver/subscription.ts';
import { EVENT_TYPES } from '../model/analysis.ts';
import { listOf, listOfNamed, mapOf, optional, refine, section } from './collection.ts';
import { secret, webAddressOrSecret } from './reference.ts';
import { choice, text, webAddress } from './setting.ts';

/** One secret, or several while one replaces another. */
export const signingSecrets = mapOf(() => ({
  parse: (value, place) =>
    Array.isArray(value) ? listOf(secret).parse(value, place) : [secret.parse(value, place)],
}));

/** Each with the only address that it is sent to. */
export const tokens = mapOf(() => section({ url: webAddress, token: secret }));

const target = section({
  repository: text,
  sha: optional(text),
  deployment: optional(text),
  context: optional(text),
  ref: optional(text),
  pipeline: optional(text),
});

const filter = section({
  configs: optional(listOf(text)),
  applications: optional(listOf(text)),
  labels: optional(mapOf(() => text)),
});

const subscription = section({
  name: text,
  url: webAddressOrSecret,
  description: optional(text),
  secrets: optional(listOf(text)),
  events: optional(listOf(choice(EVENT_TYPES))),
  filter: optional(filter),
  format: optional(choice(DELIVERY_FORMATS)),
  token: optional(text),
  target: optional(target),
});

/** What they name is checked where the receivers of requests are: `analysis/accept/check-receiver`. */
export const subscriptions = listOfNamed(
  refine(subscription, {
    check: ({ name }) =>
      name.startsWith(STORED_PREFIX)
        ? `has the name "${name}": names that begin with ${STORED_PREFIX} are those of stored ones`
        : undefined,
    convert({ name, url, format = 'standard', secrets, events, filter: wanted, ...rest }) {
      const manners = MANNERS[format];
      const signing = manners.isSigned ? ['default'] : [];
      return {
        ...withoutUndefined(rest),
        name,
        id: name,
        origin: 'configuration' as const,
        url: url.address,
        isUrlSecret: url.isSecret,
        format,
        secrets: secrets ?? signing,
        events: events ?? [...manners.events],
        filter: withoutUndefined(wanted ?? {}),
      };
    },
  }),
);

/** Optional properties are left out, not set to undefined, at any depth. */
function withoutUndefined(value: object): object {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]: [string, unknown]) => [
        name,
        isMap(item) ? withoutUndefined(item) : item,
      ]),
  );
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
