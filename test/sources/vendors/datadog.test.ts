import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceQuery } from '../../../src/model/config.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { epochBucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createDatadogSource } from '../../../src/sources/vendors/datadog.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const ACCOUNT = {
  source: 'datadog',
  headers: { 'DD-API-KEY': SECRET, 'DD-APPLICATION-KEY': `${SECRET}-app` },
} as const;
const QUERY = {
  source: 'datadog',
  query: 'sum:http.errors{service:shop,version:${scope}} by {host}.as_count().rollup(sum, ${step})',
};

/** `values[i]` belongs to `series[i]`; the times are those of all series. */
function timeseries(series: readonly RangeSeries[]): string {
  const times = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))];
  const attributes = {
    times,
    series: series.map(({ tags }) => ({
      group_tags: Object.entries(tags).map(([key, value]) => `${key}:${value}`),
      query_index: 0,
      unit: null,
    })),
    values: series.map(({ points }) => times.map((at) => new Map(points).get(at) ?? null)),
  };
  return JSON.stringify({ data: { type: 'timeseries_response', attributes } });
}

testVendor('datadog', {
  create: createDatadogSource,
  account: ACCOUNT,
  query: QUERY,
  unusable: { source: 'datadog', query: 'avg:x{version:${nobody}}' },
  grid: (scope) => epochBucketsOf(scope).grid,
  can: { first: 2 },
  encode: (series) => ({ body: timeseries(series) }),
  well: () => ({ body: timeseries([]) }),
  names: {
    answer: () => ({ body: '{"from":"1","metrics":["http.errors"]}' }),
    told: ['http.errors'],
  },
  refuse: (status, words) => ({ status, body: JSON.stringify({ errors: [words] }) }),
  hint: { 'x-ratelimit-reset': '7', 'x-ratelimit-limit': '300' },
  troubles: {
    'an error inside of a good answer ends it': {
      answer: { body: JSON.stringify({ errors: ['No metric http.errors'] }) },
      code: 'source-refused',
      says: /answered an error: No metric http\.errors; correct the query for metric "errors"/,
    },
    'an answer in longer steps is refused': {
      answer: {
        body: timeseries([
          {
            tags: {},
            points: [0, 2, 4, 6, 8].map((minute) => [
              Date.parse('2026-01-15T10:00:00Z') + minute * 60_000,
              1,
            ]),
          },
        ]),
      },
      code: 'source-answer',
      says: /answered every 2m, asked for 1m; shorten the window or lengthen the step/,
    },
  },
});

const SCOPE: Scope = {
  scope: 'app:shop,version:v2',
  location: '',
  startAt: Date.parse('2026-01-15T09:00:00Z'),
  endAt: Date.parse('2026-01-15T10:00:00Z'),
  stepSeconds: 60,
  parameters: { app: 'shop' },
};

async function ask(query: object, handler: StubHandler, more: Partial<Scope> = {}) {
  const server = await startStubServer(handler);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createDatadogSource(
    { ...ACCOUNT, name: 'dd', url: server.url },
    { client, now: () => SCOPE.endAt },
  );
  try {
    const request = {
      metric: 'm',
      query: { source: 'datadog', ...query } as SourceQuery,
      side: 'canary' as const,
      scope: { ...SCOPE, ...more },
      templates: { 'by-app': 'avg:x{app:${app},version:${scope}} by {host}' },
    };
    const fetched = await source.fetch(request, AbortSignal.timeout(10_000));
    return { ...fetched, query: source.describe(request), requests: server.requests };
  } finally {
    await client.close();
    await server.close();
  }
}

const V1 = { body: JSON.stringify({ status: 'ok', series: [] }) };

test('a query of v2 is asked for in milliseconds, its end left out, with both keys', async () => {
  const { requests } = await ask(QUERY, () => ({ body: timeseries([]) }), { scope: 'v2' });
  const [asked] = requests;
  assert.equal(`${asked!.method} ${asked!.path}`, 'POST /api/v2/query/timeseries');
  assert.equal(asked!.headers['dd-api-key'], SECRET);
  assert.deepEqual(JSON.parse(asked!.body), {
    data: {
      type: 'timeseries_request',
      attributes: {
        from: SCOPE.startAt,
        to: SCOPE.endAt,
        interval: 60_000,
        queries: [
          {
            data_source: 'metrics',
            name: 'a',
            query: 'sum:http.errors{service:shop,version:v2} by {host}.as_count().rollup(sum, 60)',
          },
        ],
        formulas: [{ formula: 'a' }],
      },
    },
  });
});

test('a window that begins between two steps is read from the next one, and says so', async () => {
  const more = { scope: 'v2', startAt: SCOPE.startAt + 37_000, endAt: SCOPE.endAt + 37_000 };
  const { requests, remarks } = await ask(QUERY, () => ({ body: timeseries([]) }), more);
  const { from, to } = (
    JSON.parse(requests[0]!.body) as { data: { attributes: { from: number; to: number } } }
  ).data.attributes;
  assert.deepEqual([from, to], [SCOPE.startAt + 60_000, SCOPE.endAt]);
  assert.deepEqual(
    remarks.map(({ kind }) => kind),
    ['warning'],
  );
  assert.match(remarks[0]!.text, /cuts time at multiples of 1m/);
});

test('several queries need a formula over their names', async () => {
  const queries = {
    e: 'sum:errors{version:${scope}}.as_count()',
    r: 'sum:requests{version:${scope}}.as_count()',
  };
  await assert.rejects(
    ask({ queries }, () => V1, { scope: 'v2' }),
    /need a "formula" over their names/,
  );
  const { requests, query } = await ask(
    { queries, formula: 'e / r' },
    () => ({ body: timeseries([]) }),
    { scope: 'v2' },
  );
  assert.match(requests[0]!.body, /"formulas":\[\{"formula":"e \/ r"\}\]/);
  assert.equal(
    query,
    'e: sum:errors{version:v2}.as_count()\nr: sum:requests{version:v2}.as_count()\ne / r',
  );
});

test('logs are counted by the same call, values of a scope inside of quotes', async () => {
  const logs = { search: 'service:shop status:error @version:"${scope}"', groupBy: ['host'] };
  const { requests, query } = await ask({ logs }, () => ({ body: timeseries([]) }), {
    scope: 'v"2\\',
  });
  const body = JSON.parse(requests[0]!.body) as { data: { attributes: { queries: unknown[] } } };
  assert.deepEqual(body.data.attributes.queries, [
    {
      data_source: 'logs',
      name: 'a',
      search: { query: 'service:shop status:error @version:"v\\"2\\\\"' },
      compute: { aggregation: 'count', interval: 60_000 },
      group_by: [{ facet: 'host', limit: 1000, sort: { aggregation: 'count', order: 'desc' } }],
    },
  ]);
  assert.equal(
    query,
    'count of logs service:shop status:error @version:"v\\"2\\\\" by host'.replace(
      'count of logs',
      'count of logs',
    ),
  );
});

for (const value of ['v2,*', 'v2}', '*', '!v2', '-v2', 'a b', '']) {
  test(`a tag that could mean more than itself is refused: ${JSON.stringify(value)}`, async () => {
    await assert.rejects(
      ask(QUERY, () => V1, { scope: value }),
      { code: 'invalid-query' },
    );
  });
}

const KAYENTA: [string, object, string][] = [
  [
    'its metric and scope',
    { metricName: 'avg:system.load.1' },
    'avg:system.load.1{app:shop,version:v2}',
  ],
  [
    'its inline template',
    { metricName: 'x', customInlineTemplate: 'avg:x{${scope}} by {host}' },
    'avg:x{app:shop,version:v2} by {host}',
  ],
  [
    'its named template',
    { customFilterTemplate: 'by-app' },
    'avg:x{app:shop,version:app:shop,version:v2} by {host}',
  ],
];
for (const [what, query, text] of KAYENTA) {
  test(`a query of Kayenta is sent as Kayenta sends it: ${what}`, async () => {
    const { requests, query: told } = await ask(query, () => V1);
    const { pathname, searchParams } = new URL(requests[0]!.path, 'http://x');
    assert.equal(`${requests[0]!.method} ${pathname}`, 'GET /api/v1/query');
    assert.deepEqual(Object.fromEntries(searchParams), {
      from: '1768467600',
      to: '1768471200',
      query: text,
    });
    assert.equal(told, text);
  });
}

test('an answer of v1 is read as Kayenta reads it', async () => {
  const pointlist = [
    [0, 1],
    [120_000, 3],
    [180_000, null],
  ];
  const series = [{ start: 0, end: 180_000, interval: 60, pointlist }];
  const answered = await ask({ metricName: 'x' }, () => ({
    body: JSON.stringify({ status: 'ok', series }),
  }));
  assert.deepEqual(answered.series, [
    {
      tags: {},
      startAt: 0,
      stepMs: 60_000,
      values: [1, NaN, 3, NaN],
      attributes: { query: answered.query },
    },
  ]);
});

test('an error of v1 inside of a 200 is a refusal', async () => {
  const body = JSON.stringify({ status: 'error', error: 'Rule is malformed' });
  await assert.rejects(
    ask({ metricName: 'x' }, () => ({ body })),
    /answered an error: Rule is malformed/,
  );
});
