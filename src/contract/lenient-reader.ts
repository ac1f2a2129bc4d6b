import type { Violation } from '../errors.ts';
import {
  readBoolean,
  readDecimal,
  readInstant,
  readText,
  readWhole,
  Refusal,
  REFUSED,
  textOfNumber,
  type ScalarReader,
} from './lenient-scalars.ts';
import { escapePointer, MAX_VIOLATIONS } from './schema-violations.ts';

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

interface Place {
  /** Where the value stands. */
  pointer: string;
  /** Gains what is wrong with it, up to 100 in all. */
  violations: Violation[];
  /** Set by reading when a number stood where its text counts: `1.0` and `1` are different texts. */
  wantsWritten?: boolean;
}

/** A value in the form that a schema asks for; undefined when there is none or a rule is broken. */
export type ReadLeniently = (schema: LenientSchema, value: unknown, place: Place) => unknown;

/** Where reading has come to. The path is one list that grows and shrinks: bodies have millions of values. */
interface Reading {
  place: Place;
  path: (string | number)[];
}

type Reader = (value: unknown, reading: Reading) => unknown;

/** Free parts are kept as they came, but no deeper: whatever writes them again does so step by step. */
const MAX_FREE_DEPTH = 500;

/**
 * Reads JSON the way Jackson does for Kayenta: what the schema does not name is dropped, null is the
 * same as absent, scalars are coerced, and nothing is required. Schemas without properties and without
 * a type for their members take any JSON as it is. Each schema is prepared once, when it is first met.
 */
export function createLenientReader(resolve: (reference: string) => LenientSchema): ReadLeniently {
  const prepared = new Map<LenientSchema, Reader>();

  /** Schemas may refer to themselves, so what is inside one is prepared when the first value comes. */
  function readerOf(given: LenientSchema): Reader {
    const schema = given.$ref === undefined ? given : resolve(given.$ref);
    const known = prepared.get(schema);
    if (known !== undefined) return known;
    let inner: Reader | undefined;
    const reader: Reader = (value, reading) => {
      if (value === null || value === undefined) return schema.default;
      return (inner ??= prepare(schema))(value, reading);
    };
    prepared.set(schema, reader);
    return reader;
  }

  function prepare(schema: LenientSchema): Reader {
    if (schema.oneOf !== undefined) return choiceReader(schema);
    const type = typeOf(schema);
    if (type === 'object') return objectReader(schema);
    if (type === 'array') return listReader(schema);
    return scalarReader(schema, type);
  }

  function choiceReader({ discriminator, oneOf = [] }: LenientSchema): Reader {
    const tag = discriminator?.propertyName ?? '';
    const branches = new Map(
      oneOf.map(({ $ref = '' }) => {
        const branch = resolve($ref);
        const { enum: [kind] = [] } = (branch.properties?.[tag] ?? {}) as { enum?: unknown[] };
        return [kind, objectReader(branch)];
      }),
    );
    return (value, reading) => {
      const branch = isObject(value) ? branches.get(value[tag]) : undefined;
      return branch === undefined
        ? at(tag, reading, () => refuse(reading, 'a known kind'))
        : branch(value, reading);
    };
  }

  function objectReader({ properties, additionalProperties }: LenientSchema): Reader {
    if (properties === undefined && typeof additionalProperties !== 'object') return readFree;
    const member =
      properties === undefined ? readerOf(additionalProperties as LenientSchema) : undefined;
    const named = Object.entries(properties ?? {})
      .filter(([, inner]) => inner.readOnly !== true)
      .map(([key, inner]) => [key, readerOf(inner)] as const);
    return (value, reading) => {
      if (!isObject(value) || Array.isArray(value)) return refuse(reading, 'an object');
      const members =
        member === undefined ? named : Object.keys(value).map((key) => [key, member] as const);
      const read: Record<string, unknown> = {};
      for (const [key, reader] of members) {
        const own = Object.hasOwn(value, key) ? value[key] : undefined;
        reading.path.push(key);
        const found = reader(own, reading);
        reading.path.pop();
        if (found !== undefined) setOwn(read, key, found);
      }
      return read;
    };
  }

  function listReader({ items = {} }: LenientSchema): Reader {
    const reader = readerOf(items);
    return (value, reading) => {
      if (!Array.isArray(value)) return refuse(reading, 'a list');
      const { path } = reading;
      const last = path.push(0) - 1;
      const read = value.map((item: unknown, index) => {
        path[last] = index;
        return item === null ? refuse(reading, 'something') : reader(item, reading);
      });
      path.pop();
      return read;
    };
  }

  return (schema, value, place) => readerOf(schema)(value, { place, path: [] });
}

/** Scalars by type; where `isText` their writing counts. */
const SCALARS: Record<string, { read: ScalarReader; needed: string; isText: boolean }> = {
  number: { read: readDecimal, needed: 'a number', isText: false },
  integer: { read: readWhole, needed: 'a whole number', isText: false },
  boolean: { read: readBoolean, needed: 'true or false', isText: true },
  instant: { read: readInstant, needed: 'an instant such as 2026-01-15T10:00:00Z', isText: true },
  text: { read: readText, needed: 'a text', isText: true },
};

function scalarReader(schema: LenientSchema, type: string): Reader {
  const ofText = schema.format === 'date-time' ? 'instant' : 'text';
  const { read, needed, isText } = SCALARS[type] ?? SCALARS[ofText]!;
  // an empty or unreadable number or boolean counts as absent; a text is what it is
  const absent = SCALARS[type] === undefined ? undefined : schema.default;
  return (value, reading) => {
    if (isText && typeof value === 'number') reading.place.wantsWritten = true;
    const found = read(value);
    if (found instanceof Refusal) return refuse(reading, found.needed) ?? absent;
    return (found === REFUSED ? refuse(reading, needed) : found) ?? absent;
  };
}

/** The first type that is not null; a schema that says nothing is one of text. */
function typeOf({ type }: LenientSchema): string {
  return (Array.isArray(type) ? type[0] : type) ?? 'string';
}

/** Any JSON as it came, with numbers as numbers. */
const readFree: Reader = (value, reading) => {
  if (!isObject(value) || Array.isArray(value)) return refuse(reading, 'an object');
  return plain(value, MAX_FREE_DEPTH) ?? refuse(reading, `less than ${MAX_FREE_DEPTH} levels deep`);
};

/** Undefined where the value is deeper than so many levels. */
function plain(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const written = textOfNumber(value);
  if (written !== undefined) return Number(written);
  if (levels === 0) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item) => plain(item, levels - 1));
    return items.includes(undefined) ? undefined : items;
  }
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const found = plain(item, levels - 1);
    if (found === undefined) return undefined;
    setOwn(copy, key, found);
  }
  return copy;
}

/** An assignment to `__proto__` would not make a member of that name. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && textOfNumber(value) === undefined;
}

function at<T>(step: string, { path }: Reading, read: () => T): T {
  path.push(step);
  const found = read();
  path.pop();
  return found;
}

function refuse({ place, path }: Reading, needed: string): undefined {
  const { pointer, violations } = place;
  if (violations.length >= MAX_VIOLATIONS) return undefined;
  const steps = path.map((step) => `/${escapePointer(String(step))}`);
  violations.push({ pointer: pointer + steps.join(''), message: `must be ${needed}` });
  return undefined;
}
