import { optional, section } from './collection.ts';
import { badKey, choice, flag, integer, text, webAddress, type Setting } from './setting.ts';

/** Ways to log in that an account may write as `auth: {type: ...}`. */
export type LoginType =
  | 'none'
  | 'basic'
  | 'bearer'
  | 'headers'
  | 'api-key'
  | 'sigv4'
  | 'google'
  | 'azure'
  | 'oauth2'
  | 'key-pair';

/** What the accounts of one kind of metric source have of their own; what all have is in `account.ts`. */
export interface AccountKind {
  url: Setting<string>;
  /** Where the vendor is when an account does not say; absent: it must. */
  defaultUrl?: string;
  logins: readonly LoginType[];
  /** Headers that `auth: {type: headers}` must have. */
  loginHeaders?: readonly string[];
  /** The header of `auth: {type: api-key}`, and what stands before the key in it. */
  apiKey?: { header: string; before: string };
  /** How long after the end of a window its values are whole, as a rule. */
  settleMs: number;
  /** What only this kind reads, below `options`. */
  options?: Setting<Record<string, unknown>>;
}

/** An address with one of these schemes, for servers that are not asked by HTTP; a password in it is refused. */
function addressOf(...schemes: readonly string[]): Setting<string> {
  const shown = schemes.map((scheme) => `${scheme}://`).join(', ');
  return {
    parse(value, place) {
      const url = typeof value === 'string' ? URL.parse(value) : null;
      if (url === null || !schemes.includes(url.protocol.slice(0, -1))) {
        throw badKey(place.key, `must be a URL that begins with one of ${shown}`);
      }
      if (url.password !== '') {
        throw badKey(place.key, 'carries a password: configure it beside the URL, in auth');
      }
      return url.href.replace(/\/$/, '');
    },
  };
}

const HTTP = {
  url: webAddress,
  logins: ['none', 'basic', 'bearer', 'headers'],
} as const;

/** All kinds that have accounts. One line each, and one in `sources/kinds.ts`. */
export const ACCOUNT_KINDS = {
  prometheus: {
    ...HTTP,
    logins: [...HTTP.logins, 'sigv4', 'google', 'azure', 'oauth2'],
    settleMs: 0,
  },
  atlas: { ...HTTP, settleMs: 120_000, options: section({ backends: optional(flag) }) },
  cloudwatch: { url: webAddress, logins: ['sigv4'], settleMs: 180_000 },
  datadog: {
    url: webAddress,
    defaultUrl: 'https://api.datadoghq.com',
    logins: ['headers'],
    loginHeaders: ['DD-API-KEY', 'DD-APPLICATION-KEY'],
    settleMs: 120_000,
  },
  azure: {
    url: webAddress,
    logins: ['oauth2', 'azure', 'bearer', 'headers'],
    settleMs: 240_000,
    options: section({
      workspace: optional(text),
      resource: optional(text),
      metric: optional(text),
    }),
  },
  dynatrace: {
    url: webAddress,
    logins: ['api-key', 'bearer', 'headers', 'oauth2'],
    apiKey: { header: 'authorization', before: 'Api-Token ' },
    settleMs: 180_000,
    options: section({ api: optional(choice(['metrics', 'grail'])) }),
  },
  elasticsearch: {
    url: webAddress,
    logins: ['none', 'basic', 'bearer', 'headers', 'api-key'],
    apiKey: { header: 'authorization', before: 'ApiKey ' },
    settleMs: 35_000,
  },
  grafana: { ...HTTP, settleMs: 120_000 },
  http: { ...HTTP, logins: [...HTTP.logins, 'oauth2'], settleMs: 60_000 },
  influxdb: {
    ...HTTP,
    logins: [...HTTP.logins, 'api-key'],
    apiKey: { header: 'authorization', before: 'Token ' },
    settleMs: 15_000,
    options: section({
      version: optional(integer(1, 3)),
      database: optional(text),
      org: optional(text),
      bucket: optional(text),
    }),
  },
  graphite: { ...HTTP, settleMs: 60_000 },
  loki: { ...HTTP, settleMs: 30_000 },
  newrelic: {
    url: webAddress,
    defaultUrl: 'https://api.newrelic.com',
    logins: ['headers'],
    settleMs: 120_000,
    options: section({
      accountId: integer(1, 2 ** 31 - 1),
      api: optional(choice(['nerdgraph', 'insights'])),
      scopeKey: optional(text),
      locationKey: optional(text),
    }),
  },
  signalfx: {
    url: webAddress,
    defaultUrl: 'https://stream.signalfx.com',
    logins: ['headers'],
    loginHeaders: ['X-SF-TOKEN'],
    settleMs: 60_000,
    options: section({
      label: optional(choice(['start', 'end'])),
      scopeKey: optional(text),
      locationKey: optional(text),
    }),
  },
  splunk: { ...HTTP, settleMs: 60_000 },
  sql: {
    url: addressOf('postgres', 'postgresql', 'mysql', 'mariadb', 'http', 'https', 'file'),
    logins: ['none', 'basic', 'headers', 'bearer', 'google', 'key-pair'],
    settleMs: 10_000,
    options: section({
      assumeUtc: optional(flag),
      database: optional(text),
      dialect: optional(choice(['clickhouse', 'bigquery', 'snowflake'])),
      project: optional(text),
      dataset: optional(text),
      location: optional(text),
      maximumBytesBilled: optional(integer(1, Number.MAX_SAFE_INTEGER)),
      schema: optional(text),
      warehouse: optional(text),
      role: optional(text),
    }),
  },
  stackdriver: {
    url: webAddress,
    defaultUrl: 'https://monitoring.googleapis.com',
    logins: ['google', 'bearer'],
    settleMs: 240_000,
    options: section({ project: text }),
  },
  wavefront: { url: webAddress, logins: ['bearer'], settleMs: 60_000 },
} as const satisfies Record<string, AccountKind>;

export type AccountKindName = keyof typeof ACCOUNT_KINDS;

export function accountKind(name: AccountKindName): AccountKind {
  return ACCOUNT_KINDS[name];
}
