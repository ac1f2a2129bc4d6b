import { didYouMean } from '../closest.ts';
import type { AccountKind, LoginType } from './account-kinds.ts';
import { mapOf, optional, section, type ValueOf } from './collection.ts';
import { readSigning, type Signing } from './account-signing.ts';
import { secret, textOrSecret } from './reference.ts';
import { badKey, choice, flag, text, webAddress, type Setting } from './setting.ts';

/** Headers whose values are credentials by their names. */
const SECRET_HEADER = /auth|cookie|token|secret|password|key/i;

/** Headers of each request; those that are credentials by their names must be references. */
export const headers = mapOf((name) => (SECRET_HEADER.test(name) ? secret : textOrSecret));

/** A login, whatever way it was written, as requests show it. */
export interface Login {
  bearerToken?: string;
  username?: string;
  password?: string;
  headers?: Record<string, string>;
  /** Where requests are signed, or bear a token that ends. */
  signing?: Signing;
}

const ways: { [T in LoginType]: Setting<object> } = {
  none: section({ type: text }),
  basic: section({ type: text, username: text, password: secret }),
  bearer: section({ type: text, token: secret }),
  headers: section({ type: text, headers: mapOf(() => secret) }),
  'api-key': section({ type: text, key: secret }),
  sigv4: section({
    type: text,
    region: text,
    service: optional(text),
    accessKeyId: optional(textOrSecret),
    secretAccessKey: optional(secret),
    sessionToken: optional(secret),
    roleArn: optional(text),
    webIdentityTokenFile: optional(text),
    instance: optional(flag),
    stsUrl: optional(webAddress),
  }),
  google: section({ type: text, key: optional(secret), instance: optional(flag) }),
  azure: section({
    type: text,
    scope: text,
    clientId: optional(text),
    instance: optional(flag),
  }),
  'key-pair': section({ type: text, account: text, user: text, key: secret }),
  oauth2: section({
    type: text,
    tokenUrl: webAddress,
    clientId: textOrSecret,
    clientSecret: secret,
    scope: optional(text),
  }),
};

/** What the ways give together. */
type Written = Login & { token?: string; key?: string };

/** `auth`: one of the ways in which a kind of source lets one log in. */
export function loginOf({
  logins,
  loginHeaders = [],
  apiKey,
}: Pick<AccountKind, 'logins' | 'loginHeaders' | 'apiKey'>): Setting<Login> {
  return {
    parse(value, place) {
      const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : '';
      const key = `${place.key}.type`;
      const way = choice(logins).parse(type, { ...place, key });
      const written = ways[way].parse(value, place) as Written;
      const { token, key: apiKeyText, ...login } = written;
      const given = Object.keys(login.headers ?? {});
      const missing =
        way === 'headers' ? loginHeaders.find((name) => !hasHeader(given, name)) : undefined;
      if (missing !== undefined) {
        throw badKey(
          `${place.key}.headers`,
          `needs the header ${missing}${didYouMean(missing, given)}`,
        );
      }
      const signing = readSigning(way, written, place);
      if (signing !== undefined) return { signing };
      return {
        ...(login.username === undefined ? {} : { username: login.username }),
        ...(login.password === undefined ? {} : { password: login.password }),
        ...(login.headers === undefined ? {} : { headers: login.headers }),
        ...(apiKeyText === undefined || apiKey === undefined
          ? {}
          : { headers: { [apiKey.header]: `${apiKey.before}${apiKeyText}` } }),
        ...(token === undefined ? {} : { bearerToken: token }),
      };
    },
  };
}

function hasHeader(given: readonly string[], name: string): boolean {
  return given.some((one) => one.toLowerCase() === name.toLowerCase());
}

export type Headers = ValueOf<typeof headers>;
