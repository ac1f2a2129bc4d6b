import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SourceQuery } from '../../../src/model/config.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { bucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import type { MetricSource } from '../../../src/sources/source.ts';
import { createInfluxdbSource } from '../../../src/sources/influxdb/influxdb.ts';
import { testMetricSource } from '../../contracts/metric-source.ts';
import { HOSTILE, SECRET, testVendor } from '../../contracts/vendor.ts';
import { INFLUXDB_SKIP, startInfluxdb, writeLines } from '../../support/influxdb.ts';
import type { RunningServer } from '../../support/metric-server.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const ACCOUNT = {
  source: 'influxdb',
  headers: { authorization: `Token ${SECRET}` },
  options: { database: 'shop' },
} as const;
const COUNT =
  'SELECT sum(n) AS value FROM http WHERE ${timeFilter} AND version = ${scope} GROUP BY time(${step}, ${offset}), host fill(none)';

function results(series: readonly RangeSeries[]): string {
  const all = series.map(({ tags, points }) => ({
    name: 'http',
    tags,
    columns: ['time', 'value'],
    values: points.map(([at, value]) => [at, value]),
  }));
  const result = all.length === 0 ? { statement_id: 0 } : { statement_id: 0, series: all };
  return JSON.stringify({ results: [result] });
}

testVendor('influxdb', {
  create: createInfluxdbSource,
  account: ACCOUNT,
  query: { source: 'influxdb', influxql: COUNT },
  unusable: { source: 'influxdb', influxql: 'SELECT 1 FROM a; DROP DATABASE shop' },
  grid: bucketsOf,
  encode: (series) => ({ body: results(series) }),
  well: () => ({ body: JSON.stringify({ results: [{ statement_id: 0, series: [] }] }) }),
  unwell: {
    'an error inside of a good answer': {
      answer: { body: JSON.stringify({ results: [{ error: 'authorization failed' }] }) },
      says: /answered an error: authorization failed/,
    },
  },
  names: {
    answer: () => ({
      body: JSON.stringify({
        results: [{ series: [{ columns: ['name'], values: [['http'], ['cpu']] }] }],
      }),
    }),
    told: ['http', 'cpu'],
  },
  refuse: (status, words) => ({ status, body: JSON.stringify({ error: words }) }),
  troubles: {
    'an error inside of a good answer ends it': {
      answer: {
        body: JSON.stringify({ results: [{ statement_id: 0, error: 'database not found: shop' }] }),
      },
      code: 'source-refused',
      says: /answered an error: database not found: shop; correct the query/,
    },
    'rows that are cut are refused': {
      answer: {
        body: JSON.stringify({
          results: [{ series: [{ columns: ['time', 'value'], values: [], partial: true }] }],
        }),
      },
      code: 'source-limit',
      says: /answered a part of the rows \(its max-row-limit\)/,
    },
  },
});

const START = Date.parse('2026-01-15T09:00:37Z');
const SCOPE: Scope = {
  scope: 'v2',
  location: '',
  startAt: START,
  endAt: START + 600_000,
  stepSeconds: 60,
  parameters: {},
};
const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
let server: RunningServer;
let source: MetricSource;
const requestOf = (query: object, scope: Partial<Scope> = {}) => ({
  metric: 'shop',
  query: { source: 'influxdb', ...query } as SourceQuery,
  side: 'canary' as const,
  scope: { ...SCOPE, ...scope },
  templates: {},
});
const fetchFrom = (query: object, scope: Partial<Scope> = {}) =>
  source.fetch(requestOf(query, scope), AbortSignal.timeout(10_000));

/** Minute m has m + 1 points on host a; minute 5 has none. */
const LINES = Array.from({ length: 10 }, (_, minute) =>
  Array.from(
    { length: minute === 5 ? 0 : minute + 1 },
    (_, index) => `http,version=v2,host=a n=1i,ms=2.5 ${START + minute * 60_000 + index}`,
  ),
).flat();

/** As the line protocol writes a tag. */
function tag(value: string): string {
  return value.replaceAll(/[,= ]/g, String.raw`\$&`);
}

before(async () => {
  if (INFLUXDB_SKIP !== false) return;
  server = await startInfluxdb();
  const hostile = writable().map((value) => `http,version=${tag(value)},host=h n=1i,ms=1 ${START}`);
  await writeLines(server.url, 'shop', [...LINES, ...hostile]);
  source = await createInfluxdbSource(
    { ...ACCOUNT, headers: {}, name: 'i', url: server.url },
    { client, now: Date.now },
  );
});
after(async () => {
  await server?.stop();
  await client.close();
});

/** Line protocol has no way to end a tag with a backslash or to hold a new line. */
function writable(): string[] {
  return HOSTILE.filter((value) => value !== '' && !/[\n\\]/.test(value));
}

const skip = INFLUXDB_SKIP;

testMetricSource(
  'InfluxDB 1.6',
  async () => ({
    source,
    answered: requestOf({ influxql: COUNT }),
    empty: requestOf({ influxql: COUNT }, { scope: 'nobody' }),
    unusable: requestOf({ influxql: 'DROP MEASUREMENT http' }),
    grid: bucketsOf,
    close: async () => undefined,
  }),
  skip,
);

test('InfluxDB 1.6: buckets begin where the window does, and none is cut', { skip }, async () => {
  const { series } = await fetchFrom({ influxql: COUNT });
  assert.deepEqual(
    series.map(({ tags, startAt, values }) => ({ tags, startAt, values })),
    [{ tags: { host: 'a' }, startAt: START, values: [1, 2, 3, 4, 5, NaN, 7, 8, 9, 10] }],
  );
});

test('InfluxDB 1.6: buckets of the epoch are refused with what to do', { skip }, async () => {
  const influxql =
    'SELECT sum(n) AS value FROM http WHERE ${timeFilter} GROUP BY time(${step}) fill(none)';
  await assert.rejects(
    fetchFrom({ influxql }),
    /answered a bucket 2026-01-15T09:00:00.000Z that starts before the window; align/,
  );
});

test('InfluxDB 1.6: a value of a scope is a value, whatever it holds', { skip }, async () => {
  for (const version of writable()) {
    const { series } = await fetchFrom({ influxql: COUNT }, { scope: version });
    assert.deepEqual(
      series.map(({ tags }) => tags),
      [{ host: 'h' }],
      version,
    );
  }
});

test(
  'InfluxDB 1.6: mistakes and databases that are not there are told in its words',
  { skip },
  async () => {
    await assert.rejects(fetchFrom({ influxql: 'SELECT sum( FROM http' }), {
      code: 'source-refused',
      message: /answered 400 .*error parsing query.*; correct the query/,
    });
    await assert.rejects(fetchFrom({ influxql: COUNT, database: 'other' }), {
      code: 'source-refused',
      message: /database not found: other/,
    });
  },
);

test('InfluxDB 1.6: a query of Kayenta reads its fields', { skip }, async () => {
  const { series } = await fetchFrom(
    { metricName: 'http', fields: ['n', 'ms'] },
    { scope: 'host:a', endAt: START + 1 },
  );
  assert.deepEqual(
    series.map(({ tags, values }) => ({ tags, values })),
    [
      { tags: { field: 'n' }, values: [1] },
      { tags: { field: 'ms' }, values: [2.5] },
    ],
  );
});

const KAYENTA: [string, object, string, string][] = [
  [
    'fields and a scope',
    { metricName: 'http', fields: ['count', 'errors'] },
    'version:v2',
    "SELECT count, errors FROM http WHERE time >= '2026-01-15T09:00:00Z' AND time < '2026-01-15T10:00:00Z' AND version = 'v2'",
  ],
  [
    'no fields and no scope',
    { metricName: 'http' },
    '',
    "SELECT *::field FROM http WHERE time >= '2026-01-15T09:00:00Z' AND time < '2026-01-15T10:00:00Z'",
  ],
  [
    'a template',
    {
      customInlineTemplate:
        'SELECT sum(n) FROM http WHERE $\\{timeFilter} AND $\\{scope} GROUP BY time($\\{step})',
    },
    'version:v2',
    "SELECT sum(n) FROM http WHERE time >= '2026-01-15T09:00:00Z' AND time < '2026-01-15T10:00:00Z' AND version = 'v2' GROUP BY time(60s)",
  ],
];
const HOUR = {
  startAt: Date.parse('2026-01-15T09:00:00Z'),
  endAt: Date.parse('2026-01-15T10:00:00Z'),
};

async function ask(query: object, scope: string, handler: StubHandler) {
  const stub = await startStubServer(handler);
  try {
    const made = await createInfluxdbSource(
      { ...ACCOUNT, headers: {}, name: 'i', url: stub.url },
      { client, now: Date.now },
    );
    const fetched = await made.fetch(
      requestOf(query, { ...HOUR, scope }),
      AbortSignal.timeout(10_000),
    );
    return { ...fetched, requests: stub.requests };
  } finally {
    await stub.close();
  }
}

for (const [what, query, scope, text] of KAYENTA) {
  test(`a query of Kayenta is sent as Kayenta sends it: ${what}`, async () => {
    const { requests } = await ask(query, scope, () => ({ body: results([]) }));
    const { searchParams } = new URL(requests[0]!.path, 'http://x');
    assert.deepEqual(Object.fromEntries(searchParams), { db: 'shop', q: text });
  });
}

test('an answer is read as Kayenta reads it: nulls are passed over', async () => {
  const series = [
    {
      columns: ['time', 'a', 'b'],
      values: [
        ['2026-01-15T09:00:00Z', 1, null],
        ['2026-01-15T09:00:10Z', 2, 4],
      ],
    },
  ];
  const answered = await ask({ metricName: 'x' }, '', () => ({
    body: JSON.stringify({ results: [{ series }] }),
  }));
  assert.deepEqual(
    answered.series.map(({ tags, startAt, stepMs, values }) => ({ tags, startAt, stepMs, values })),
    [
      { tags: { field: 'a' }, startAt: HOUR.startAt, stepMs: 10_000, values: [1, 2] },
      { tags: { field: 'b' }, startAt: HOUR.startAt, stepMs: 10_000, values: [4] },
    ],
  );
});

for (const [query, scope, says] of [
  [{ metricName: 'http' }, 'v2', /Scope expected in the format of 'name:value'/],
  [{ metricName: 'http; DROP DATABASE x' }, '', /Query type not allowed\./],
  [
    { customInlineTemplate: 'SELECT 1 WHERE ${timeFilter}' },
    '',
    /\$\{scope\} is required in query/,
  ],
] as const) {
  test(`Kayenta's refusals are its own: ${says.source}`, async () => {
    await assert.rejects(
      ask(query, scope, () => ({ body: results([]) })),
      { code: 'invalid-query', message: says },
    );
  });
}
