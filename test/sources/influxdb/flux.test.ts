// InfluxDB by Flux: the CSV of 1.8 and 2, against a scripted server and a real 1.8.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Scope } from '../../../src/model/scope.ts';
import type { SourceQuery } from '../../../src/model/config.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { bucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createInfluxdbSource } from '../../../src/sources/influxdb/influxdb.ts';
import { readFluxCsv } from '../../../src/sources/influxdb/flux-csv.ts';
import type { MetricSource } from '../../../src/sources/source.ts';
import { testMetricSource } from '../../contracts/metric-source.ts';
import { HOSTILE, SECRET, testVendor } from '../../contracts/vendor.ts';
import { FLUX_SKIP, startFlux, writeLines } from '../../support/influxdb.ts';
import type { RunningServer } from '../../support/metric-server.ts';

const ACCOUNT = {
  source: 'influxdb',
  headers: { authorization: `Token ${SECRET}` },
  options: { version: 2, org: 'shop', bucket: 'shop' },
} as const;
const FLUX = `from(bucket: "shop/autogen") |> range(start: \${start}, stop: \${end})
  |> filter(fn: (r) => r._measurement == "http" and r._field == "n" and r.version == \${scope})
  |> group(columns: ["host"])
  |> aggregateWindow(every: \${step}, offset: \${offset}, fn: sum, timeSrc: "_start")`;

/** 1.8 has no `offset` of aggregateWindow. */
const OF_18 = FLUX.replace(
  /\|> aggregateWindow[^]*/,
  `|> window(every: \${step}, offset: \${offset}, createEmpty: true) |> sum()
  |> duplicate(column: "_start", as: "_time") |> window(every: inf)`,
);

function quoted(text: string): string {
  return /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table for each series, its labels in the group key. */
function csv(series: readonly RangeSeries[]): string {
  const tables = series.map(({ tags, points }, table) => {
    const labels = Object.keys(tags);
    const rows = points.map(([at, value]) =>
      [
        '',
        '',
        String(table),
        new Date(at).toISOString(),
        flux(value),
        ...labels.map((label) => quoted(tags[label]!)),
      ].join(','),
    );
    return [
      [
        '#datatype',
        'string',
        'long',
        'dateTime:RFC3339',
        'double',
        ...labels.map(() => 'string'),
      ].join(','),
      ['#group', 'false', 'false', 'false', 'false', ...labels.map(() => 'true')].join(','),
      ['#default', '_result', '', '', '', ...labels.map(() => '')].join(','),
      ['', 'result', 'table', '_time', '_value', ...labels.map(quoted)].join(','),
      ...rows,
      '',
      '',
    ].join('\r\n');
  });
  return tables.length === 0 ? '\r\n' : tables.join('');
}

function flux(value: number): string {
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}

const ERROR =
  '#datatype,string,string\r\n#group,true,true\r\n#default,,\r\n,error,reference\r\n,"type error 1:46: int != string",\r\n';

testVendor('influxdb, by Flux', {
  create: createInfluxdbSource,
  account: ACCOUNT,
  query: { source: 'influxdb', flux: FLUX },
  unusable: { source: 'influxdb', flux: 'from(bucket: "a") |> to(bucket: "b")' },
  grid: bucketsOf,
  can: { infinite: true },
  encode: (series) => ({ body: csv(series) }),
  refuse: (status, words) => ({
    status,
    body: JSON.stringify({ code: 'unauthorized', message: words }),
  }),
  well: () => ({ body: '\r\n' }),
  unwell: {
    'an error inside of a good answer': { answer: { body: ERROR }, says: /an error: type error/ },
  },
  names: {
    answer: () => ({
      body: '#group,false,false,false\r\n,result,table,_value\r\n,,0,http\r\n,,0,cpu\r\n',
    }),
    told: ['http', 'cpu'],
  },
  troubles: {
    'an error comes as a table of a good answer': {
      answer: { body: ERROR },
      code: 'source-refused',
      says: /answered an error: type error 1:46: int != string; correct the query/,
    },
    'an error may come behind a table': {
      answer: { body: `${csv([{ tags: {}, points: [] }])}${ERROR}` },
      code: 'source-refused',
      says: /answered an error: type error/,
    },
    'a 500 of 1.8 for a mistake is final': {
      answer: {
        status: 500,
        body: '{"error":"undefined identifier x"}',
        headers: { 'x-influxdb-error': 'undefined identifier x' },
      },
      code: 'source-refused',
      says: /undefined identifier x; correct the query/,
    },
    'a table without a window is refused': {
      answer: { body: ',result,table,_value\r\n,,0,1\r\n' },
      code: 'source-answer',
      says: /answered a table without the column "_time" .*aggregateWindow/,
    },
  },
});

test('several fields are told apart by the label column', () => {
  const head = '#group,false,false,false,false,true\r\n,result,table,_time,_value,_field\r\n';
  const body = `${head},,0,2026-01-15T09:00:00Z,1,n\r\n\r\n${head},,1,2026-01-15T09:00:00Z,2,ms\r\n`;
  assert.deepEqual(
    readFluxCsv(body).map(({ tags, points }) => [tags, points[0]![1]]),
    [
      [{ column: 'n' }, 1],
      [{ column: 'ms' }, 2],
    ],
  );
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
const requestOf = (query: string, scope: Partial<Scope> = {}) => ({
  metric: 'm',
  query: { source: 'influxdb', flux: query } as SourceQuery,
  side: 'canary' as const,
  scope: { ...SCOPE, ...scope },
  templates: {},
});
const fetchFrom = (query: string, scope: Partial<Scope> = {}) =>
  source.fetch(requestOf(query, scope), AbortSignal.timeout(20_000));
const skip = FLUX_SKIP;

for (const [what, query, says] of [
  ['another package', `import "http"\n${FLUX}`, /may not import "http", only array/],
  [
    'a value among text',
    FLUX.replace('== ${scope}', '== "v-${scope}"'),
    /put the parts together in the query: "text" \+ \$\{scope\}/,
  ],
] as const) {
  test(`Flux with ${what} is refused before it is sent`, async () => {
    const made = await createInfluxdbSource(
      { ...ACCOUNT, name: 'i', url: 'http://127.0.0.1:1' },
      { client, now: Date.now },
    );
    assert.throws(() => made.describe(requestOf(query)), { code: 'invalid-query', message: says });
  });
}

/** As the line protocol writes a tag; it has no way to end one with a backslash or to hold a new line. */
const tag = (value: string) => value.replaceAll(/[,= ]/g, String.raw`\$&`);
const WRITABLE = HOSTILE.filter((value) => value !== '' && !/[\n\\]/.test(value));

before(async () => {
  if (skip !== false) return;
  server = await startFlux();
  const minutes = Array.from({ length: 10 }, (_, minute) =>
    Array.from(
      { length: minute === 5 ? 0 : minute + 1 },
      (_, index) => `http,version=v2,host=a n=1i ${START + minute * 60_000 + index}`,
    ),
  ).flat();
  const hostile = WRITABLE.map((value) => `http,version=${tag(value)},host=h n=1i ${START}`);
  await writeLines(server.url, 'shop', [...minutes, ...hostile]);
  source = await createInfluxdbSource(
    { ...ACCOUNT, headers: {}, name: 'i', url: server.url },
    { client, now: Date.now },
  );
});
after(async () => {
  await server?.stop();
  await client.close();
});

testMetricSource(
  'InfluxDB 1.8 by Flux',
  async () => ({
    source,
    answered: requestOf(OF_18),
    empty: requestOf(OF_18, { scope: 'nobody' }),
    unusable: requestOf('buckets()'),
    grid: bucketsOf,
    close: async () => undefined,
  }),
  skip,
);

test(
  'InfluxDB 1.8 by Flux: buckets begin where the window does, an empty one is a gap',
  { skip },
  async () => {
    const { series } = await fetchFrom(OF_18);
    assert.deepEqual(
      series.map(({ tags, startAt, values }) => ({ tags, startAt, values })),
      [{ tags: { host: 'a' }, startAt: START, values: [1, 2, 3, 4, 5, NaN, 7, 8, 9, 10] }],
    );
  },
);

test(
  'InfluxDB 1.8 by Flux: a value of a scope is a value, whatever it holds',
  { skip },
  async () => {
    for (const version of WRITABLE) {
      const { series } = await fetchFrom(OF_18, { scope: version });
      assert.deepEqual(
        series.map(({ tags }) => tags),
        [{ host: 'h' }],
        version,
      );
    }
  },
);

test('InfluxDB 1.8 by Flux: mistakes are told in its words, and it is well', { skip }, async () => {
  await source.ping!(AbortSignal.timeout(20_000));
  await assert.rejects(fetchFrom(OF_18.replace('sum()', 'nofn()')), {
    code: 'source-refused',
    message: /nofn.*; correct the query/,
  });
});
