import { isIP } from 'node:net';
import { parse as parseYaml } from 'yaml';
import { Fault } from '../errors.ts';
import { parseDuration } from '../model/time/duration.ts';
import { LONGEST_TIMER_MS } from '../model/time/time-limits.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a value stands: its key as `server.port`, and the environment that references may read. */
export interface Place {
  key: string;
  env: Environment;
}

/** One kind of configuration value. */
export interface Setting<T> {
  /** Checks what the YAML parser gave, or refuses it by key. */
  parse(value: unknown, place: Place): T;
  /** Turns the text of an environment variable into what the YAML parser would give. */
  fromVariable?: (text: string) => unknown;
  /** Only for sections: the settings inside. */
  fields?: Readonly<Record<string, Setting<unknown>>>;
}

export function badKey(key: string, problem: string, cause?: unknown): Fault {
  const subject = `configuration key "${key}"`;
  return new Fault('bad-configuration', `${subject} ${problem}`, { subject, cause });
}

/** What stands there instead of what was expected; texts are not repeated, as one may be a misplaced secret. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'that text' : JSON.stringify(value);
}

function scalar<T>(
  expected: string,
  read: (value: unknown) => T | undefined,
  fromVariable?: (text: string) => unknown,
): Setting<T> {
  return {
    parse(value, place) {
      const result = read(value);
      if (result !== undefined) return result;
      throw badKey(place.key, `must be ${expected}, not ${describeValue(value)}`);
    },
    ...(fromVariable && { fromVariable }),
  };
}

export const text = scalar('a text', (value) =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined,
);

export const flag = scalar(
  'true or false',
  (value) => (typeof value === 'boolean' ? value : undefined),
  parseYaml,
);

export function integer(min: number, max: number): Setting<number> {
  return scalar(
    `a whole number from ${min} to ${max}`,
    (value) => (isNumberWithin(value, min, max) && Number.isInteger(value) ? value : undefined),
    parseYaml,
  );
}

function isNumberWithin(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && value >= min && value <= max;
}

/** In milliseconds. */
export const duration = scalar('a duration above zero, like 30s, 5m or 30d', (value) => {
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  return ms === 0 ? undefined : ms;
});

/** In milliseconds; 0 is one of them. */
export const durationOrNone = scalar('a duration from 0s, like 15s or 1m', (value) =>
  typeof value === 'string' ? parseDuration(value) : undefined,
);

/** A duration that a timer waits for, in milliseconds. */
export const timeout = scalar('a duration above zero and at most 24d, like 30s or 5m', (value) => {
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  return ms === 0 || (ms ?? 0) > LONGEST_TIMER_MS ? undefined : ms;
});

export function choice<const T extends string>(words: readonly T[]): Setting<T> {
  return scalar(`one of ${words.join(', ')}`, (value) => words.find((word) => word === value));
}

/** An absolute http or https URL; without a slash at the end, so that paths can be appended. */
export const webAddress: Setting<string> = {
  parse(value, place) {
    const url = URL.parse(text.parse(value, place));
    if (url === null || !/^https?:$/.test(url.protocol)) {
      throw badKey(place.key, 'must be an http:// or https:// URL');
    }
    if (url.username !== '' || url.password !== '') {
      throw badKey(place.key, 'carries a user name or password: configure them beside the URL');
    }
    return url.href.replace(/\/$/, '');
  },
};

/** `10.0.0.0/8`, `fd00::/8`, or a single address. */
export const addressRange = scalar('an address or a range like 10.0.0.0/8', (value) => {
  if (typeof value !== 'string') return undefined;
  const [address = '', prefix = '0', ...rest] = value.split('/');
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  const fits = bits !== undefined && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
  return fits && rest.length === 0 ? value : undefined;
});

/** A host's name without a port, or `*.` and the end of many names. */
export const hostName = scalar('a host name like canary.example.com or *.example.com', (value) =>
  typeof value === 'string' && /^(\*\.)?[\w-]+(\.[\w-]+)*$/.test(value) ? value : undefined,
);

/** An address of a server, with its port. */
export const hostAndPort = scalar('a host and a port like 10.0.0.1:26379', (value) => {
  const url = typeof value === 'string' ? URL.parse(`tcp://${value}`) : null;
  return url !== null && url.port !== '' && url.host === value ? value : undefined;
});

/** What a browser says of the site of a page: scheme, host and, where it is another than the usual, port. */
export const webOrigin = scalar(
  'an origin like https://deck.example.com, without a path',
  (value) => {
    const url = typeof value === 'string' ? URL.parse(value) : null;
    return url !== null && /^https?:$/.test(url.protocol) && url.origin === value
      ? value
      : undefined;
  },
);
