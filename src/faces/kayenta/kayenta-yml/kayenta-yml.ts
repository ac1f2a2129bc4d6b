import { readFileSync } from 'node:fs';
import type { ForeignSettings } from '../../../config.ts';
import { isEnabled, readStores, requireText, STORES } from './sections.ts';
import { readVendor, VENDORS, type Keep } from './vendors.ts';
import { listKayentaYmlWarnings } from './warnings.ts';
import { badKey, webAddress, type Environment } from '../../../settings/setting.ts';
import { parseSpringProperties, type SpringProperties } from './spring-properties.ts';

/**
 * Reads a `kayenta.yml`. Like Kayenta it ignores the accounts of a section that is not enabled. Throws what
 * the YAML parser throws, and Faults (`bad-configuration`) by key; no secret is in either.
 */
export function readKayentaYml(text: string, env: Environment): ForeignSettings {
  const properties = parseSpringProperties(text, env);
  const secrets: Record<string, string> = {};
  const keep = (name: string, value: string | undefined): string | undefined => {
    if (value === undefined) return undefined;
    secrets[name] = value;
    return `env:${name}`;
  };
  const stores = STORES.flatMap((section) => readStores(properties, section));
  const document = {
    server: defined({ host: properties.text('server.address'), port: readPort(properties) }),
    ...defined({ accounts: readAccounts(properties, keep) }),
    remoteJudge: defined({ url: readRemoteJudge(properties) }),
    kayenta: defined({
      accounts: stores.length > 0 ? stores : undefined,
      standaloneAnalysis: properties.flag('kayenta.standalone-canary-analysis.enabled'),
    }),
  };
  return { document, secrets, warnings: listKayentaYmlWarnings(properties) };
}

function readPort(properties: SpringProperties): number | undefined {
  const port = properties.text('server.port');
  return port === undefined ? undefined : readInteger('server.port', port);
}

function readAccounts(properties: SpringProperties, keep: Keep): object[] | undefined {
  const attempts = properties.text('kayenta.metrics.retry.attempts');
  const common = { attempts: attempts && readInteger('kayenta.metrics.retry.attempts', attempts) };
  const accounts = [
    ...readPrometheus(properties, keep, common),
    ...VENDORS.flatMap((vendor) =>
      readVendor(vendor, properties, keep).map((own) => ({ ...common, ...own })),
    ),
  ];
  return accounts.length === 0 ? undefined : accounts.map((account) => defined({ ...account }));
}

function readPrometheus(properties: SpringProperties, keep: Keep, common: object): object[] {
  const section = 'kayenta.prometheus';
  const keys = properties.items(`${section}.accounts`);
  if (!isEnabled(properties, 'prometheus') || keys.length === 0) return [];
  const all = {
    ...common,
    source: 'prometheus',
    scopeLabel: properties.text(`${section}.scopeLabel`),
    health: properties.flag(`${section}.health.enabled`),
  };
  return keys.map((key) => readPrometheusAccount(properties, key, keep, all));
}

function readPrometheusAccount(
  properties: SpringProperties,
  key: string,
  keep: Keep,
  common: object,
): object {
  const own = (name: string) => properties.text(`${key}.${name}`);
  properties.pass(`${key}.supportedTypes`); // Kayenta does not read it either
  const urlKey = `${key}.endpoint.baseUrl`;
  const literal = { username: own('username'), password: own('password') };
  const file = own('usernamePasswordFile');
  const login = file === undefined ? literal : readLogin(file, `${key}.usernamePasswordFile`);
  return defined({
    ...common,
    name: requireText(properties, `${key}.name`),
    url: webAddress.parse(requireText(properties, urlKey), { key: urlKey, env: {} }),
    username: login.username,
    password: keep(`${key}.password`, login.password),
    bearerToken: keep(`${key}.bearerToken`, own('bearerToken')),
  });
}

/** A file with `username:password`. */
function readLogin(path: string, key: string): { username: string; password: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw badKey(key, `names the file "${path}", which cannot be read (${code})`, error);
  }
  const colon = text.indexOf(':');
  if (colon < 1) throw badKey(key, `names the file "${path}", which holds no username:password`);
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function readRemoteJudge(properties: SpringProperties): string | undefined {
  const section = 'kayenta.remote-judge';
  const isEnabled = properties.flag(`${section}.enabled`) === true;
  const key = `${section}.endpoint.baseUrl`;
  properties.pass(key);
  return isEnabled ? webAddress.parse(requireText(properties, key), { key, env: {} }) : undefined;
}

function readInteger(key: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw badKey(key, 'must be a whole number');
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
