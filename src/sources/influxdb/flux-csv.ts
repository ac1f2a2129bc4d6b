import { Fault } from '../../errors.ts';
import { describeText, wrongAnswer } from '../asking/read-json.ts';
import { readNumber, readTime } from '../grid/frames.ts';
import { keyOfTags, type RangeSeries } from '../grid/range-series.ts';

/** One table of an answer: its columns, which of them are of its group key, and its rows. */
interface FluxTable {
  columns: string[];
  isOfGroup: boolean[];
  defaults: string[];
  rows: string[][];
}

/** Say when a table was cut, what was measured, and nothing that tells two sides apart. */
const NO_LABELS = new Set(['', 'result', 'table', '_start', '_stop', '_measurement', '_field']);

/**
 * The series of annotated CSV: a column of the group key is a label; several fields are told apart by the label
 * `column`. An error comes as a table of its own, also behind others: `source-refused`.
 */
export function readFluxCsv(body: string): RangeSeries[] {
  const tables = readTables(body);
  const fields = new Set(
    tables.flatMap((table) => table.rows.map((row) => cell(table, row, '_field'))),
  );
  const found = new Map<string, RangeSeries>();
  for (const table of tables) {
    refuseError(table);
    const { columns, isOfGroup } = table;
    for (const name of ['_time', '_value']) {
      if (columns.includes(name)) continue;
      const what = `a table without the column "${name}" (it has ${columns.filter(Boolean).join(', ')})`;
      throw wrongAnswer(`${what}; end the query with aggregateWindow(...)`);
    }
    const labels = columns.filter((name, index) => isOfGroup[index] && !NO_LABELS.has(name));
    for (const row of table.rows) {
      const own = labels.map((name) => [name, cell(table, row, name)]);
      const field = fields.size > 1 ? [['column', cell(table, row, '_field')]] : [];
      const tags = Object.fromEntries([...own, ...field]) as Record<string, string>;
      const series = found.get(keyOfTags(tags)) ?? { tags, points: [] };
      found.set(keyOfTags(tags), series);
      const value = cell(table, row, '_value');
      const at = readTime(cell(table, row, '_time'), '_time');
      // an empty window has an empty value
      if (value !== '') series.points.push([at, readNumber(value, '_value')]);
    }
  }
  return [...found.values()];
}

/** Values of one column, in whatever tables. */
export function readFluxColumn(body: string, name: string): string[] {
  return readTables(body).flatMap((table) => {
    refuseError(table);
    return table.rows.map((row) => cell(table, row, name));
  });
}

function cell({ columns, defaults }: FluxTable, row: readonly string[], name: string): string {
  const index = columns.indexOf(name);
  return row[index] || (defaults[index] ?? '');
}

function refuseError({ columns, rows }: FluxTable): void {
  const at = columns.indexOf('error');
  if (at < 0 || columns.includes('_value')) return;
  throw new Fault(
    'source-refused',
    `an error: ${rows[0]?.[at] ?? 'without words'}; correct the query`,
  );
}

/** A table begins with its annotations, or with a header behind an empty line. */
function readTables(body: string): FluxTable[] {
  if (body === '') throw wrongAnswer('nothing'); // no series is an empty line
  const tables: FluxTable[] = [];
  let annotations = new Map<string, string[]>();
  let isOpen = false;
  for (const row of rowsOf(body)) {
    const [first = ''] = row;
    if (row.length === 1 && first === '') {
      isOpen = false;
    } else if (first.startsWith('#')) {
      if (isOpen) annotations = new Map();
      isOpen = false;
      annotations.set(first, row);
    } else if (isOpen) {
      tables.at(-1)!.rows.push(row);
    } else {
      if (!row.includes('_value') && !row.includes('error') && !row.includes('result')) {
        throw wrongAnswer(`no CSV of Flux but ${describeText(body, 'the API of InfluxDB')}`);
      }
      const isOfGroup = (annotations.get('#group') ?? []).map((text) => text === 'true');
      const defaults = annotations.get('#default') ?? [];
      tables.push({ columns: row, isOfGroup, defaults: ['', ...defaults.slice(1)], rows: [] });
      annotations = new Map();
      isOpen = true;
    }
  }
  return tables;
}

/** Rows of RFC 4180. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(CELL)) {
    rows.at(-1)!.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g;
