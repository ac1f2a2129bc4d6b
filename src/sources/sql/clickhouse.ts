import type { HttpQuestion, Manners } from '../asking/http-ask.ts';
import { createHttpSource, type Plan } from '../asking/http-source.ts';
import { readObject, isRecord, wrongAnswer } from '../asking/read-json.ts';
import { bucketsOf, placeBuckets } from '../grid/bucket-grid.ts';
import { seriesOfFrame, type Frame } from '../grid/frames.ts';
import type { CreateSource } from '../kinds.ts';
import { readSeriesOptions } from '../queries/series-options.ts';
import type { SeriesRequest } from '../source.ts';
import {
  BACKSLASH_SQL,
  buildSql,
  tellSql,
  valueColumns,
  type SqlManner,
  type SqlValue,
} from './sql-query.ts';

const TYPES = {
  time: "DateTime64(3, 'UTC')",
  step: 'Float64',
  number: 'Float64',
  text: 'String',
};

export const CLICKHOUSE: SqlManner = {
  dialect: BACKSLASH_SQL,
  write: ({ type }, index) => `{p${index}:${TYPES[type]}}`,
};

/** Codes of its errors that pass by themselves: too many queries, time-outs, memory, network. */
const PASSING = new Set([
  '159',
  '160',
  '164',
  '202',
  '203',
  '209',
  '210',
  '241',
  '242',
  '279',
  '999',
]);
const TOO_MUCH = new Set(['158', '307', '396']);

const MANNERS: Manners = {
  readError: (body) => body.trim() || undefined,
  judge({ headers, text }) {
    const code = headers['x-clickhouse-exception-code'] ?? /^Code: (\d+)/.exec(text)?.[1];
    if (code === undefined) return undefined;
    if (PASSING.has(code)) return { code: 'source-unavailable', retryable: true };
    if (TOO_MUCH.has(code)) return { code: 'source-limit', retryable: false };
    return { code: 'source-refused', retryable: false };
  },
  remedies: {
    404: '; correct the query',
    500: '; correct the query',
    516: "; check the account's credentials",
  },
};

/** ClickHouse by its own HTTP interface, which needs no driver; values are its query parameters. */
export const createClickhouseSource: CreateSource = (account, dependencies) =>
  createHttpSource(account, dependencies, {
    kind: 'sql',
    manners: MANNERS,
    plan: (request) => planClickhouse(request, account.options, account.timeoutMs ?? 30_000),
    // /ping asks for no credentials
    probe: () => ({ ...reading('SELECT 1 AS one'), read: ({ text }) => void readFrame(text) }),
    names: {
      question: () => ({
        ...reading(
          "SELECT concat(database, '.', name) FROM system.tables WHERE lower(database) NOT IN ('system', 'information_schema')",
        ),
        read: ({ text }) => ({ names: readFrame(text).rows.map(([name]) => String(name)) }),
      }),
    },
  });

function reading(sql: string): HttpQuestion {
  const search = { readonly: '2', default_format: 'JSONCompact', wait_end_of_query: '1' };
  return { method: 'POST', path: '', body: sql, tellable: [], search };
}

function planClickhouse(
  request: SeriesRequest,
  options: Readonly<Record<string, unknown>> = {},
  timeoutMs: number,
): Plan {
  const { text, values } = buildSql(request, CLICKHOUSE);
  const database = typeof options['database'] === 'string' ? { database: options['database'] } : {};
  const parameters = values.map((value, index) => [`param_p${index + 1}`, valueOf(value)] as const);
  return {
    query: tellSql({ text, values }),
    grid: bucketsOf(request.scope),
    options: readSeriesOptions(request.query),
    place: ({ points }, grid) => placeBuckets(points, grid),
    questions: [
      {
        method: 'POST',
        path: '',
        body: text,
        tellable: [],
        search: {
          ...database,
          default_format: 'JSONCompact',
          readonly: '2', // reads alone; 1 would refuse the settings that follow
          max_execution_time: String(Math.ceil(timeoutMs / 1000)),
          wait_end_of_query: '1', // else an error may come in the middle of a 200
          date_time_output_format: 'iso',
          output_format_json_quote_64bit_integers: '1',
          output_format_json_quote_denormals: '1', // else NaN and Inf come as null
          ...Object.fromEntries(parameters),
        },
        read: ({ text: body }) => ({
          series: seriesOfFrame(readFrame(body), { values: valueColumns(request) }),
          remarks: [],
        }),
      },
    ],
  };
}

function readFrame(body: string): Frame {
  const { meta, data } = readObject(body, 'ClickHouse');
  if (!Array.isArray(meta) || !Array.isArray(data))
    throw wrongAnswer('a table without meta or data');
  const columns = meta.map((column) => (isRecord(column) ? String(column['name']) : ''));
  if (!data.every((row) => Array.isArray(row))) throw wrongAnswer('rows that are no lists');
  return { columns, rows: data };
}

/** Parameters are read as escaped, tab-separated texts. */
function valueOf({ type, value }: SqlValue): string {
  if (type === 'time') return new Date(value).toISOString().replace('T', ' ').replace('Z', '');
  if (type === 'step') return String(value / 1000);
  if (type === 'number') return String(value);
  return String(value)
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', String.raw`\t`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\0', String.raw`\0`);
}
