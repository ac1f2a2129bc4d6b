import { cellsOf, delimiterOf, eachRow } from './csv-rows.ts';
import { decimalOf, readNumberText, type Decimal } from './number-text.ts';
import {
  MAX_POINTS,
  placePoints,
  wrong,
  type Collected,
  type SeriesByMetric,
} from './place-points.ts';
import type { TextFile } from './text-file.ts';
import { timeReader, type ReadTime } from './time-text.ts';

export interface TableOptions {
  /** In which times without a zone are meant; absent: they are refused. */
  zone?: number | string | undefined;
  /** Absent: as the cells give it away. */
  decimal?: Decimal | undefined;
}

interface Cell {
  metric: string;
  tags: Record<string, string>;
  at: number;
  text: string;
  line: number;
}

const TIME = /^(?:@?timestamp|_?time|date|date[ _]?time|time_?stamp|unix ?time)$/i;
const METRIC = /^(?:metric|series|series ?name)$/i;
const VALUE = /^value$/i;

/** Whether a file begins as a table of series does: with a header that has a column of times. */
export function isTable(head: readonly string[]): boolean {
  const header = head[isSeparatorLine(head[0]) ? 1 : 0];
  return (
    header !== undefined && cellsOf(header, delimiterOf(header)).some((name) => TIME.test(name))
  );
}

/** Spreadsheets are told the delimiter so. */
function isSeparatorLine(line: string | undefined): boolean {
  return /^"?sep=.?"?$/i.test(line ?? '');
}

/**
 * Reads a table of series, by metric: wide (a column of times, one for each metric) or long (times, `metric` or
 * `series`, `value`; every other column is a label). Exports of dashboards are such tables, with units and grouped
 * thousands, which become plain numbers in one unit. Faults `invalid-request`, naming the line.
 */
export async function readTable(file: TextFile, options: TableOptions): Promise<SeriesByMetric> {
  const first = file.head[0];
  const header = file.head[isSeparatorLine(first) ? 1 : 0] ?? '';
  const delimiter = delimiterOf(header);
  const readTime = timeReader(options.zone);
  let columns: Columns | undefined;
  const cells: Cell[] = [];
  await eachRow(file, delimiter, (row, line) => {
    if (line === 1 && isSeparatorLine(first)) return;
    if (columns === undefined) {
      columns = readHeader(row);
      return;
    }
    cells.push(...readRow({ row, line, columns, readTime }));
    if (cells.length > MAX_POINTS) {
      throw wrong(
        `line ${line}`,
        `is beyond ${MAX_POINTS} values; export a shorter time or fewer series`,
      );
    }
  });
  return placePoints(collect(cells, options.decimal ?? decideDecimal(cells)));
}

interface Columns {
  names: string[];
  time: number;
  metric: number;
  value: number;
}

function readHeader(names: string[]): Columns {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw wrong(
      'the header',
      `has the column "${repeated}" twice; name the series apart in the export`,
    );
  }
  const find = (form: RegExp) => names.findIndex((name) => form.test(name));
  const [time, metric, value] = [find(TIME), find(METRIC), find(VALUE)];
  if (time === -1) throw wrong('the file', 'needs a header with a column "time"');
  return { names, time, metric, value };
}

function readRow(given: {
  row: string[];
  line: number;
  columns: Columns;
  readTime: ReadTime;
}): Cell[] {
  const { row, line, columns, readTime } = given;
  const { names, time, metric, value } = columns;
  if (row.length !== names.length) {
    throw wrong(
      `line ${line}`,
      `has ${row.length} cells, the header has ${names.length}; numbers with commas must be quoted`,
    );
  }
  const at = readTime(row[time]!);
  if (at === undefined) throw badTime(row[time]!, line);
  const place = { at: Math.round(at), line };
  if (metric === -1 || value === -1) {
    return names.flatMap((name, i) =>
      i === time ? [] : [{ ...place, metric: name, tags: {}, text: row[i]! }],
    );
  }
  const labels = names.flatMap((name, i) =>
    [time, metric, value].includes(i) || row[i] === '' ? [] : [[name, row[i]!] as const],
  );
  return [{ ...place, metric: row[metric]!, tags: Object.fromEntries(labels), text: row[value]! }];
}

function badTime(text: string, line: number) {
  const isDayFirst = /^\d\d?[/.]\d\d?[/.]\d{4}/.test(text);
  const isLocal = timeReader(0)(text) !== undefined;
  const advice = isLocal
    ? '; say in which zone it is meant, with --zone UTC'
    : isDayFirst
      ? ': which of its numbers is the day is not known; export times as ISO 8601 or epoch'
      : '';
  const why = `has the time "${text}", which is neither ISO 8601 with a zone nor an epoch time`;
  return wrong(`line ${line}`, why + advice);
}

function decideDecimal(cells: readonly Cell[]): Decimal {
  const decimal = decimalOf(cells.map(({ text }) => text));
  if (decimal !== undefined) return decimal;
  const { text, line } = cells.find((cell) => cell.text.includes(','))!;
  throw wrong(
    `line ${line}`,
    `has "${text}", and no other number tells whether a comma groups thousands or begins the fraction; say it with --decimal point or --decimal comma`,
  );
}

function collect(cells: readonly Cell[], decimal: Decimal): Collected[] {
  const found = new Map<string, Collected & { kind?: { name: string; line: number } }>();
  for (const { metric, tags, at, text, line } of cells) {
    const key = JSON.stringify([metric, tags]);
    const one = found.get(key) ?? { metric, tags, points: [] };
    const read = readNumberText(text, decimal);
    const place = `line ${line}`;
    if (read === undefined) throw wrong(place, `has a value that is no number: "${text}"`);
    // 0 has no unit in many exports
    if (read.kind !== '' || (read.value !== 0 && !Number.isNaN(read.value))) {
      one.kind ??= { name: read.kind, line };
      if (one.kind.name !== read.kind) {
        throw wrong(
          place,
          `has "${text}" for "${metric}", in another unit than line ${one.kind.line}; export the raw numbers`,
        );
      }
    }
    one.points.push({ at, value: read.value, place });
    found.set(key, one);
  }
  return [...found.values()];
}
