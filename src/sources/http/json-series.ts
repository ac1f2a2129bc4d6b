import { Fault } from '../../errors.ts';
import type { SourceQuery } from '../../model/config.ts';
import { wrongAnswer } from '../asking/read-json.ts';
import { readNumber, readTime, seriesOfFrame } from '../grid/frames.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import { recordField, textField, wrongField } from '../queries/query-fields.ts';
import { checkJsonPath, selectJson } from './json-select.ts';

/** Where in a document the data stand, as paths of JSONPath. */
export interface Places {
  /** One node a row, whose `time`, `value` and labels are paths from there. */
  rows?: string;
  /** One node a series, whose times and values are lists of equal length; the document itself unless told. */
  series?: string;
  time: string;
  value: string;
  labels: readonly (readonly [name: string, path: string])[];
  /** By how much times are divided to be milliseconds; undefined: texts, seconds or milliseconds by their size. */
  timeDivisor: number | undefined;
}

const DIVISORS: Record<string, number> = { s: 1e-3, ms: 1, us: 1e3, ns: 1e6 };

/** Faults are `invalid-query`. */
export function readPlaces(query: SourceQuery): Places {
  const rows = textField(query, 'rows');
  const isRows = rows !== undefined;
  const [timeField, valueField] = isRows
    ? (['time', 'value'] as const)
    : (['times', 'values'] as const);
  const time = textField(query, timeField);
  const value = textField(query, valueField);
  if (time === undefined || value === undefined) {
    const text =
      'an http query says where its data are: "rows" with "time" and "value", or "times" and "values", with or without "series"';
    throw new Fault('invalid-query', text);
  }
  const series = isRows ? undefined : textField(query, 'series');
  const labels = query['labelsAt'] === undefined ? {} : recordField(query, 'labelsAt');
  const paths = { rows, series, [timeField]: time, [valueField]: value, ...prefixed(labels) };
  for (const [field, path] of Object.entries(paths)) {
    if (path === undefined) continue;
    if (typeof path !== 'string') throw wrongField(query, field, 'a path');
    checkJsonPath(path, field);
  }
  const unit = textField(query, 'timeUnit');
  if (unit !== undefined && DIVISORS[unit] === undefined) {
    throw wrongField(query, 'timeUnit', 's, ms, us or ns');
  }
  return {
    ...(isRows ? { rows } : {}),
    ...(series === undefined ? {} : { series }),
    time,
    value,
    labels: Object.entries(labels) as [string, string][],
    timeDivisor: unit === undefined ? undefined : DIVISORS[unit],
  };
}

function prefixed(labels: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, path]) => [`labelsAt.${name}`, path]),
  );
}

/** The series of a document; faults are `source-answer`. */
export function seriesOfJson(document: unknown, places: Places): RangeSeries[] {
  return places.rows === undefined ? ofLists(document, places) : ofRows(document, places);
}

function ofRows(document: unknown, places: Places): RangeSeries[] {
  const { rows, time, value, labels } = places;
  const table = selectJson(document, rows!).map((row) => [
    timeOf(one(row, time), places),
    one(row, value),
    ...labels.map(([, path]) => one(row, path)),
  ]);
  // columns are told apart by names that no label can have
  const columns = ['\0time', '\0value', ...labels.map(([name]) => name)];
  return seriesOfFrame({ columns, rows: table }, { time: '\0time', values: ['\0value'] });
}

function ofLists(document: unknown, places: Places): RangeSeries[] {
  const { series, time, value, labels } = places;
  const nodes = series === undefined ? [document] : selectJson(document, series);
  return nodes.flatMap((node): RangeSeries[] => {
    const times = flatten(selectJson(node, time));
    const values = flatten(selectJson(node, value));
    if (times.length !== values.length) {
      throw wrongAnswer(
        `${times.length} times at ${time} and ${values.length} values at ${value}, which must be as many`,
      );
    }
    if (series === undefined && times.length === 0) return [];
    const tags = Object.fromEntries(
      labels.map(([name, path]) => [name, textOf(one(node, path))] as const),
    );
    const points = times.map((at, index): [number, number] => [
      timeOf(at, places),
      readNumber(values[index], value),
    ]);
    return [{ tags, points }];
  });
}

/** `$.times` names the list, `$.times[*]` what is in it: both are meant. */
function flatten(found: unknown[]): unknown[] {
  return found.length === 1 && Array.isArray(found[0]) ? found[0] : found;
}

function one(node: unknown, path: string): unknown {
  const found = selectJson(node, path);
  if (found.length > 1) throw wrongAnswer(`${found.length} values at ${path}, where one belongs`);
  return found[0];
}

function timeOf(value: unknown, { time, timeDivisor }: Places): number {
  if (timeDivisor === undefined) return readTime(value, time);
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) {
    return Math.round(number / timeDivisor);
  }
  throw wrongAnswer(`a time at ${time} that is no number: ${JSON.stringify(value) ?? 'nothing'}`);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
