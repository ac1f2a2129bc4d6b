import { Fault } from '../../errors.ts';
import { readSampleValue } from './sample-value.ts';
import { keyOfTags, type RangeSeries } from './range-series.ts';

/** A table as databases and query languages answer it. */
export interface Frame {
  columns: readonly string[];
  rows: readonly (readonly unknown[])[];
}

export interface FrameColumns {
  /** Column of the time; `time` unless told. */
  time?: string;
  /** Columns of numbers; `value` unless told. Several become series with the label `column`. */
  values?: readonly string[];
}

/** Below are seconds since the epoch, from here on milliseconds (the year 1973, or 5138 in seconds). */
const LEAST_MILLISECONDS = 1e11;
/** A date and a time of day without a zone, as databases that know no zones write it: it is in UTC. */
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;

/**
 * The series of a table in long form: a row is one point, every column that is neither the time nor a value is a
 * label, and rows of equal labels are one series. Faults are `source-answer`: no such column, a time that is none,
 * two rows for one time.
 */
export function seriesOfFrame(
  frame: Frame,
  { time = 'time', values = ['value'] }: FrameColumns = {},
): RangeSeries[] {
  const timeAt = columnOf(frame, time);
  const valuesAt = values.map((name) => [name, columnOf(frame, name)] as const);
  const labelsAt = frame.columns.flatMap((name, index) =>
    name === time || values.includes(name) ? [] : [[name, index] as const],
  );
  const found = new Map<string, RangeSeries & { seen: Set<number> }>();
  for (const row of frame.rows) {
    const at = readTime(row[timeAt], time);
    for (const [name, index] of valuesAt) {
      const labels = labelsAt.map(([label, place]) => [label, textOf(row[place])] as const);
      const tags = Object.fromEntries(
        valuesAt.length === 1 ? labels : [...labels, ['column', name]],
      );
      const key = keyOfTags(tags);
      const series = found.get(key) ?? { tags, points: [], seen: new Set<number>() };
      found.set(key, series);
      if (series.seen.has(at)) throw twice(at, tags);
      series.seen.add(at);
      series.points.push([at, readNumber(row[index], name)]);
    }
  }
  return [...found.values()].map(({ tags, points }) => ({ tags, points }));
}

/** Records as a table, which has a column for each name that any of them has. */
export function frameOfRecords(records: readonly Readonly<Record<string, unknown>>[]): Frame {
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return { columns, rows: records.map((record) => columns.map((name) => record[name])) };
}

/** Epoch milliseconds of a time as languages write it: a Date, seconds, milliseconds, or an ISO text (UTC). */
export function readTime(value: unknown, column: string): number {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime();
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return milliseconds(number);
  if (typeof value === 'string') {
    if (/^\d+(\.\d+)?(E\d+)?$/.test(value)) return milliseconds(Number(value));
    const at = Date.parse(WITHOUT_ZONE.test(value) ? `${value.replace(' ', 'T')}Z` : value);
    if (!Number.isNaN(at)) return at;
  }
  throw wrong(`a row whose "${column}" is no time: ${tell(value)}`);
}

/** A number as languages write it, null as a gap. 64-bit integers and decimals often come as texts. */
export function readNumber(value: unknown, column: string): number {
  if (value === null || value === undefined) return NaN;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  const number = typeof value === 'string' ? readSampleValue(value.trim()) : undefined;
  if (number !== undefined) return number;
  throw wrong(`a row whose "${column}" is no number: ${tell(value)}`);
}

function columnOf({ columns }: Frame, name: string): number {
  const index = columns.indexOf(name);
  if (index >= 0) return index;
  throw wrong(
    `a table without the column "${name}" (it has ${columns.map((one) => `"${one}"`).join(', ')}); name it so with AS`,
  );
}

function milliseconds(number: number): number {
  return Math.round(number < LEAST_MILLISECONDS ? number * 1000 : number);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : (JSON.stringify(value, bigAsText) ?? '');
}

function bigAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

function twice(at: number, tags: Record<string, string>): Fault {
  const time = new Date(at).toISOString();
  return wrong(`two rows for ${time} and ${JSON.stringify(tags)}; group by time and labels`);
}

function tell(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}

function wrong(what: string): Fault {
  return new Fault('source-answer', what);
}
