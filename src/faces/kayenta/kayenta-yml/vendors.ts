import { accountKind, type AccountKindName } from '../../../settings/account-kinds.ts';
import { webAddress } from '../../../settings/setting.ts';
import { isEnabled, requireText } from './sections.ts';
import type { SpringProperties } from './spring-properties.ts';

/** Keeps a secret of the file out of the document and answers the reference to it; undefined for none. */
export type Keep = (name: string, value: string | undefined) => string | undefined;

/** How the accounts of one of Kayenta's sources become ours. */
export interface Vendor {
  /** Below `kayenta`, and the kind of source here. */
  section: AccountKindName;
  /** Section that has its accounts, of those that have metrics; its own unless told. */
  accounts?: string;
  /** The key of an account that has its address; `endpoint.baseUrl` unless told. */
  address?: string;
  isUsable?(own: (name: string) => string | undefined): boolean;
  /** What an account has beside name and url; `own` reads a key of it, `secret` keeps one and answers its reference. */
  read(own: (name: string) => string | undefined, secret: (name: string) => string): object;
}

/** All of Kayenta's sources beside Prometheus that are supported, one entry each. */
export const VENDORS: readonly Vendor[] = [
  {
    section: 'atlas',
    address: 'backendsJsonBaseUrl',
    read: () => ({ options: { backends: true } }),
  },
  {
    section: 'datadog',
    read: (_, secret) => ({
      auth: {
        type: 'headers',
        headers: { 'DD-API-KEY': secret('apiKey'), 'DD-APPLICATION-KEY': secret('applicationKey') },
      },
    }),
  },
  { section: 'graphite', read: () => ({}) },
  { section: 'influxdb', read: () => ({}) },
  {
    section: 'newrelic',
    read: (own, secret) => ({
      ...(own('endpoint.baseUrl') === undefined
        ? { url: 'https://insights-api.newrelic.com' }
        : {}),
      auth: { type: 'headers', headers: { 'X-Query-Key': secret('apiKey') } },
      options: {
        accountId: numberOr(own('applicationKey')), // the number of an account, in spite of its name
        api: 'insights',
        ...scopeKeys(own),
      },
    }),
  },
  {
    section: 'signalfx',
    read: (own, secret) => ({
      auth: { type: 'headers', headers: { 'X-SF-TOKEN': secret('accessToken') } },
      options: scopeKeys(own),
    }),
  },
  {
    section: 'stackdriver',
    accounts: 'google',
    isUsable: (own) => own('jsonPath') !== undefined,
    read: (own) => ({
      auth: { type: 'google', key: `file:${own('jsonPath')}` },
      options: { project: own('project') },
    }),
  },
  {
    section: 'wavefront',
    read: (_, secret) => ({ auth: { type: 'bearer', token: secret('apiToken') } }),
  },
];

function scopeKeys(own: (name: string) => string | undefined): object {
  const [scopeKey, locationKey] = [own('defaultScopeKey'), own('defaultLocationKey')];
  return {
    ...(scopeKey === undefined ? {} : { scopeKey }),
    ...(locationKey === undefined ? {} : { locationKey }),
  };
}

/** Texts that are none are refused by who reads the account. */
function numberOr(text: string | undefined): number | string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

/** The accounts of one source, as our own configuration writes them. */
export function readVendor(
  { section, accounts, address = 'endpoint.baseUrl', isUsable, read }: Vendor,
  properties: SpringProperties,
  keep: Keep,
): object[] {
  const top = `kayenta.${section}`;
  if (!isEnabled(properties, section)) {
    properties.pass(top);
    return [];
  }
  properties.pass(`${top}.metadataCachingIntervalMS`); // names are asked for when somebody wants them
  const found = properties.items(`kayenta.${accounts ?? section}.accounts`).filter((key) => {
    if (accounts === undefined) return true;
    if (!isEnabled(properties, accounts)) return false;
    const hasMetrics = properties.texts(`${key}.supportedTypes`).includes('METRICS_STORE');
    return hasMetrics && isUsable?.((name) => properties.text(`${key}.${name}`)) !== false;
  });
  return found.map((key) => {
    const own = (name: string) => properties.text(`${key}.${name}`);
    properties.pass(`${key}.supportedTypes`);
    return {
      name: requireText(properties, `${key}.name`),
      source: section,
      url: readUrl(section, `${key}.${address}`, properties),
      ...read(own, (name) => {
        const secretKey = `${key}.${name}`;
        return keep(secretKey, requireText(properties, secretKey))!;
      }),
    };
  });
}

/** Undefined where none is written and the vendor has one address for everybody. */
function readUrl(
  section: AccountKindName,
  key: string,
  properties: SpringProperties,
): string | undefined {
  const isKnown = accountKind(section).defaultUrl !== undefined;
  const written = isKnown ? properties.text(key) : requireText(properties, key);
  return written === undefined ? undefined : webAddress.parse(written, { key, env: {} });
}
