import type { PushedPoint } from '../../model/pushed/points.ts';
import { isRecord, listOf, numberOf } from './read-json.ts';

/** The kinds of metrics of OTLP, by the field that holds their points. */
export const KINDS = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const;
export type Kind = (typeof KINDS)[number];

/** What a metric says of all of its points. */
export interface Aggregation {
  kind: Exclude<Kind, 'summary'>;
  isDelta: boolean;
  isMonotonic: boolean;
}

const MAX_BUCKETS = 1000;
const MAX_ATTRIBUTES = 64;
const MAX_TEXT = 1024;
const SCALES = { least: -10, most: 20 };

/** How the points of a metric are to be understood, or why they cannot be. */
export function aggregationOf(kind: Kind, data: Record<string, unknown>): Aggregation | string {
  if (kind === 'summary') return 'is a summary, which cannot be compared: send a histogram';
  if (kind === 'gauge') return { kind, isDelta: false, isMonotonic: false };
  const temporality = TEMPORALITIES[String(data['aggregationTemporality'])];
  if (temporality === undefined) return 'has no aggregation temporality: send delta or cumulative';
  const isDelta = temporality === 'delta';
  const isMonotonic = kind !== 'sum' || data['isMonotonic'] === true;
  if (isDelta && !isMonotonic)
    return 'is a sum of changes up and down, whose level is not known: send it cumulative';
  return { kind, isDelta, isMonotonic };
}

const TEMPORALITIES: Record<string, 'delta' | 'cumulative'> = {
  1: 'delta',
  AGGREGATION_TEMPORALITY_DELTA: 'delta',
  2: 'cumulative',
  AGGREGATION_TEMPORALITY_CUMULATIVE: 'cumulative',
};

/** A point as it is kept, or why it cannot be taken. */
export function readPoint(
  point: Record<string, unknown>,
  { kind, isDelta, isMonotonic }: Aggregation,
): PushedPoint | string {
  const labels = readAttributes(point['attributes']);
  if (typeof labels === 'string') return labels;
  const growing = {
    startAt: millisecondsOf(point['startTimeUnixNano']) ?? 0,
    ...(isDelta ? { isDelta: true as const } : {}),
  };
  if (kind === 'histogram') {
    const buckets = readBuckets(point);
    return typeof buckets === 'string' ? buckets : { kind, labels, ...buckets, ...growing };
  }
  if (kind === 'exponentialHistogram') {
    const buckets = readExponential(point);
    if (typeof buckets === 'string') return buckets;
    return { kind: 'exponential', labels, ...buckets, ...growing };
  }
  const value = numberOf(point['asDouble']) ?? numberOf(point['asInt']);
  if (value === undefined) return 'has a point whose value is no finite number';
  // a sum that goes up and down is a level
  if (!isMonotonic) return { kind: 'gauge', labels, value };
  return value < 0 ? 'has a negative count' : { kind: 'sum', labels, value, ...growing };
}

/** Epoch milliseconds of a time in nanoseconds, which JSON has as text; undefined for none. */
export function millisecondsOf(nanoseconds: unknown): number | undefined {
  const value = numberOf(nanoseconds);
  return value === undefined || value <= 0 ? undefined : Math.floor(value / 1e6);
}

function readBuckets(
  point: Record<string, unknown>,
): { bounds: number[]; counts: number[] } | string {
  const bounds = numbersOf(point['explicitBounds']);
  const counts = numbersOf(point['bucketCounts']);
  const count = numberOf(point['count'] ?? 0);
  if (bounds === undefined || counts === undefined || count === undefined)
    return 'has a histogram with what is no number';
  if (counts.length > MAX_BUCKETS) return tooManyBuckets(counts.length);
  if ([...counts, count].some(isNoCount)) return 'has a negative or broken count';
  if (bounds.some((bound, index) => index > 0 && bound <= bounds[index - 1]!))
    return 'has a histogram whose bounds do not rise';
  if (counts.length === 0 && bounds.length === 0) return { bounds, counts: [count] };
  if (counts.length === bounds.length + 1) return { bounds, counts };
  return `has a histogram with ${bounds.length} bounds and ${counts.length} counts instead of one more`;
}

function readExponential(point: Record<string, unknown>) {
  const scale = numberOf(point['scale'] ?? 0);
  const zeroCount = numberOf(point['zeroCount'] ?? 0);
  const [positive, negative] = [point['positive'], point['negative']].map(readSide);
  const isScale = scale !== undefined && Number.isInteger(scale);
  if (!isScale || scale < SCALES.least || scale > SCALES.most)
    return `has an exponential histogram whose scale is not one of ${SCALES.least} to ${SCALES.most}`;
  if (zeroCount === undefined || isNoCount(zeroCount)) return 'has a negative or broken count';
  if (typeof positive === 'string') return positive;
  if (typeof negative === 'string') return negative;
  return { scale, zeroCount, positive: positive!, negative: negative! };
}

function readSide(side: unknown): { offset: number; counts: number[] } | string {
  const given = isRecord(side) ? side : {};
  const offset = numberOf(given['offset'] ?? 0);
  const counts = numbersOf(given['bucketCounts']);
  const isOffset = offset !== undefined && Number.isInteger(offset) && Math.abs(offset) < 2 ** 31;
  if (!isOffset || counts === undefined) return 'has a histogram with what is no number';
  if (counts.length > MAX_BUCKETS) return tooManyBuckets(counts.length);
  return counts.some(isNoCount) ? 'has a negative or broken count' : { offset, counts };
}

function tooManyBuckets(count: number): string {
  return `has a histogram of ${count} buckets, more than ${MAX_BUCKETS}`;
}

function isNoCount(count: number): boolean {
  return count < 0 || !Number.isInteger(count);
}

function numbersOf(value: unknown): number[] | undefined {
  const numbers = listOf(value, 'a list of numbers').map(numberOf);
  return numbers.every((number) => number !== undefined) ? numbers : undefined;
}

/** Attributes as texts, or why they cannot be. */
export function readAttributes(attributes: unknown): Record<string, string> | string {
  const given = listOf(attributes, 'attributes');
  if (given.length > MAX_ATTRIBUTES)
    return `has ${given.length} attributes, more than ${MAX_ATTRIBUTES}`;
  const found: [string, string][] = [];
  for (const attribute of given) {
    const { key, value } = isRecord(attribute) ? attribute : {};
    const text = textOf(value);
    if (typeof key !== 'string' || text === undefined)
      return `has an attribute ${JSON.stringify(key ?? '').slice(0, 100)} that is no text, number or list of them`;
    if (Math.max(key.length, text.length) > MAX_TEXT)
      return `has an attribute ${JSON.stringify(key.slice(0, 100))} of more than ${MAX_TEXT} characters`;
    found.push([key, text]);
  }
  return Object.fromEntries(found);
}

function textOf(value: unknown): string | undefined {
  const scalar = scalarOf(value);
  if (scalar !== undefined) return String(scalar);
  const list = isRecord(value) ? value['arrayValue'] : undefined;
  if (!isRecord(list)) return undefined;
  const items = listOf(list['values'], 'values').map(scalarOf);
  return items.every((item) => item !== undefined) ? JSON.stringify(items) : undefined;
}

function scalarOf(value: unknown): string | number | boolean | undefined {
  if (!isRecord(value)) return undefined;
  const { stringValue, boolValue, intValue, doubleValue } = value;
  if (typeof stringValue === 'string') return stringValue;
  if (typeof boolValue === 'boolean') return boolValue;
  return numberOf(intValue) ?? numberOf(doubleValue);
}
