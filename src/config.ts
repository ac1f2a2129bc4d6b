import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { Fault } from './errors.ts';
import type { AccountConfig } from './settings/account.ts';
import { documentFromVariables, layer, refuseSlips } from './settings/layers.ts';
import type { FaceSettings } from './settings/face-settings.ts';
import { schemaOf, type FaceSections, type Settings } from './settings/schema.ts';
import type { Subscription } from './model/receiver/subscription.ts';
import type { Environment } from './settings/setting.ts';

export interface Config {
  server: {
    host: string;
    /** 0 takes any free port. */
    port: number;
    /** For links, without a slash at the end; undefined means the address that is listened on. */
    publicUrl: string | undefined;
    /** Bearer tokens of the API, each with the name it has in logs; none = open to everyone. */
    tokens: readonly { name: string; token: string }[];
    /** Vouches for sessions and report links; undefined means one that is made and kept in the data directory. */
    signingSecret: string | undefined;
    sessionLifetimeMs: number;
    reportLinkLifetimeMs: number;
    /** Names that this service answers to beside its own, `*.` for all below. */
    allowedHosts: readonly string[];
    cors: { origins: readonly string[] };
    maxBodyBytes: number;
  };
  data: { directory: string; retentionMs: number; prunedPercentPerHour: number };
  /** With a `url` the store is a PostgreSQL, not a file in `data.directory`. */
  database: { url: string | undefined; maxConnections: number; statementTimeoutMs: number };
  redis: {
    url: string | undefined;
    /** Start of every key in Redis. */
    prefix: string;
    /** Whether `url` names a node of a Redis Cluster. */
    cluster: boolean;
    /** `host:port`, of sentinels that know where `sentinelMaster` is. */
    sentinels: readonly string[];
    sentinelMaster: string;
    /** PEM text of the authority to trust. */
    caFile: string | undefined;
  };
  /** Configs that live in files; no directory, none. */
  configs: { directory: string | undefined; reloadEveryMs: number };
  accounts: readonly AccountConfig[];
  /** Defaults of teams by name, unchecked. */
  profiles: Readonly<Record<string, Record<string, unknown>>>;
  outbound: Record<'sources' | 'scrape' | 'webhooks', { allow: readonly string[] }>;
  webhooks: {
    /** Signing secrets by the name a callback gives; several while one replaces another. */
    secrets: Readonly<Record<string, readonly string[]>>;
    /** Tokens of other services by name, each with the only address that it is sent to. */
    tokens: Readonly<Record<string, { url: string; token: string }>>;
    subscriptions: readonly Subscription[];
    timeoutMs: number;
  };
  /** Sections that faces bring, by key; each face knows the type of its own. */
  faces: FaceSections;
  limits: {
    executionDeadlineMs: number;
    fetchConcurrency: number;
    judgeConcurrency: number;
    /** Undefined: by the number of cores. */
    judgingThreads: number | undefined;
    /** Of one thread. */
    judgingMemoryMegabytes: number;
    deliveryConcurrency: number;
    maxPoints: number;
    maxMetrics: number;
    maxIntervals: number;
    maxSeries: number;
    requestsPerMinute: number;
    concurrentRequests: number;
    shutdownGraceMs: number;
    accountConcurrency: number;
    circuitFailures: number;
    circuitPauseMs: number;
  };
  log: Settings['log'];
  /** What was not taken over from another service's settings, and doors that stand open, one line each. */
  warnings: readonly string[];
}

/** Settings of a service that this one replaces, as a layer of our own configuration. */
export interface ForeignSettings {
  /** A document of our own configuration; its secrets are references into `secrets`. */
  document: Record<string, unknown>;
  /** The secrets, which may be literal in that file, by the names that the document refers to. */
  secrets: Record<string, string>;
  /** One line for each part that is not taken over, or not wholly. */
  warnings: string[];
}

export interface ForeignFile {
  path: string;
  read(text: string, env: Environment): ForeignSettings;
}

/**
 * The defaults, under the settings of a service that is replaced (`foreign`), under the file (`file` or
 * CANARY_CONFIG), under the environment; checked and frozen. Fault `bad-configuration`, which names the key.
 */
export function loadConfig(options: {
  faces: readonly FaceSettings[];
  file?: string;
  foreign?: ForeignFile;
  env: Environment;
}): Config {
  const foreign = readForeign(options.foreign, options.env);
  const env = { ...options.env, ...foreign.secrets };
  const schema = schemaOf(options.faces);
  const file = options.file ?? env['CANARY_CONFIG'] ?? '';
  const redisUrl = env['REDIS_URL'] ? { redis: { url: 'env:REDIS_URL' } } : {};
  const databaseUrl = env['DATABASE_URL'] ? { database: { url: 'env:DATABASE_URL' } } : {};
  const document = [
    foreign.document,
    file === '' ? {} : readDocument(file),
    redisUrl,
    databaseUrl,
    documentFromVariables(schema, env),
  ].reduce(layer, readDocument(defaultConfigFile()));
  refuseSlips(schema, env, document);
  const settings = schema.parse(document, { key: '', env });
  for (const { check } of options.faces) check?.(settings, Object.keys(settings.webhooks.secrets));
  const warnings = [...foreign.warnings, ...warnOfOpenDoors(settings.server)];
  return freeze({ ...toConfig(settings), warnings });
}

/** Without tokens anyone who reaches the service may use its metric sources and receivers. */
function warnOfOpenDoors({ host, tokens }: Settings['server']): string[] {
  const isLocal = host === 'localhost' || host === '::1' || host.startsWith('127.');
  if (isLocal || tokens.length > 0) return [];
  return [
    `the API listens on ${host} and wants no token, so anyone who reaches it may use it: set server.tokens; until then it answers only under host names without a dot, addresses, and those of server.allowedHosts`,
  ];
}

function readForeign(file: ForeignFile | undefined, env: Environment): ForeignSettings {
  if (file === undefined) return { document: {}, secrets: {}, warnings: [] };
  return readFile(file.path, (text) => file.read(text, env));
}

/** Beside `src/` in a checkout; two levels above the compiled file in an installed package. */
export function defaultConfigFile(): string {
  const checkout = fileURLToPath(new URL('../config/default.yaml', import.meta.url));
  if (existsSync(checkout)) return checkout;
  return fileURLToPath(new URL('../../config/default.yaml', import.meta.url));
}

function readDocument(path: string): unknown {
  return readFile(path, (text) => {
    const document: unknown = parseYaml(text) ?? {};
    if (typeof document === 'object' && !Array.isArray(document)) return document;
    throw new Error('it must be a map of keys to values');
  });
}

/** Whatever goes wrong names the file; what its parser refuses by key says enough. */
function readFile<T>(path: string, parse: (text: string) => T): T {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof Fault) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const subject = `configuration file "${path}"`;
    throw new Fault('bad-configuration', `${subject} cannot be used: ${why}`, {
      subject,
      cause: error,
    });
  }
}

/** Inside, durations carry their unit in their names. */
function toConfig(settings: Settings & FaceSections): Omit<Config, 'warnings'> {
  const {
    server,
    data,
    database,
    redis,
    configs,
    accounts,
    profiles,
    outbound,
    webhooks,
    limits,
    log,
    ...faces
  } = settings;
  const { executionDeadline, shutdownGrace, circuitPause, ...numbers } = limits;
  const { sessionLifetime, reportLinkLifetime, ...door } = server;
  const { retention, ...keeping } = data;
  const { statementTimeout, ...engine } = database;
  const { timeout, ...receivers } = webhooks;
  return {
    server: {
      ...door,
      sessionLifetimeMs: sessionLifetime,
      reportLinkLifetimeMs: reportLinkLifetime,
    },
    database: { ...engine, statementTimeoutMs: statementTimeout },
    redis,
    configs: { directory: configs.directory, reloadEveryMs: configs.reloadEvery },
    accounts,
    profiles,
    outbound,
    log,
    faces,
    data: { ...keeping, retentionMs: retention },
    webhooks: { ...receivers, timeoutMs: timeout },
    limits: {
      ...numbers,
      executionDeadlineMs: executionDeadline,
      shutdownGraceMs: shutdownGrace,
      circuitPauseMs: circuitPause,
    },
  };
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
