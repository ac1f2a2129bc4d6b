import { readSampleValue } from '../grid/sample-value.ts';

export type Decimal = 'point' | 'comma';

/** A number of a cell in the base unit of its kind: milliseconds, bytes, percent, or plain. */
export interface ReadNumber {
  value: number;
  /** What may stand in one column with it; plain numbers have none. */
  kind: string;
}

const GAPS = ['', '-', '–', 'null', 'undefined', 'n/a', 'na', 'none', 'no data'];
const SCALES: Record<string, [kind: string, size: number]> = {
  '': ['', 1],
  K: ['', 1e3],
  k: ['', 1e3],
  Mil: ['', 1e6],
  M: ['', 1e6],
  Bil: ['', 1e9],
  Tri: ['', 1e12],
  '%': ['percent', 1],
  ns: ['time', 1e-6],
  µs: ['time', 1e-3],
  μs: ['time', 1e-3],
  us: ['time', 1e-3],
  ms: ['time', 1],
  s: ['time', 1e3],
  sec: ['time', 1e3],
  secs: ['time', 1e3],
  min: ['time', 60e3],
  mins: ['time', 60e3],
  hour: ['time', 3.6e6],
  hours: ['time', 3.6e6],
  h: ['time', 3.6e6],
  day: ['time', 86.4e6],
  days: ['time', 86.4e6],
  B: ['bytes', 1],
  kB: ['bytes', 1e3],
  KB: ['bytes', 1e3],
  MB: ['bytes', 1e6],
  GB: ['bytes', 1e9],
  TB: ['bytes', 1e12],
  KiB: ['bytes', 2 ** 10],
  MiB: ['bytes', 2 ** 20],
  GiB: ['bytes', 2 ** 30],
  TiB: ['bytes', 2 ** 40],
};
/** Of rates: the amount is what counts, its kind tells `req/s` from `B/s`. */
const RATE = /^(.*?)\s*((?:\p{L}*\/(?:s|sec|min|h|hour)|[a-z]{1,4}ps))$/u;
const SPLIT = /^([+-]?[\d.,'\u00a0\u202f ]*\d[\d.,]*(?:e[+-]?\d+)?)\s*(\D.*)?$/i;

/**
 * Reads a cell of an export as people have it: `12.3 ms`, `45%`, `1.2 K`, `1,234.5`, `1.234,5`, `1 234,5`; an empty one
 * and the words for no value are NaN. Undefined when it is no number, or its unit is not known.
 *
 * @param decimal what stands before the fraction; the other one, spaces and apostrophes group thousands
 */
export function readNumberText(text: string, decimal: Decimal): ReadNumber | undefined {
  if (GAPS.includes(text.toLowerCase())) return { value: NaN, kind: '' };
  const [, digits, unit = ''] = SPLIT.exec(text) ?? [];
  if (digits === undefined) {
    const value = readSampleValue(text.replace('∞', 'Inf'));
    return value === undefined ? undefined : { value, kind: '' };
  }
  const value = readDigits(digits, decimal);
  const scaled = scaleOf(unit.trim());
  if (value === undefined || scaled === undefined) return undefined;
  return { value: value * scaled[1], kind: scaled[0] };
}

function readDigits(digits: string, decimal: Decimal): number | undefined {
  const [point, group] = decimal === 'point' ? ['.', ','] : [',', '.'];
  const grouped = new RegExp(
    `^[+-]?\\d{1,3}(?:[${group}'\u00a0\u202f ]\\d{3})+(?:\\${point}\\d+)?$`,
  );
  const plain = new RegExp(`^[+-]?\\d*(?:\\${point}?\\d*)?(?:e[+-]?\\d+)?$`, 'i');
  if (!grouped.test(digits) && !plain.test(digits)) return undefined;
  return Number(
    digits.replaceAll(new RegExp(`[${group}'\u00a0\u202f ]`, 'g'), '').replace(point, '.'),
  );
}

function scaleOf(unit: string): readonly [kind: string, size: number] | undefined {
  if (Object.hasOwn(SCALES, unit)) return SCALES[unit];
  const [, amount, per] = RATE.exec(unit) ?? [];
  if (per === undefined || amount === undefined) return undefined;
  const scale = Object.hasOwn(SCALES, amount) ? SCALES[amount] : undefined;
  return scale === undefined ? undefined : [`${scale[0]} ${per}`, scale[1]];
}

/**
 * What stands before fractions in cells that are written in one way; undefined where they could be either, as
 * `1,234` alone could.
 */
export function decimalOf(cells: Iterable<string>): Decimal | undefined {
  let [hasPoint, hasOpen] = [false, false];
  for (const cell of cells) {
    const [, digits = ''] = SPLIT.exec(cell) ?? [];
    const [dot, comma] = [digits.lastIndexOf('.'), digits.lastIndexOf(',')];
    if (dot >= 0 && comma >= 0) return dot > comma ? 'point' : 'comma';
    const last = Math.max(dot, comma);
    if (last === -1) continue;
    if (digits.indexOf(digits[last]!) !== last) return dot >= 0 ? 'comma' : 'point';
    if (comma >= 0 && !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(digits)) return 'comma';
    // a point before three digits is nearly always that of a fraction
    [hasPoint, hasOpen] = [hasPoint || dot >= 0, hasOpen || comma >= 0];
  }
  return hasPoint || !hasOpen ? 'point' : undefined;
}
