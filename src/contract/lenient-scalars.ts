import { writtenText } from './json-as-written.ts';

/** What a value of JSON becomes, or `REFUSED`; undefined when there is none. */
export type ScalarReader = (value: unknown) => unknown;

/** Answered instead of a value that cannot be read as what it should be. */
export const REFUSED = Symbol('refused');

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const SPECIAL = ['NaN', 'Infinity', '-Infinity'];
/** A Java long; JavaScript's own numbers are exact only up to 2^53. */
const MAX_LONG = 2 ** 63;

/** How a number was written, where `parseJsonAsWritten` kept its text. */
export function textOfNumber(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? writtenText(value) : undefined;
}

export function readDecimal(value: unknown): unknown {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return numberOf(value) ?? REFUSED;
  if (value === '') return undefined;
  return DECIMAL.test(value.trim()) || SPECIAL.includes(value) ? Number(value) : REFUSED;
}

export function readWhole(value: unknown): unknown {
  if (value === '') return undefined;
  const number =
    typeof value === 'string' && /^[+-]?\d+$/.test(value.trim())
      ? Number(value)
      : typeof value === 'number'
        ? value
        : numberOf(value);
  return number !== undefined && Math.abs(number) < MAX_LONG ? Math.trunc(number) : REFUSED;
}

function numberOf(value: unknown): number | undefined {
  const written = textOfNumber(value);
  return written === undefined ? undefined : Number(written);
}

export function readBoolean(value: unknown): unknown {
  if (typeof value === 'boolean') return value;
  if (value === '') return undefined;
  if (Number.isInteger(value)) return value !== 0;
  if (typeof value !== 'string') return REFUSED;
  if (/^(true|True|TRUE)$/.test(value)) return true;
  return /^(false|False|FALSE)$/.test(value) ? false : REFUSED;
}

export function readText(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return textOfNumber(value) ?? REFUSED;
}

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** An instant as Java writes it: UTC, with 0, 3, 6 or 9 digits of a second. */
export function readInstant(value: unknown): unknown {
  if (value === '') return undefined;
  const isCount = Number.isInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value));
  const [, whole = '', digits = '', zone = ''] = isCount
    ? (INSTANT.exec(isoText(Number(value))) ?? [])
    : (INSTANT.exec(typeof value === 'string' ? value : '') ?? []);
  const seconds = isoText(Date.parse(`${whole}${zone}`)).slice(0, -5);
  if (seconds === '') return REFUSED;
  const kept = digits.replace(/0+$/, '');
  const fraction = kept === '' ? '' : `.${kept.padEnd(Math.ceil(kept.length / 3) * 3, '0')}`;
  return `${seconds}${fraction}Z`;
}

function isoText(at: number): string {
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : '';
}
