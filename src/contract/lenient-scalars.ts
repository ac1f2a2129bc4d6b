import { isShowable } from '../model/time-limits.ts';
import { writtenText } from './json-as-written.ts';

/** What a value of JSON becomes, or `REFUSED`; undefined when there is none. */
export type ScalarReader = (value: unknown) => unknown;

/** Answered instead of a value that cannot be read as what it should be. */
export const REFUSED = Symbol('refused');

/** The same, where it can be said what is needed instead. */
export class Refusal {
  readonly needed: string;
  constructor(needed: string) {
    this.needed = needed;
  }
}

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

/** An epoch number, in seconds. */
const EPOCH = /^[+-]?\d+(\.\d+)?$/;
/** Seconds of the years up to 1973: whoever writes so few meant another unit. */
const LEAST_SECONDS = 1e8;

/**
 * An instant as Java writes it: UTC, with 0, 3, 6 or 9 digits of a second. Numbers are seconds since 1970, as
 * Jackson reads them for an `Instant`, with decimals too.
 */
export function readInstant(value: unknown): unknown {
  if (value === '') return undefined;
  const written = typeof value === 'number' ? value : textOfNumber(value);
  const text = written === undefined ? value : withoutExponent(String(written));
  if (typeof text !== 'string') return REFUSED;
  return EPOCH.test(text) ? readEpoch(text) : readIso(text);
}

/** A number of JSON may be written `1.7e9`, a text may not. */
function withoutExponent(number: string): string {
  return /e/i.test(number) ? String(Number(number)) : number;
}

function readEpoch(text: string): unknown {
  const [whole = '', digits = ''] = text.split('.');
  const at = Number(whole) * 1000;
  if (Math.abs(Number(whole)) < LEAST_SECONDS) {
    const why = `epoch numbers are seconds, and ${text} s are ${isoText(at).slice(0, 10)}`;
    return new Refusal(`an instant: ${why}`);
  }
  if (!isShowable(at)) {
    const isMillis = isShowable(Number(whole)) && Number(whole) > 0;
    const meant = isMillis ? `; did you mean ${Number(whole) / 1000}?` : '';
    return new Refusal(`an instant: epoch numbers are seconds, not milliseconds${meant}`);
  }
  return javaText(at, digits);
}

function readIso(text: string): unknown {
  const [, whole = '', digits = '', zone = ''] = INSTANT.exec(text) ?? [];
  const at = Date.parse(`${whole}${zone}`);
  return isShowable(at) ? javaText(at, digits) : REFUSED;
}

function javaText(at: number, digits: string): string {
  const kept = digits.slice(0, 9).replace(/0+$/, '');
  const fraction = kept === '' ? '' : `.${kept.padEnd(Math.ceil(kept.length / 3) * 3, '0')}`;
  return `${isoText(at).slice(0, -5)}${fraction}Z`;
}

function isoText(at: number): string {
  return new Date(at).toISOString();
}
