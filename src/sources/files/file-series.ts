import { Fault } from '../../errors.ts';
import type { Series } from '../../model/series.ts';
import { parseCsv, type CsvRow } from './csv.ts';
import { readSampleValue } from '../grid/sample-value.ts';

interface Point {
  at: number;
  value: number;
  /** Where it stands in the file, for fault texts. */
  place: string;
}

interface Collected {
  metric: string;
  tags: Record<string, string>;
  points: Point[];
}

const MAX_POINTS = 1_000_000;
/** Step of values that come without times, and of a single point. */
const DEFAULT_STEP_MS = 60_000;
/** Numbers below are epoch seconds, others epoch milliseconds: 1973 in the one, 5138 in the other. */
const FIRST_MILLISECONDS = 1e11;
/** With a zone: without one the same file would mean another time on another machine. */
const INSTANT = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))?$/;

/**
 * Reads series from a file of the command line, by metric. CSV is long (`time,metric,value` and label
 * columns) or wide (`time` and one column for each metric); JSON is `{metric: [numbers]}` or
 * `{metric: [{time, value}]}`. Times are ISO 8601 or epoch seconds or milliseconds; an empty cell or
 * null is a missing value. The step is the smallest distance of two times; holes become NaN. Faults:
 * `invalid-request`, naming the line, for what is no time or number, for a repeated time, and for
 * times that lie on no common grid.
 */
export function readSeriesFile(text: string, format: 'csv' | 'json'): Record<string, Series[]> {
  const collected = format === 'csv' ? collectCsv(parseCsv(text)) : collectJson(text);
  const byMetric = new Map<string, Series[]>();
  for (const one of collected) {
    byMetric.set(one.metric, [...(byMetric.get(one.metric) ?? []), toSeries(one)]);
  }
  return Object.fromEntries(byMetric);
}

function collectCsv([header, ...rows]: CsvRow[]): Collected[] {
  const columns = header?.cells ?? [];
  if (!columns.includes('time')) throw wrong('the file', 'needs a header with a column "time"');
  const repeated = columns.find((name, index) => columns.indexOf(name) !== index);
  if (repeated !== undefined) throw wrong('the header', `has the column "${repeated}" twice`);
  const isLong = columns.includes('metric') && columns.includes('value');
  const found = new Map<string, Collected>();
  for (const { line, cells } of rows) {
    if (cells.length !== columns.length) {
      throw wrong(`line ${line}`, `has ${cells.length} cells, the header has ${columns.length}`);
    }
    const record = new Map(columns.map((name, index) => [name, cells[index]!]));
    const at = readTime(record.get('time')!, `line ${line}`);
    record.delete('time');
    for (const { metric, tags, value } of isLong ? [longCell(record)] : wideCells(record)) {
      const key = JSON.stringify([metric, tags]);
      const one = found.get(key) ?? { metric, tags, points: [] };
      one.points.push({ at, value: readValue(value, `line ${line}`), place: `line ${line}` });
      found.set(key, one);
    }
  }
  return [...found.values()];
}

interface Cell {
  metric: string;
  tags: Record<string, string>;
  value: string;
}

function longCell(record: ReadonlyMap<string, string>): Cell {
  const labels = [...record].filter(
    ([name, value]) => name !== 'metric' && name !== 'value' && value !== '',
  );
  return {
    metric: record.get('metric')!,
    tags: Object.fromEntries(labels),
    value: record.get('value')!,
  };
}

function wideCells(record: ReadonlyMap<string, string>): Cell[] {
  return [...record].map(([metric, value]) => ({ metric, tags: {}, value }));
}

function collectJson(text: string): Collected[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new Fault('invalid-request', 'the file is no JSON', { cause });
  }
  if (!isRecord(document)) throw wrong('the file', 'must be a map of metric names to lists');
  return Object.entries(document).map(([metric, list]) => {
    if (!Array.isArray(list)) throw wrong(`metric "${metric}"`, 'must be a list');
    const points = list.map((item: unknown, index) => jsonPoint(item, index, metric));
    return { metric, tags: {}, points };
  });
}

function jsonPoint(item: unknown, index: number, metric: string): Point {
  const place = `item ${index + 1} of metric "${metric}"`;
  if (!isRecord(item)) return { at: index * DEFAULT_STEP_MS, value: jsonValue(item, place), place };
  const time = item['time'];
  if (typeof time !== 'string' && typeof time !== 'number') throw wrong(place, 'has no time');
  return { at: readTime(String(time), place), value: jsonValue(item['value'], place), place };
}

function jsonValue(value: unknown, place: string): number {
  if (value === null) return NaN;
  if (typeof value === 'number') return value;
  return readValue(typeof value === 'string' ? value : '?', place);
}

function readValue(text: string, place: string): number {
  const value = text === '' ? NaN : readSampleValue(text);
  if (value === undefined) throw wrong(place, `has a value that is no number: "${text}"`);
  return value;
}

function readTime(text: string, place: string): number {
  const number = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
  const written = INSTANT.test(text) ? Date.parse(text) : NaN;
  const at = number === undefined ? written : number < FIRST_MILLISECONDS ? number * 1000 : number;
  if (Number.isNaN(at)) {
    throw wrong(
      place,
      `has the time "${text}", which is neither ISO 8601 with a zone nor an epoch time`,
    );
  }
  return Math.round(at);
}

function toSeries({ metric, tags, points }: Collected): Series {
  const sorted = points.toSorted((a, b) => a.at - b.at);
  const startAt = sorted[0]?.at ?? 0;
  const stepMs = stepOf(sorted, metric);
  const count = sorted.length === 0 ? 0 : (sorted.at(-1)!.at - startAt) / stepMs + 1;
  if (count > MAX_POINTS) {
    throw wrong(
      `metric "${metric}"`,
      `has ${count} points at a step of ${stepMs} ms, more than ${MAX_POINTS}`,
    );
  }
  const values = Array.from({ length: count }, () => NaN);
  for (const { at, value } of sorted) values[(at - startAt) / stepMs] = value;
  return { tags, startAt, stepMs, values, attributes: {} };
}

/** The smallest distance of two neighbours, of which all other distances must be multiples. */
function stepOf(sorted: readonly Point[], metric: string): number {
  const distances = sorted.slice(1).map((point, index) => point.at - sorted[index]!.at);
  const repeated = distances.indexOf(0);
  if (repeated !== -1) {
    const [first, second] = [sorted[repeated]!, sorted[repeated + 1]!];
    throw wrong(second.place, `repeats the time of ${first.place} for metric "${metric}"`);
  }
  const step = distances.reduce((least, distance) => Math.min(least, distance), Infinity);
  if (step === Infinity) return DEFAULT_STEP_MS;
  const odd = distances.findIndex((distance) => distance % step !== 0);
  if (odd === -1) return step;
  const why = `is ${distances[odd]} ms after the time before, no multiple of the step of ${step} ms`;
  throw wrong(sorted[odd + 1]!.place, `${why}; give times on one grid`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(who: string, why: string): Fault {
  return new Fault('invalid-request', `${who} ${why}`);
}
