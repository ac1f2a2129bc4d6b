import { Fault } from '../../errors.ts';
import { asForm, type Manners } from '../asking/http-ask.ts';
import { createHttpSource, type PageAnswer, type Plan } from '../asking/http-source.ts';
import { isRecord, wrongAnswer } from '../asking/read-json.ts';
import { bucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { readNumber } from '../grid/frames.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import type { CreateSource } from '../kinds.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { bindTemplate, scopeValues, type Dialect } from '../queries/template-engine.ts';
import { tellValues } from '../queries/tell-values.ts';
import type { SeriesRequest } from '../source.ts';
import { readInfluxError, readResultList } from './influxdb-answer.ts';
import { planKayentaInflux } from './influxdb-kayenta.ts';

/**
 * InfluxDB by InfluxQL: 1.x, and 2.x through its mapping of databases. Values of a scope are parameters. Kayenta-shaped
 * queries are sent as Kayenta sends them.
 */
export const createInfluxdbSource: CreateSource = (account, dependencies) => {
  const database = account.options?.['database'];
  return createHttpSource(account, dependencies, {
    kind: 'influxdb',
    manners: MANNERS,
    plan: (request) =>
      request.query['influxql'] === undefined
        ? planKayentaInflux(request)
        : planNative(request, typeof database === 'string' ? database : undefined),
    // /ping asks for no credentials
    probe: () => ({
      method: 'GET',
      path: 'query',
      search: { q: 'SHOW DATABASES' },
      read: ({ text }) => void readResultList(text),
    }),
    ...(typeof database === 'string' && {
      names: {
        question: () => ({
          method: 'GET',
          path: 'query',
          search: { db: database, q: 'SHOW MEASUREMENTS' },
          read: ({ text }) => ({ names: readNames(text) }),
        }),
      },
    }),
  });
};

const MANNERS: Manners = { readError: readInfluxError };

/** InfluxQL: texts stand in `'`, names in `"`; regular expressions between slashes know no parameters. */
export const INFLUXQL: Dialect = {
  quotes: { "'": 'string', '"': 'string' },
  escapes: String.raw`\\[^]`,
  comments: String.raw`--[^\n]*|/\*[^]*?\*/`,
  escape: () => ({ refused: 'is no part of a text of InfluxQL' }),
};

/** What the server runs beside SELECT; several statements in one text it runs one after the other. */
const READS = /^\s*select\b/i;

function planNative(request: SeriesRequest, ofAccount: string | undefined): Plan {
  const { query, scope } = request;
  const database = textField(query, 'database') ?? ofAccount;
  if (database === undefined) {
    const text = 'a query of influxdb needs a "database", or its account options.database';
    throw new Fault('invalid-query', text);
  }
  const grid = bucketsOf(scope);
  const values = scopeValues(scope);
  const offsetMs = ((grid.startAt % grid.stepMs) + grid.stepMs) % grid.stepMs;
  // times and durations know no parameters; these are our own numbers
  const own = new Map([
    [
      'timeFilter',
      `time >= ${scope.startAt}ms AND time < ${grid.startAt + grid.count * grid.stepMs}ms`,
    ],
    ['step', `${grid.stepMs}ms`],
    ['offset', `${offsetMs}ms`],
    ['start', `${scope.startAt}ms`],
    ['end', `${scope.endAt}ms`],
  ]);
  const params: Record<string, string> = {};
  const names = new Map([...values, ...own]);
  const text = bindTemplate(textField(query, 'influxql') ?? '', INFLUXQL, names, (name) => {
    const known = own.get(name);
    if (known !== undefined) return known;
    params[`p_${name.replaceAll(/\W/g, '_')}`] = values.get(name)!;
    return `$p_${name.replaceAll(/\W/g, '_')}`;
  }).trim();
  checkStatement(text);
  const retention = textField(query, 'retention');
  return {
    query: tellValues(text, Object.entries(params)),
    grid,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [
      {
        method: 'POST',
        path: 'query',
        tellable: [],
        ...asForm({
          db: database,
          ...(retention === undefined ? {} : { rp: retention }),
          q: text,
          params: JSON.stringify(params),
          epoch: 'ms',
        }),
        read: ({ text: body }) => readResults(body),
      },
    ],
  };
}

function checkStatement(text: string): void {
  const bare = text.replaceAll(/'(?:\\[^]|[^'\\])*'|"(?:\\[^]|[^"\\])*"/g, '');
  if (!READS.test(bare))
    throw new Fault('invalid-query', 'a query of influxdb must begin with SELECT');
  if (!bare.includes(';')) return;
  throw new Fault('invalid-query', 'a query of influxdb must be one statement: leave out the ";"');
}

/** Each series has its tags, and a column for each field; several fields are told apart by the label `column`. */
function readResults(body: string): PageAnswer {
  const [result] = readResultList(body);
  const series = isRecord(result) ? (result['series'] ?? []) : [];
  if (!Array.isArray(series)) throw wrongAnswer('results without series');
  if (isRecord(result) && result['partial'] === true) throw cut();
  return { series: series.flatMap(readSeries), remarks: [] };
}

function readSeries(item: unknown): RangeSeries[] {
  const { columns, values = [], tags = {}, partial } = isRecord(item) ? item : {};
  if (partial === true) throw cut();
  if (!Array.isArray(columns) || !Array.isArray(values) || !isRecord(tags)) {
    throw wrongAnswer('a series without columns or values');
  }
  const labels = Object.fromEntries(Object.entries(tags).map(([key, tag]) => [key, String(tag)]));
  const fields = columns.slice(1).map(String);
  return fields.map((field, index) => ({
    tags: fields.length === 1 ? labels : { ...labels, column: field },
    points: values.flatMap((row): [number, number][] => {
      if (!Array.isArray(row) || typeof row[0] !== 'number')
        throw wrongAnswer('a row without a time');
      const value: unknown = row[index + 1];
      return value === null ? [] : [[row[0], readNumber(value, field)]];
    }),
  }));
}

function readNames(body: string): string[] {
  const [result] = readResultList(body);
  const series: unknown = isRecord(result) ? (result['series'] ?? []) : undefined;
  if (!Array.isArray(series)) throw wrongAnswer('results without series');
  return series.flatMap((one) => {
    const values: unknown = isRecord(one) ? one['values'] : undefined;
    return Array.isArray(values) ? values.flat().map(String) : [];
  });
}

function cut(): Fault {
  const text = 'a part of the rows (its max-row-limit); group by longer steps or fewer tags';
  return new Fault('source-limit', text);
}
