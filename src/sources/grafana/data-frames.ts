import { isRecord, wrongAnswer } from '../asking/read-json.ts';
import { readNumber, readTime, seriesOfFrame } from '../grid/frames.ts';
import type { RangeAnswer, RangeSeries } from '../grid/range-series.ts';
import type { SourceRemark } from '../source.ts';

interface Field {
  name: string;
  type: string;
  labels: Record<string, string>;
  values: readonly unknown[];
}

const SEVERITIES: Record<string, SourceRemark['kind']> = {
  error: 'partial',
  warning: 'warning',
  info: 'info',
};

/**
 * The series of one data frame as Grafana's plugins write it: columns of values, whose NaN and infinities stand beside
 * them by row. A number has the labels of its field, or those of the texts in its row; several numbers of one frame
 * are told apart by the label `field`. `wanted` names the only number that is read.
 */
export function readDataFrame(frame: unknown, wanted: string | undefined): RangeAnswer {
  const { schema, data } = isRecord(frame) ? frame : {};
  const { fields = [], meta } = isRecord(schema) ? schema : {};
  if (!Array.isArray(fields)) throw wrongAnswer('a frame without fields');
  const read = fields.map((field, index) => readField(field, index, data));
  const remarks = noticesOf(meta);
  if (read.every(({ values }) => values.length === 0)) return { series: [], remarks };
  const time = read.find(({ type }) => type === 'time');
  if (time === undefined) {
    throw wrongAnswer('a table without a time; choose the format of time series in the model');
  }
  const numbers = read.filter(
    ({ type, name }) => type === 'number' && (wanted === undefined || name === wanted),
  );
  if (numbers.length === 0) {
    const names = read.map(({ name }) => `"${name}"`).join(', ');
    throw wrongAnswer(`a frame without the number "${wanted ?? 'value'}" (it has ${names})`);
  }
  const texts = read.filter(({ type }) => type === 'string' || type === 'boolean');
  const series = texts.length > 0 ? longSeries(time, numbers, texts) : wideSeries(time, numbers);
  return { series, remarks };
}

function readField(field: unknown, index: number, data: unknown): Field {
  const { name = '', type, labels = {} } = isRecord(field) ? field : {};
  const { values = [], entities = [] } = isRecord(data) ? data : {};
  const column: unknown = Array.isArray(values) ? (values[index] ?? []) : undefined;
  if (typeof type !== 'string' || !isRecord(labels) || !Array.isArray(column)) {
    throw wrongAnswer('a field without a type or values');
  }
  const special: unknown = Array.isArray(entities) ? entities[index] : undefined;
  return {
    name: String(name),
    type,
    labels: Object.fromEntries(Object.entries(labels).map(([key, text]) => [key, String(text)])),
    values: withEntities(column, special),
  };
}

/** JSON knows neither NaN nor infinities: they are null there, and their rows are told beside. */
function withEntities(column: readonly unknown[], special: unknown): readonly unknown[] {
  if (!isRecord(special)) return column;
  const values = [...column];
  for (const [name, value] of [
    ['NaN', NaN],
    ['Inf', Infinity],
    ['NegInf', -Infinity],
  ] as const) {
    const rows = special[name];
    if (Array.isArray(rows)) for (const row of rows) values[Number(row)] = value;
  }
  return values;
}

function wideSeries(time: Field, numbers: readonly Field[]): RangeSeries[] {
  const times = time.values.map((at) => readTime(at, time.name));
  return numbers.map(({ name, labels, values }) => {
    if (values.length !== times.length) throw wrongAnswer('a frame with columns of two lengths');
    return {
      tags: numbers.length === 1 ? labels : { ...labels, field: name },
      points: times.flatMap((at, index): RangeSeries['points'] => {
        const value = readNumber(values[index], name);
        return Number.isNaN(value) ? [] : [[at, value]];
      }),
    };
  });
}

/** A row is one point; its texts are its labels. */
function longSeries(
  time: Field,
  numbers: readonly Field[],
  texts: readonly Field[],
): RangeSeries[] {
  return numbers.flatMap(({ name, values }) => {
    const columns = ['\0time', '\0value', ...texts.map((text) => text.name)];
    const rows = time.values.map((at, row) => [
      at,
      values[row],
      ...texts.map((text) => text.values[row]),
    ]);
    const found = seriesOfFrame({ columns, rows }, { time: '\0time', values: ['\0value'] });
    if (numbers.length === 1) return found;
    return found.map(({ tags, points }) => ({ tags: { ...tags, field: name }, points }));
  });
}

function noticesOf(meta: unknown): SourceRemark[] {
  const notices = isRecord(meta) ? meta['notices'] : undefined;
  return (Array.isArray(notices) ? notices : []).filter(isRecord).flatMap(({ severity, text }) => {
    if (typeof text !== 'string' || text === '') return [];
    return [{ kind: SEVERITIES[String(severity)] ?? 'warning', text }];
  });
}
