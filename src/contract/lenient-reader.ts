import type { Violation } from '../errors.ts';

/** The part of a JSON schema that reading follows; everything else is for checking. */
export interface LenientSchema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  readOnly?: boolean;
  default?: unknown;
  properties?: Record<string, LenientSchema>;
  additionalProperties?: boolean | LenientSchema;
  items?: LenientSchema;
  oneOf?: LenientSchema[];
  discriminator?: { propertyName: string };
}

/** A number as it was written, where its text says more than its value: `1.0`. */
export interface WrittenNumber {
  written: string;
}

interface Place {
  pointer: string;
  violations: Violation[];
}

/** A value in the form that a schema asks for; undefined when there is none or a rule is broken. */
export type ReadLeniently = (schema: LenientSchema, value: unknown, place: Place) => unknown;

/**
 * Reads JSON the way Jackson does for Kayenta: what the schema does not name is dropped, null is the
 * same as absent, scalars are coerced, and nothing is required. Schemas without properties and without
 * a type for their members take any JSON as it is.
 */
export function createLenientReader(resolve: (reference: string) => LenientSchema): ReadLeniently {
  const read: ReadLeniently = (given, value, place) => {
    const schema = given.$ref === undefined ? given : resolve(given.$ref);
    if (value === null || value === undefined) return schema.default;
    if (schema.oneOf !== undefined) return readChoice(schema, value, place);
    switch (typeOf(schema)) {
      case 'object':
        return readObject(schema, value, place);
      case 'array':
        return readList(schema, value, place);
      case 'number':
      case 'integer':
        return readNumber(value, typeOf(schema) === 'integer', place) ?? schema.default;
      case 'boolean':
        return readBoolean(value, place) ?? schema.default;
      default:
        return schema.format === 'date-time' ? readInstant(value, place) : readText(value, place);
    }
  };

  function readChoice(schema: LenientSchema, value: unknown, place: Place): unknown {
    const tag = schema.discriminator?.propertyName ?? '';
    const branches = (schema.oneOf ?? []).map(({ $ref = '' }) => resolve($ref));
    const wanted = isObject(value) ? value[tag] : undefined;
    const branch = branches.find(
      ({ properties }) => (properties?.[tag] as { enum?: unknown[] })?.enum?.[0] === wanted,
    );
    if (branch !== undefined) return readObject(branch, value, place);
    return refuse({ ...place, pointer: `${place.pointer}/${tag}` }, 'a known kind');
  }

  function readObject(schema: LenientSchema, value: unknown, place: Place): unknown {
    if (!isObject(value) || Array.isArray(value)) return refuse(place, 'an object');
    const { properties, additionalProperties } = schema;
    if (properties === undefined && typeof additionalProperties !== 'object') return plain(value);
    const keys = properties === undefined ? Object.keys(value) : Object.keys(properties);
    const members = keys.map((key) => {
      const inner = properties?.[key] ?? (additionalProperties as LenientSchema);
      if (inner.readOnly === true) return [key, undefined];
      const own = Object.hasOwn(value, key) ? value[key] : undefined;
      return [key, read(inner, own, { ...place, pointer: `${place.pointer}/${key}` })];
    });
    return Object.fromEntries(members.filter(([, member]) => member !== undefined));
  }

  function readList(schema: LenientSchema, value: unknown, place: Place): unknown {
    if (!Array.isArray(value)) return refuse(place, 'a list');
    return value.map((item: unknown, index) => {
      const at = { ...place, pointer: `${place.pointer}/${index}` };
      return item === null ? refuse(at, 'something') : read(schema.items ?? {}, item, at);
    });
  }

  return read;
}

/** The first type that is not null; a schema that says nothing is one of text. */
function typeOf({ type }: LenientSchema): string {
  return (Array.isArray(type) ? type[0] : type) ?? 'string';
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const SPECIAL = ['NaN', 'Infinity', '-Infinity'];
/** A Java long; JavaScript's own numbers are exact only up to 2^53. */
const MAX_LONG = 2 ** 63;

function readNumber(value: unknown, isWhole: boolean, place: Place): number | undefined {
  const needed = isWhole ? 'a whole number' : 'a number';
  const text = isWritten(value) ? Number(value.written) : value;
  if (text === '') return undefined;
  const isNumeric =
    typeof text === 'number' ||
    (typeof text === 'string' && (isWhole ? /^[+-]?\d+$/ : DECIMAL).test(text.trim())) ||
    (!isWhole && SPECIAL.includes(text as string));
  if (!isNumeric) return refuse(place, needed);
  const number = Number(text);
  if (!isWhole) return number;
  return Math.abs(number) < MAX_LONG ? Math.trunc(number) : refuse(place, needed);
}

function readBoolean(value: unknown, place: Place): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === '') return undefined;
  if (Number.isInteger(value)) return value !== 0;
  if (/^(true|True|TRUE)$/.test(String(value))) return true;
  return /^(false|False|FALSE)$/.test(String(value)) ? false : refuse(place, 'true or false');
}

function readText(value: unknown, place: Place): string | undefined {
  if (isWritten(value)) return value.written;
  if (typeof value === 'string') return value;
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  return isScalar ? String(value) : refuse(place, 'a text');
}

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** An instant as Java writes it: UTC, with 0, 3, 6 or 9 digits of a second. */
function readInstant(value: unknown, place: Place): string | undefined {
  if (value === '') return undefined;
  const isCount = Number.isInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value));
  const [, whole = '', digits = '', zone = ''] = isCount
    ? (INSTANT.exec(isoText(Number(value))) ?? [])
    : (INSTANT.exec(typeof value === 'string' ? value : '') ?? []);
  const seconds = isoText(Date.parse(`${whole}${zone}`)).slice(0, -5);
  if (seconds === '') return refuse(place, 'an instant such as 2026-01-15T10:00:00Z');
  const kept = digits.replace(/0+$/, '');
  const fraction = kept === '' ? '' : `.${kept.padEnd(Math.ceil(kept.length / 3) * 3, '0')}`;
  return `${seconds}${fraction}Z`;
}

function isoText(at: number): string {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : '';
}

/** Any JSON as it came, with numbers as numbers. */
function plain(value: unknown): unknown {
  if (isWritten(value)) return Number(value.written);
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

const WRITTEN = Symbol('number as written');

/** JSON whose numbers keep their text where it says more than their value does. */
export function parseJsonAsWritten(text: string): unknown {
  return JSON.parse(text, ((_key: string, value: unknown, context?: { source?: string }) => {
    const written = context?.source ?? '';
    return typeof value === 'number' && String(value) !== written
      ? { [WRITTEN]: true, written }
      : value;
  }) as (key: string, value: unknown) => unknown);
}

function isWritten(value: unknown): value is WrittenNumber {
  return isObject(value) && WRITTEN in value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function refuse({ pointer, violations }: Place, needed: string): undefined {
  violations.push({ pointer, message: `must be ${needed}` });
  return undefined;
}
