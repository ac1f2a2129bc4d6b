import { accounts } from './account.ts';
import {
  anyMap,
  listOf,
  listOfNamed,
  mapOf,
  optional,
  section,
  type Section,
} from './collection.ts';
import type { FaceSettings } from './face-settings.ts';
import { signingSecrets, subscriptions, tokens } from './receivers.ts';
import { fileText, postgresAddress, redisAddress, secret } from './reference.ts';
import {
  addressRange,
  choice,
  duration,
  flag,
  hostAndPort,
  hostName,
  integer,
  text,
  timeout,
  webAddress,
  webOrigin,
} from './setting.ts';
import type { Setting } from './setting.ts';

/** Keys that every face shares; their defaults and meanings are in `config/default.yaml`. */
const shared = {
  server: section({
    host: text,
    port: integer(0, 65_535),
    publicUrl: optional(webAddress),
    tokens: listOfNamed(section({ name: text, token: secret })),
    signingSecret: optional(secret),
    sessionLifetime: duration,
    reportLinkLifetime: duration,
    allowedHosts: listOf(hostName),
    cors: section({ origins: listOf(webOrigin) }),
    maxBodyBytes: integer(1024, 2 ** 30),
  }),
  data: section({
    directory: text,
    retention: duration,
    prunedPercentPerHour: integer(1, 100),
  }),
  database: section({
    url: optional(postgresAddress),
    maxConnections: integer(2, 1000),
    statementTimeout: timeout,
  }),
  redis: section({
    url: optional(redisAddress),
    prefix: text,
    cluster: flag,
    sentinels: listOf(hostAndPort),
    sentinelMaster: text,
    caFile: optional(fileText),
  }),
  configs: section({ directory: optional(text), reloadEvery: timeout }),
  accounts,
  profiles: mapOf(() => anyMap),
  outbound: section({
    sources: section({ allow: listOf(addressRange) }),
    scrape: section({ allow: listOf(addressRange) }),
    webhooks: section({ allow: listOf(addressRange) }),
  }),
  webhooks: section({ secrets: signingSecrets, tokens, subscriptions, timeout }),
  limits: section({
    executionDeadline: timeout,
    fetchConcurrency: integer(1, 1000),
    judgeConcurrency: integer(1, 1000),
    judgingThreads: optional(integer(1, 256)),
    judgingMemoryMegabytes: integer(32, 65_536),
    deliveryConcurrency: integer(1, 1000),
    accountConcurrency: integer(1, 1000),
    circuitFailures: integer(1, 10_000),
    circuitPause: timeout,
    maxPoints: integer(1, 10_000_000),
    maxMetrics: integer(1, 10_000),
    maxIntervals: integer(1, 10_000),
    maxSeries: integer(1, 100_000),
    requestsPerMinute: integer(1, 100_000_000),
    concurrentRequests: integer(1, 1_000_000),
    shutdownGrace: timeout,
  }),
  log: section({ level: choice(['error', 'warn', 'info', 'debug', 'silent']) }),
};

export type Settings = Section<typeof shared>;

/** Every key of the configuration: the shared ones, then the sections that faces bring. */
export function schemaOf(faces: readonly FaceSettings[]): Setting<Settings & FaceSections> {
  const brought = faces.map(({ sections }) => Object.entries(sections)).flat();
  return section({ ...shared, ...Object.fromEntries(brought) });
}

/** Parsed sections of faces, by key. */
export type FaceSections = Readonly<Record<string, unknown>>;
