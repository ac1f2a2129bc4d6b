import { parseAllDocuments } from 'yaml';
import { badKey, type Environment } from '../../../settings/setting.ts';

/**
 * A YAML file as Spring reads it: flat keys such as `kayenta.aws.accounts[0].name`, in which case, dashes
 * and underscores do not count, and values with `${placeholders}`.
 */
export interface SpringProperties {
  /** The value, its placeholders filled in; undefined where there is none, or an empty one. Fault by key. */
  text(key: string): string | undefined;
  flag(key: string): boolean | undefined;
  /** A list, or a text with commas. */
  texts(key: string): string[];
  /** Keys of the items of a list: `key[0]`, `key[1]`, ... */
  items(key: string): string[];
  /** Takes everything below a key as read. */
  pass(key: string): void;
  /** What nobody has asked for, as written, in the order of the file. */
  unread(): string[];
  /** Profiles whose parts of the file are left out, as none is active. */
  profiles: string[];
}

interface Property {
  /** As written. */
  key: string;
  value: string;
  isRead: boolean;
}

const PROFILE_KEYS = ['spring.config.activate.on-profile', 'spring.profiles'];

/** Throws what the YAML parser throws. */
export function parseSpringProperties(text: string, env: Environment): SpringProperties {
  const { documents, profiles } = readDocuments(text);
  const properties = new Map<string, Property>();
  for (const document of documents) {
    for (const property of document) properties.set(canonical(property.key), property);
  }
  const below = (key: string) => [...properties].filter(([name]) => isWithin(name, canonical(key)));
  const read = (key: string): string | undefined => {
    const property = properties.get(canonical(key));
    if (property !== undefined) property.isRead = true;
    return property?.value;
  };
  const fill = (text: string, key: string) =>
    fillPlaceholders(text, key, (name) => env[name] ?? env[variableOf(name)] ?? read(name));
  const textAt = (key: string) => fill(read(key) ?? '', key).trim() || undefined;
  const items = (key: string) => {
    const wanted = canonical(key);
    const indexes = below(key).map(([name]) => /^\[(\d+)\]/.exec(name.slice(wanted.length))?.[1]);
    const known = [...new Set(indexes)].filter((index) => index !== undefined);
    return known.map((index) => `${key}[${index}]`);
  };

  return {
    profiles,
    items,
    text: textAt,
    flag(key) {
      const value = textAt(key)?.toLowerCase();
      if (value === undefined) return undefined;
      if (value === 'true' || value === 'false') return value === 'true';
      throw badKey(key, 'must be true or false');
    },
    texts(key) {
      const listed = items(key).map((item) => textAt(item) ?? '');
      const written = listed.length > 0 ? listed : (textAt(key) ?? '').split(',');
      return written.map((item) => item.trim()).filter((item) => item !== '');
    },
    pass(key) {
      for (const [, property] of below(key)) property.isRead = true;
    },
    unread: () => [...properties.values()].filter(({ isRead }) => !isRead).map(({ key }) => key),
  };
}

/** Documents for a profile hold only where that profile is active, which is nowhere here. */
function readDocuments(text: string): { documents: Property[][]; profiles: string[] } {
  const all = parseAllDocuments(text) as ReturnType<typeof parseAllDocuments> & unknown[];
  const documents: Property[][] = [];
  const profiles: string[] = [];
  for (const document of all) {
    const [error] = document.errors;
    // its further lines show the file, which may hold secrets
    if (error !== undefined) throw new Error(error.message.split('\n')[0]);
    const tree = document.toJS() as Yaml;
    if (typeof tree === 'object' ? Array.isArray(tree) : tree !== undefined) {
      throw new Error('it must be a map of keys to values');
    }
    const flat = flatten(tree, '');
    const profile = flat.find(({ key }) => PROFILE_KEYS.includes(key.replace(/\[\d+\]$/, '')));
    if (profile === undefined) documents.push(flat);
    else profiles.push(profile.value);
  }
  return { documents, profiles };
}

type Yaml = string | number | boolean | null | undefined | Yaml[] | { [name: string]: Yaml };

function flatten(value: Yaml, path: string): Property[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => flatten(item, `${path}[${index}]`));
  }
  if (typeof value !== 'object') return [{ key: path, value: String(value), isRead: false }];
  return Object.entries(value).flatMap(([name, inner]) =>
    flatten(inner, path === '' ? name : `${path}.${name}`),
  );
}

/** Case, dashes and underscores do not count. */
function canonical(key: string): string {
  return key.toLowerCase().replaceAll(/[-_]/g, '');
}

function isWithin(key: string, prefix: string): boolean {
  return key.startsWith(prefix) && ['', '.', '['].includes(key.charAt(prefix.length));
}

/** The variable that means a property: `SERVICES_REDIS_BASEURL` for `services.redis.baseUrl`. */
function variableOf(name: string): string {
  return name.replaceAll('-', '').replaceAll('.', '_').toUpperCase();
}

/** Deeper is a value that refers to itself. */
const MAX_DEPTH = 20;

/** `${NAME}` and `${NAME:default}`, which may be nested; a name without a value and a default is refused. */
function fillPlaceholders(
  text: string,
  key: string,
  lookUp: (name: string) => string | undefined,
  depth = 0,
): string {
  const start = text.indexOf('${');
  const end = start < 0 ? -1 : endOfPlaceholder(text, start);
  if (end < 0) return text;
  if (depth > MAX_DEPTH) throw badKey(key, 'has a placeholder that refers to itself');
  const fill = (part: string) => fillPlaceholders(part, key, lookUp, depth + 1);
  const inner = fill(text.slice(start + 2, end));
  const colon = inner.indexOf(':');
  const name = colon < 0 ? inner : inner.slice(0, colon);
  const value = lookUp(name) ?? (colon < 0 ? undefined : inner.slice(colon + 1));
  if (value === undefined) {
    throw badKey(key, `has the placeholder \${${name}}, which is not set in the environment`);
  }
  return text.slice(0, start) + fill(value) + fill(text.slice(end + 1));
}

function endOfPlaceholder(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text.startsWith('${', at)) depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
