import { readFileSync } from 'node:fs';
import { badKey, text, webAddress, type Place, type Setting } from './setting.ts';

const REFERENCE = /^(env|file):(.+)$/s;

/**
 * `env:NAME` or `file:PATH` (relative to the working directory; white space around a file's text is no part
 * of it), read as the secret behind it. A secret as text is refused, and never repeated in the message.
 */
export const secret: Setting<string> = {
  parse(value, place) {
    const resolved = resolve(value, place);
    if (resolved !== undefined) return resolved;
    throw badKey(place.key, 'holds a secret itself: write env:NAME or file:PATH instead');
  },
};

/** A reference, or the value itself where it is no secret. */
export const textOrSecret: Setting<string> = {
  parse: (value, place) => resolve(value, place) ?? text.parse(value, place),
};

/** An absolute http or https URL, which may be a secret as a whole: then it is a reference. */
export const webAddressOrSecret: Setting<{ address: string; isSecret: boolean }> = {
  parse(value, place) {
    const resolved = resolve(value, place);
    const address = webAddress.parse(resolved ?? value, place);
    return { address, isSecret: resolved !== undefined };
  },
};

/** A path, read as the text of that file. */
export const fileText: Setting<string> = {
  parse: (value, place) => readText(text.parse(value, place), place),
};

/** A Redis URL; one that carries a password must be a reference. */
export const redisAddress = serverAddress('redis', 'rediss');

/** The same of a PostgreSQL. */
export const postgresAddress = serverAddress('postgres', 'postgresql');

function serverAddress(...schemes: [string, string]): Setting<string> {
  const known = schemes.map((scheme) => `${scheme}://`).join(' or ');
  return {
    parse(value, place) {
      const resolved = resolve(value, place);
      const url = URL.parse(resolved ?? text.parse(value, place));
      if (url === null || !schemes.includes(url.protocol.slice(0, -1)))
        throw badKey(place.key, `must be a ${known} URL, or a reference to one`);
      const hasPassword = url.password !== '' || url.searchParams.has('password');
      if (resolved === undefined && hasPassword) {
        throw badKey(
          place.key,
          'carries a password: write env:NAME or file:PATH of the URL instead',
        );
      }
      return url.href;
    },
  };
}

/** Undefined when the value is no reference; a reference to nothing is refused. */
function resolve(value: unknown, place: Place): string | undefined {
  const [, kind, name] = (typeof value === 'string' && REFERENCE.exec(value)) || [];
  if (kind === undefined || name === undefined) return undefined;
  return kind === 'env' ? readVariable(name, place) : readText(name, place).trim();
}

function readVariable(name: string, { key, env }: Place): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw badKey(key, `refers to the environment variable ${name}, which is not set`);
}

function readText(path: string, { key }: Place): string {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw badKey(key, `names the file "${path}", which cannot be read (${code})`, error);
  }
  if (content.trim() === '') throw badKey(key, `names the file "${path}", which is empty`);
  return content;
}
