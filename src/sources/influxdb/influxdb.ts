import { Fault } from '../../errors.ts';
import type { SourceQuery } from '../../model/config.ts';
import { asForm, type Manners } from '../asking/http-ask.ts';
import {
  createHttpSource,
  type PageAnswer,
  type Plan,
  type Vendor,
} from '../asking/http-source.ts';
import { isRecord, wrongAnswer } from '../asking/read-json.ts';
import { bucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { readNumber } from '../grid/frames.ts';
import type { RangeSeries } from '../grid/range-series.ts';
import type { CreateSource } from '../kinds.ts';
import { textField } from '../queries/query-fields.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import { scopeValues, type Dialect } from '../queries/template-engine.ts';
import { tellValues } from '../queries/tell-values.ts';
import type { SeriesRequest } from '../source.ts';
import { bindParameters } from './bind-parameters.ts';
import { fluxQuestion, fluxText, planFlux } from './flux.ts';
import { readFluxColumn } from './flux-csv.ts';
import { readInfluxError, readResultList } from './influxdb-answer.ts';
import { planKayentaInflux } from './influxdb-kayenta.ts';
import { planInfluxSql, readInfluxqlRows, readRecords, version3Question } from './version3.ts';

/**
 * InfluxDB 1 by InfluxQL (and Flux, where 1.8 has it), 2 by Flux and by InfluxQL through its mapping of databases, 3 by
 * SQL and InfluxQL. Kayenta-shaped queries are sent as Kayenta sends them.
 */
export const createInfluxdbSource: CreateSource = (account, dependencies) => {
  const { database, org, bucket, version = 1 } = (account.options ?? {}) as InfluxOptions;
  const options: InfluxOptions = { database, org, bucket, version };
  return createHttpSource(account, dependencies, {
    kind: 'influxdb',
    manners: MANNERS,
    plan: (request) => planInflux(request, options),
    ...accountQuestions(options),
  });
};

interface InfluxOptions {
  database?: string | undefined;
  org?: string | undefined;
  bucket?: string | undefined;
  version?: number | undefined;
}

function planInflux(request: SeriesRequest, options: InfluxOptions): Plan {
  const { query } = request;
  const { version, org } = options;
  if (query['flux'] !== undefined) {
    if (version !== 3) return planFlux(request, org);
    throw new Fault('invalid-query', 'InfluxDB 3 has no Flux: write "sql" or "influxql"');
  }
  if (query['sql'] !== undefined) {
    if (version === 3) return planInfluxSql(request, databaseOf(query, options));
    const text = '"sql" of influxdb needs InfluxDB 3, and its account options.version: 3';
    throw new Fault('invalid-query', text);
  }
  return query['influxql'] === undefined
    ? planKayentaInflux(request)
    : planNative(request, options);
}

function databaseOf(query: SourceQuery, { database }: InfluxOptions): string {
  const named = textField(query, 'database') ?? database;
  if (named !== undefined) return named;
  const text = 'a query of influxdb needs a "database", or its account options.database';
  throw new Fault('invalid-query', text);
}

/** /ping and /health ask for no credentials. */
function accountQuestions(options: InfluxOptions): Pick<Vendor, 'probe' | 'names'> {
  const { version, database, org, bucket } = options;
  if (version === 3) {
    const ask = (q: string) => version3Question('sql', { db: database ?? '_internal', q });
    const tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'iox'";
    return {
      probe: () => ({ ...ask('SELECT 1 AS one'), read: ({ text }) => void readRecords(text) }),
      names: {
        question: () => ({
          ...ask(tables),
          read: ({ text }) => ({
            names: readRecords(text).map((row) => String(row['table_name'])),
          }),
        }),
      },
    };
  }
  if (version === 2) {
    const measurements = (of: string) =>
      `import "influxdata/influxdb/schema"\nschema.measurements(bucket: ${fluxText(of)})`;
    return {
      probe: () => ({
        ...fluxQuestion('buckets() |> limit(n: 1)', org),
        read: ({ text }) => void readFluxColumn(text, 'name'),
      }),
      ...(bucket !== undefined && {
        names: {
          question: () => ({
            ...fluxQuestion(measurements(bucket), org),
            read: ({ text }) => ({ names: readFluxColumn(text, '_value') }),
          }),
        },
      }),
    };
  }
  return {
    probe: () => ({
      method: 'GET',
      path: 'query',
      search: { q: 'SHOW DATABASES' },
      read: ({ text }) => void readResultList(text),
    }),
    ...(database !== undefined && {
      names: {
        question: () => ({
          method: 'GET',
          path: 'query',
          search: { db: database, q: 'SHOW MEASUREMENTS' },
          read: ({ text }) => ({ names: readNames(text) }),
        }),
      },
    }),
  };
}

const FINAL = /type error|compil|undefined identifier|no database|could not find bucket|invalid/i;

const MANNERS: Manners = {
  // of Flux the header has the words, and the body is CSV
  readError: (body, { headers }) => readInfluxError(body) ?? headers['x-influxdb-error'],
  // 1.8 answers every mistake in Flux by a 500
  judge: ({ status, headers, text }) =>
    status === 500 && FINAL.test(headers['x-influxdb-error'] ?? readInfluxError(text) ?? '')
      ? { code: 'source-refused', retryable: false, remedy: '; correct the query' }
      : undefined,
  remedies: {
    404: '; check the url, and options.org and the bucket or database of the account',
  },
};

/** InfluxQL: texts stand in `'`, names in `"`; regular expressions between slashes know no parameters. */
export const INFLUXQL: Dialect = {
  quotes: { "'": 'string', '"': 'string' },
  escapes: String.raw`\\[^]`,
  comments: String.raw`--[^\n]*|/\*[^]*?\*/`,
  escape: () => ({ refused: 'is no part of a text of InfluxQL' }),
};

/** What the server runs beside SELECT; several statements in one text it runs one after the other. */
const READS = /^\s*select\b/i;

function planNative(request: SeriesRequest, options: InfluxOptions): Plan {
  const { query, scope } = request;
  const database = databaseOf(query, options);
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
  const { text, params } = bindParameters(
    textField(query, 'influxql') ?? '',
    INFLUXQL,
    values,
    own,
  );
  checkStatement(text);
  const retention = textField(query, 'retention');
  return {
    query: tellValues(text, Object.entries(params)),
    grid,
    options: readSeriesOptions(query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [
      options.version === 3
        ? {
            ...version3Question('influxql', { db: database, q: text, params }),
            read: ({ text: body }) => ({ series: readInfluxqlRows(body), remarks: [] }),
          }
        : {
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
