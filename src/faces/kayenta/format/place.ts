import { Fault, type FaultCode } from '../../../errors.ts';

/** One value of a JSON document, and where it stands. */
export interface Place {
  /** What the document is, for messages: `kayenta config`. */
  document: string;
  code: FaultCode;
  /** RFC 6901. */
  pointer: string;
  value: unknown;
}

export function child(place: Place, key: string | number): Place {
  const step = String(key).replaceAll('~', '~0').replaceAll('/', '~1');
  const value = isObject(place.value) ? ownValue(place.value, String(key)) : undefined;
  return { ...place, pointer: `${place.pointer}/${step}`, value };
}

/** The place some steps further down; absent where anything on the way is absent or no object. */
export function descend(place: Place, ...keys: string[]): Place {
  return keys.reduce(child, place);
}

export function refuse(place: Place, needed: string): never {
  const pointer = place.pointer === '' ? 'its top' : place.pointer;
  const got = place.value === undefined ? 'nothing' : JSON.stringify(place.value).slice(0, 60);
  const message = `${place.document} has ${got} at ${pointer}, where ${needed} is needed`;
  const violation = { pointer: place.pointer, message: `must be ${needed}` };
  throw new Fault(place.code, message, { violations: [violation] });
}

/** The members of an object; null and absent count as empty. */
export function members(place: Place): Place[] {
  if (isAbsent(place)) return [];
  if (!isObject(place.value) || Array.isArray(place.value)) return refuse(place, 'an object');
  return Object.keys(place.value).map((key) => child(place, key));
}

/** The last step of the pointer, unescaped. */
export function keyOf(place: Place): string {
  const step = place.pointer.slice(place.pointer.lastIndexOf('/') + 1);
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The items of a list; null and absent count as empty. */
export function items(place: Place): Place[] {
  if (isAbsent(place)) return [];
  if (!Array.isArray(place.value)) return refuse(place, 'a list');
  return place.value.map((_, index) => child(place, index));
}

/** A text; numbers and booleans are taken as text, null and absent as undefined. */
export function text(place: Place): string | undefined {
  if (isAbsent(place)) return undefined;
  if (isObject(place.value)) return refuse(place, 'a text');
  return String(place.value);
}

/** A number; numeric texts, `"NaN"` and `"Infinity"` are taken as numbers, null and `""` as undefined. */
export function number(place: Place): number | undefined {
  if (isAbsent(place)) return undefined;
  const { value } = place;
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return refuse(place, 'a number');
  const trimmed = value.trim();
  if (trimmed === '') return undefined;
  return parseNumber(trimmed) ?? refuse(place, 'a number');
}

export function requiredNumber(place: Place): number {
  return number(place) ?? refuse(place, 'a number');
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const SPECIAL: Record<string, number> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  INF: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-INF': Number.NEGATIVE_INFINITY,
};

function parseNumber(literal: string): number | undefined {
  return DECIMAL.test(literal) ? Number(literal) : ownValue(SPECIAL, literal);
}

export function isAbsent(place: Place): boolean {
  return place.value === undefined || place.value === null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function ownValue<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
