// BigQuery and Snowflake against scripted servers: statements that take long, rows in pages, and what is given up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { bucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createSqlSource } from '../../../src/sources/sql/sql.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { until } from '../../support/poll.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const SQL =
  "SELECT time, host, count(*) AS value FROM req WHERE ts >= ${start} AND version = '${scope}' GROUP BY 1, 2";
const QUERY = { source: 'sql', sql: SQL } as const;

const BIGQUERY = {
  source: 'sql',
  headers: {},
  bearerToken: SECRET,
  options: {
    dialect: 'bigquery',
    project: 'p1',
    dataset: 'shop',
    location: 'EU',
    maximumBytesBilled: 1e9,
  },
} as const;
const JOB = { projectId: 'p1', jobId: 'j1', location: 'EU' };

/** Times are microseconds; whatever a cell is, it is a text. */
function rows(series: readonly RangeSeries[], more: object = {}): string {
  const labels = [...new Set(series.flatMap(({ tags }) => Object.keys(tags)))];
  const fields = [
    { name: 'time', type: 'TIMESTAMP' },
    { name: 'value', type: 'FLOAT' },
    ...labels.map((name) => ({ name, type: 'STRING' })),
  ];
  const all = series.flatMap(({ tags, points }) =>
    points.map(([at, value]) => ({
      f: [String(at * 1000), String(value), ...labels.map((label) => tags[label])].map((v) => ({
        v,
      })),
    })),
  );
  const table = {
    schema: { fields },
    ...(all.length > 0 && { rows: all }),
    totalRows: String(all.length),
  };
  return JSON.stringify({ jobReference: JOB, jobComplete: true, ...table, ...more });
}

const RUNNING = JSON.stringify({ jobReference: JOB, jobComplete: false });

testVendor('bigquery', {
  create: createSqlSource,
  account: BIGQUERY,
  query: QUERY,
  unusable: { source: 'sql', sql: 'SELECT 1; DROP TABLE req' },
  grid: bucketsOf,
  can: { infinite: true },
  encode: (series) => ({ body: rows(series) }),
  // the first answer is that it still runs
  pages: (series, _grid, { method }) => ({ body: method === 'POST' ? RUNNING : rows(series) }),
  refuse: (status, words) => ({
    status,
    body: JSON.stringify({
      error: { code: status, message: words, errors: [{ reason: 'other' }] },
    }),
  }),
  well: () => ({ body: rows([]) }),
  names: {
    answer: ({ path }) => ({
      body: path.includes('pageToken=more')
        ? JSON.stringify({ tables: [{ tableReference: { tableId: 'users' } }] })
        : JSON.stringify({
            tables: [{ tableReference: { tableId: 'req' } }],
            nextPageToken: 'more',
          }),
    }),
    told: ['req', 'users'],
  },
  troubles: {
    'a rate limit is told by a 403 and passes': {
      answer: {
        status: 403,
        body: JSON.stringify({
          error: { message: 'slow down', errors: [{ reason: 'rateLimitExceeded' }] },
        }),
      },
      code: 'source-unavailable',
      retryable: true,
      says: /403 for metric "errors": slow down/,
    },
    'what would cost too much is told with what to do': {
      answer: {
        status: 400,
        body: JSON.stringify({
          error: { message: 'over the limit', errors: [{ reason: 'bytesBilledLimitExceeded' }] },
        }),
      },
      code: 'source-limit',
      says: /over the limit; read less, or raise options\.maximumBytesBilled/,
    },
    'more rows than an account may bring are refused': {
      answer: {
        body: rows([{ tags: {}, points: [[Date.parse('2026-01-15T10:00:00Z'), 1]] }], {
          totalRows: '9999999',
        }),
      },
      code: 'source-limit',
      says: /answered more than \d+ rows; group by steps/,
    },
  },
});

const SNOWFLAKE = {
  source: 'sql',
  headers: {},
  bearerToken: SECRET,
  options: {
    dialect: 'snowflake',
    database: 'SHOP',
    schema: 'PUBLIC',
    warehouse: 'WH',
    role: 'CANARY',
  },
} as const;

/** Times are seconds with a fraction, names are large. */
function result(series: readonly RangeSeries[], partitions = 1): string {
  const labels = [...new Set(series.flatMap(({ tags }) => Object.keys(tags)))];
  const rowType = [
    { name: 'TIME', type: 'timestamp_ltz' },
    { name: 'VALUE', type: 'real' },
    ...labels.map((name) => ({ name: name.toUpperCase(), type: 'text' })),
  ];
  const data = series.flatMap(({ tags, points }) =>
    points.map(([at, value]) => [
      (at / 1000).toFixed(9),
      String(value),
      ...labels.map((label) => tags[label]),
    ]),
  );
  const partitionInfo = Array.from({ length: partitions }, () => ({ rowCount: data.length }));
  const resultSetMetaData = { numRows: data.length, format: 'jsonv2', rowType, partitionInfo };
  return JSON.stringify({ resultSetMetaData, data, code: '090001', statementHandle: 'h/1' });
}

const PENDING = { status: 202, body: JSON.stringify({ code: '333334', statementHandle: 'h/1' }) };

testVendor('snowflake', {
  create: createSqlSource,
  account: SNOWFLAKE,
  query: QUERY,
  unusable: { source: 'sql', sql: 'DROP TABLE req' },
  grid: bucketsOf,
  can: { infinite: true },
  encode: (series) => ({ body: result(series) }),
  pages: (series, _grid, { path }) => {
    const [one] = series;
    const isSecond = path.endsWith('/h%2F1?partition=1');
    const part = { ...one!, points: one!.points.filter((_, index) => index < 4 !== isSecond) };
    if (!isSecond) return { body: result([part], 2) };
    const { data } = JSON.parse(result([part])) as { data: unknown };
    return { body: JSON.stringify({ data }) };
  },
  refuse: (status, words) => ({ status, body: JSON.stringify({ code: '390144', message: words }) }),
  well: () => ({ body: result([]) }),
  names: {
    answer: () => ({
      body: JSON.stringify({
        resultSetMetaData: {
          numRows: 1,
          rowType: [{ name: 'NAME', type: 'text' }],
          partitionInfo: [{}],
        },
        data: [['PUBLIC.REQ']],
        statementHandle: 'h',
      }),
    }),
    told: ['PUBLIC.REQ'],
  },
  troubles: {
    'a mistake is told in its words': {
      answer: {
        status: 422,
        body: JSON.stringify({
          code: '001003',
          message: 'SQL compilation error',
          sqlState: '42000',
        }),
      },
      code: 'source-refused',
      says: /422 for metric "errors": 001003: SQL compilation error; correct the query/,
    },
  },
});

const START = Date.parse('2026-01-15T09:00:30Z');
const REQUEST = {
  metric: 'm',
  query: QUERY,
  side: 'canary' as const,
  scope: {
    scope: "v'2",
    location: '',
    startAt: START,
    endAt: START + 300_000,
    stepSeconds: 60,
    parameters: {},
  },
  templates: {},
};

async function opened(account: object, handler: StubHandler) {
  const server = await startStubServer(handler);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const made = { source: 'sql' as const, headers: {}, ...account, name: 'w', url: server.url };
  const closeAll = async () => {
    await client.close();
    await server.close();
  };
  const source = await Promise.resolve(
    createSqlSource(made, { client, now: () => START, wait }),
  ).catch(async (thrown: unknown) => {
    await closeAll();
    throw thrown;
  });
  return {
    source,
    server,
    waits,
    async close() {
      await source.close?.();
      await closeAll();
    },
  };
}

test('BigQuery is sent one statement, its values as parameters with their types', async () => {
  const bench = await opened(BIGQUERY, () => ({ body: rows([]) }));
  await bench.source.fetch(REQUEST, AbortSignal.timeout(10_000));
  const { path, body } = bench.server.requests[0]!;
  await bench.close();
  assert.equal(path, '/bigquery/v2/projects/p1/queries');
  const sent = JSON.parse(body) as Record<string, unknown>;
  assert.match(
    String(sent['query']),
    /^SELECT \* FROM \(\nSELECT time.* ts >= @p1 AND version = @p2 GROUP BY 1, 2\n\) AS asked LIMIT 5001$/,
  );
  assert.deepEqual(sent['queryParameters'], [
    {
      name: 'p1',
      parameterType: { type: 'TIMESTAMP' },
      parameterValue: { value: '2026-01-15T09:00:30.000Z' },
    },
    { name: 'p2', parameterType: { type: 'STRING' }, parameterValue: { value: "v'2" } },
  ]);
  assert.deepEqual(
    [sent['useLegacySql'], sent['location'], sent['maximumBytesBilled'], sent['defaultDataset']],
    [false, 'EU', '1000000000', { projectId: 'p1', datasetId: 'shop' }],
  );
});

test('Snowflake is sent one statement, its values as bindings, in UTC', async () => {
  const bench = await opened(SNOWFLAKE, () => ({ body: result([]) }));
  await bench.source.fetch(REQUEST, AbortSignal.timeout(10_000));
  const sent = JSON.parse(bench.server.requests[0]!.body) as Record<string, unknown>;
  await bench.close();
  assert.match(
    String(sent['statement']),
    /ts >= TO_TIMESTAMP_LTZ\(\?, 3\) AND version = \? GROUP BY/,
  );
  assert.deepEqual(sent['bindings'], {
    1: { type: 'FIXED', value: String(START) },
    2: { type: 'TEXT', value: "v'2" },
  });
  assert.deepEqual(sent['parameters'], { MULTI_STATEMENT_COUNT: '1', TIMEZONE: 'UTC' });
  assert.deepEqual([sent['warehouse'], sent['role'], sent['timeout']], ['WH', 'CANARY', 30]);
});

test('Snowflake: a statement that still runs is looked at again, in growing waits', async () => {
  const bench = await opened(SNOWFLAKE, (_, index) => (index < 3 ? PENDING : { body: result([]) }));
  await bench.source.fetch(REQUEST, AbortSignal.timeout(10_000));
  const paths = bench.server.requests.map(({ method, path }) => `${method} ${path}`);
  await bench.close();
  assert.deepEqual(bench.waits, [500, 1000, 2000]);
  assert.deepEqual(paths, [
    'POST /api/v2/statements',
    ...Array.from({ length: 3 }, () => 'GET /api/v2/statements/h%2F1'),
  ]);
});

for (const [name, account, first, cancel] of [
  [
    'BigQuery',
    BIGQUERY,
    { body: RUNNING },
    'POST /bigquery/v2/projects/p1/jobs/j1/cancel?location=EU',
  ],
  ['Snowflake', SNOWFLAKE, PENDING, 'POST /api/v2/statements/h%2F1/cancel'],
] as const) {
  test(`${name}: what is given up is cancelled there`, async () => {
    const bench = await opened(account, ({ path, method }) => {
      if (path.includes('cancel')) return { body: '{}' };
      return method === 'POST' ? first : 'never';
    });
    const stop = new AbortController();
    const fetching = bench.source.fetch(REQUEST, stop.signal);
    await until('request 2', () => bench.server.requests.length === 2);
    stop.abort(new Error('the time is up'));
    await assert.rejects(fetching);
    await until('request 3', () => bench.server.requests.length === 3);
    const last = bench.server.requests[2]!;
    await bench.close();
    assert.equal(`${last.method} ${last.path}`, cancel);
  });
}

test('an account without the project says how to name it', async () => {
  await assert.rejects(
    opened({ ...BIGQUERY, options: { dialect: 'bigquery' } }, () => ({})),
    {
      code: 'bad-configuration',
      message: /source "w" needs the project, as options: \{dialect: bigquery, project: \.\.\.\}/,
    },
  );
});
