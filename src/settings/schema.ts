import { accounts } from './account.ts';
import { listOf, listOfNamed, mapOf, optional, section, type ValueOf } from './collection.ts';
import { kayenta } from '../faces/kayenta/settings.ts';
import { redisAddress, secret } from './reference.ts';
import { addressRange, choice, duration, integer, text, webAddress } from './setting.ts';
import type { Setting } from './setting.ts';

/** One secret, or several while one replaces another. */
const secrets: Setting<string[]> = {
  parse: (value, place) =>
    Array.isArray(value) ? listOf(secret).parse(value, place) : [secret.parse(value, place)],
};

/** Every key of the configuration; its values' defaults and meanings are in `config/default.yaml`. */
export const schema = section({
  server: section({
    host: text,
    port: integer(0, 65_535),
    publicUrl: optional(webAddress),
    tokens: listOfNamed(section({ name: text, token: secret })),
    maxBodyBytes: integer(1024, 2 ** 30),
  }),
  data: section({ directory: text, retention: duration }),
  redis: section({ url: optional(redisAddress) }),
  accounts,
  outbound: section({
    sources: section({ allow: listOf(addressRange) }),
    webhooks: section({ allow: listOf(addressRange) }),
  }),
  webhooks: section({ secrets: mapOf(() => secrets), timeout: duration }),
  kayenta,
  remoteJudge: section({ url: optional(webAddress) }),
  limits: section({
    executionDeadline: duration,
    fetchConcurrency: integer(1, 1000),
    judgeConcurrency: integer(1, 1000),
    deliveryConcurrency: integer(1, 1000),
    maxPoints: integer(1, 10_000_000),
    maxMetrics: integer(1, 10_000),
    maxIntervals: integer(1, 10_000),
    maxSeries: integer(1, 100_000),
    shutdownGrace: duration,
  }),
  log: section({ level: choice(['error', 'warn', 'info', 'debug', 'silent']) }),
});

export type Settings = ValueOf<typeof schema>;
