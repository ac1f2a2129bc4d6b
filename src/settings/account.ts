import { ACCOUNT_KINDS, accountKind, type AccountKindName } from './account-kinds.ts';
import { exploreAddress, exploreTemplate } from './account-explore.ts';
import { headers, loginOf, type Login } from './account-login.ts';
import type { Signing } from './account-signing.ts';
import { listOfNamed, optional, section, type Section, type ValueOf } from './collection.ts';
import { fileText, secret } from './reference.ts';
import {
  badKey,
  choice,
  durationOrNone,
  flag,
  integer,
  text,
  timeout,
  type Setting,
} from './setting.ts';

/** One configured instance of a kind of metric source, its references resolved. */
export interface AccountConfig {
  name: string;
  source: AccountKindName;
  /** Without a slash at the end. */
  url: string;
  bearerToken?: string;
  username?: string;
  password?: string;
  headers: Readonly<Record<string, string>>;
  /** Where requests are signed, or bear a token that ends. */
  signing?: Signing;
  tls?: TlsConfig;
  /** Label of the instance name in Kayenta's `gce_instance` queries. */
  scopeLabel?: string;
  /** How often its server scrapes; 0 for VictoriaMetrics. */
  scrapeIntervalMs?: number;
  /** For one attempt. */
  timeoutMs?: number;
  /** Tries of one query before it has failed. */
  attempts?: number;
  /** Requests at once, of all judgements together; absent: `limits.accountConcurrency`. */
  maxConcurrent?: number;
  /** How long after the end of a window its values are whole; absent: at once. */
  settleMs?: number;
  maxSeries?: number;
  /** In one series, gaps included. */
  maxPoints?: number;
  /** Whether its server is a component of `/health`. */
  health?: boolean;
  /** Address at which browsers show a query, with places to fill in; absent: reports have no link. */
  explore?: string;
  /** What only its kind reads. */
  options?: Readonly<Record<string, unknown>>;
}

/** PEM texts, named as Node's TLS options are. */
export interface TlsConfig {
  ca?: string;
  cert?: string;
  key?: string;
  servername?: string;
  rejectUnauthorized?: boolean;
}

const tls = section({
  caFile: optional(fileText),
  certFile: optional(fileText),
  keyFile: optional(fileText),
  serverName: optional(text),
  insecureSkipVerify: optional(flag),
});

/** Written by accounts of every kind. */
const common = {
  name: text,
  source: text,
  headers: optional(headers),
  tls: optional(tls),
  timeout: optional(timeout),
  attempts: optional(integer(1, 100)),
  maxConcurrent: optional(integer(1, 1000)),
  settle: optional(durationOrNone),
  maxSeries: optional(integer(1, 100_000)),
  maxPoints: optional(integer(1, 10_000_000)),
  health: optional(flag),
  explore: optional(exploreAddress),
};

/** Short forms of `auth` and options that accounts of Prometheus had before there were other kinds. */
const prometheusOnly = {
  bearerToken: optional(secret),
  username: optional(text),
  password: optional(secret),
  scopeLabel: optional(text),
  scrapeInterval: optional(durationOrNone),
};

type Written = ValueOf<Setting<Section<typeof common & Partial<typeof prometheusOnly>>>> & {
  url: string | undefined;
  auth: Login | undefined;
  options: Record<string, unknown> | undefined;
};

const KINDS = Object.keys(ACCOUNT_KINDS) as AccountKindName[];
const sections = new Map(KINDS.map((kind) => [kind, sectionOf(kind)]));

function sectionOf(name: AccountKindName): Setting<Written> {
  const kind = accountKind(name);
  return section({
    ...common,
    url: kind.defaultUrl === undefined ? kind.url : optional(kind.url),
    auth: optional(loginOf(kind)),
    ...(name === 'prometheus' ? prometheusOnly : {}),
    ...(kind.options === undefined ? {} : { options: optional(kind.options) }),
  }) as unknown as Setting<Written>;
}

/** The kind decides what else an account may say. */
const account: Setting<AccountConfig> = {
  parse(value, place) {
    const given = typeof value === 'object' && value !== null ? value : {};
    const source = 'source' in given ? given.source : undefined;
    const key = place.key === '' ? 'source' : `${place.key}.source`;
    const kind = choice(KINDS).parse(source, { ...place, key });
    const written = sections.get(kind)!.parse(value, place);
    const problem = problemOf(written, kind);
    if (problem !== undefined) throw badKey(place.key, problem);
    return toAccount(written, kind);
  },
};

export const accounts = listOfNamed(account);

function problemOf(written: Written, name: AccountKindName): string | undefined {
  const { username, password, bearerToken, auth, tls } = written;
  const { logins, loginHeaders = [] } = accountKind(name);
  if ((username === undefined) !== (password === undefined)) {
    return 'needs both a username and a password, or neither';
  }
  if (bearerToken !== undefined && username !== undefined) {
    return 'has a bearerToken and a username: only one of them can be sent';
  }
  if (auth !== undefined && (bearerToken ?? username) !== undefined) {
    return 'has auth beside a bearerToken or username: only one of them can be sent';
  }
  if (auth === undefined && !logins.includes('none')) {
    const shown = loginHeaders.map((header) => `${header}: env:...`).join(', ');
    const example =
      loginHeaders.length > 0 ? `, as auth: {type: headers, headers: {${shown}}}` : '';
    return `needs auth (${logins.join(' or ')})${example}`;
  }
  if (written.explore !== undefined && exploreTemplate(written.explore, name) === undefined) {
    return 'has an explore address without {query}, so that it would show nothing of a query';
  }
  const half = (tls?.certFile === undefined) !== (tls?.keyFile === undefined);
  return half ? 'needs both tls.certFile and tls.keyFile, or neither' : undefined;
}

function toAccount(written: Written, name: AccountKindName): AccountConfig {
  const { auth = {}, ...rest } = written;
  const kind = accountKind(name);
  const settleMs = rest.settle ?? kind.settleMs;
  return withoutUndefined<AccountConfig>({
    name: rest.name,
    source: name,
    url: rest.url ?? kind.defaultUrl!,
    bearerToken: rest.bearerToken ?? auth.bearerToken,
    username: rest.username ?? auth.username,
    password: rest.password ?? auth.password,
    headers: { ...rest.headers, ...auth.headers },
    signing: auth.signing,
    tls: rest.tls && toTls(rest.tls),
    scopeLabel: rest.scopeLabel,
    scrapeIntervalMs: rest.scrapeInterval,
    timeoutMs: rest.timeout,
    attempts: rest.attempts,
    maxConcurrent: rest.maxConcurrent,
    settleMs: settleMs === 0 ? undefined : settleMs,
    maxSeries: rest.maxSeries,
    maxPoints: rest.maxPoints,
    health: rest.health,
    explore: rest.explore && exploreTemplate(rest.explore, name),
    options: rest.options,
  });
}

function toTls(written: ValueOf<typeof tls>): TlsConfig {
  const { caFile, certFile, keyFile, serverName, insecureSkipVerify } = written;
  return withoutUndefined<TlsConfig>({
    ca: caFile,
    cert: certFile,
    key: keyFile,
    servername: serverName,
    rejectUnauthorized: insecureSkipVerify === undefined ? undefined : !insecureSkipVerify,
  });
}

/** Optional properties are left out, not set to undefined. */
function withoutUndefined<T extends object>(value: { [K in keyof T]-?: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
