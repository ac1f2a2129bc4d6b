import { Fault } from '../../errors.ts';
import { asJson, type HttpQuestion } from '../asking/http-ask.ts';
import type { Plan } from '../asking/http-source.ts';
import { isRecord, readList, wrongAnswer } from '../asking/read-json.ts';
import { bucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { frameOfRecords, seriesOfFrame } from '../grid/frames.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import { textField, textListField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { scopeValues, type Dialect } from '../queries/template-engine.ts';
import { tellValues } from '../queries/tell-values.ts';
import { windowValues } from '../queries/window-values.ts';
import type { SeriesRequest } from '../source.ts';
import { bindParameters } from './bind-parameters.ts';

/** Standard strings: a quote in one is doubled, and a backslash is a letter. */
export const INFLUX_SQL: Dialect = {
  quotes: { "'": 'string', '"': 'string' },
  escapes: `''|""`,
  comments: String.raw`--[^\n]*|/\*[^]*?\*/`,
  escape: () => ({ refused: 'is no part of a text of SQL' }),
};

const READS = /^\s*(?:select|with)\b/i;

/** InfluxDB 3 in SQL: values of a scope are parameters, times and the step are our own literals. */
export function planInfluxSql(request: SeriesRequest, database: string): Plan {
  const { query, scope } = request;
  const grid = bucketsOf(scope);
  const times = windowValues(grid);
  const own = new Map([
    ['start', `TIMESTAMP '${times.get('start')}'`],
    ['end', `TIMESTAMP '${times.get('end')}'`],
    ['step', `INTERVAL '${times.get('step_ms')} milliseconds'`],
  ]);
  const values = scopeValues(scope);
  const { text, params } = bindParameters(textField(query, 'sql') ?? '', INFLUX_SQL, values, own);
  checkSql(text);
  const columns = textListField(query, 'values');
  return {
    query: tellValues(text, Object.entries(params)),
    grid,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [
      {
        ...version3Question('sql', { db: database, q: text, params }),
        read: ({ text: body }) => {
          const rows = readRecords(body);
          const values = columns.length === 0 ? ['value'] : columns;
          return {
            series: rows.length === 0 ? [] : seriesOfFrame(frameOfRecords(rows), { values }),
            remarks: [],
          };
        },
      },
    ],
  };
}

/** Both languages are asked in one form, and answered by a list of rows. */
export function version3Question(
  language: 'sql' | 'influxql',
  asked: { db: string; q: string; params?: Readonly<Record<string, string>> },
): HttpQuestion {
  return {
    method: 'POST',
    path: `api/v3/query_${language}`,
    tellable: [],
    ...asJson({ ...asked, format: 'json' }),
  };
}

/** Rows of InfluxQL do not say which columns are fields: numbers are, texts are tags. */
export function readInfluxqlRows(body: string): RangeSeries[] {
  const records = readRecords(body).map(({ 'iox::measurement': _measurement, ...row }) => row);
  if (records.length === 0) return [];
  const frame = frameOfRecords(records);
  const values = frame.columns.filter(
    (name, index) => name !== 'time' && frame.rows.some((row) => typeof row[index] === 'number'),
  );
  return values.length === 0 ? [] : seriesOfFrame(frame, { values });
}

export function readRecords(body: string): Record<string, unknown>[] {
  const rows = readList(body, 'InfluxDB 3');
  if (!rows.every(isRecord)) throw wrongAnswer('rows that are no objects');
  return rows;
}

function checkSql(text: string): void {
  const bare = text.replaceAll(/'(?:''|[^'])*'|"(?:""|[^"])*"/g, "''");
  if (!READS.test(bare)) {
    throw new Fault('invalid-query', '"sql" of influxdb must begin with SELECT or WITH');
  }
  if (!bare.includes(';')) return;
  throw new Fault('invalid-query', 'a query of influxdb must be one statement: leave out the ";"');
}
