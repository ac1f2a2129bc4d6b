import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceQuery } from '../../../src/model/config.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { bucketsOf, epochBucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createElasticsearchSource } from '../../../src/sources/elasticsearch/elasticsearch.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const ACCOUNT = {
  source: 'elasticsearch',
  headers: { authorization: `ApiKey ${SECRET}` },
} as const;
const WHOLE = { timed_out: false, _shards: { total: 3, successful: 3, failed: 0 } };

function refuse(status: number, words: string) {
  const error = { type: 'security_exception', reason: words, root_cause: [] };
  return { status, body: JSON.stringify({ error, status }) };
}

const FIELDS = ['host', 'zone'];

/** Buckets of one or two fields, in the form that the request asks for. */
function search(series: readonly RangeSeries[], asked: string): string {
  const isCount = !asked.includes('"avg"');
  const buckets = series.map(({ tags, points }) => ({
    key: FIELDS.map((field) => tags[field] ?? ''),
    doc_count: 5,
    time: {
      buckets: points.map(([key, value]) =>
        isCount ? { key, doc_count: value } : { key, doc_count: 5, value: { value } },
      ),
    },
  }));
  return JSON.stringify({
    ...WHOLE,
    aggregations: { labels: { sum_other_doc_count: 0, buckets } },
  });
}

const QUERY = {
  source: 'elasticsearch',
  index: 'logs-shop-*',
  filter: { bool: { filter: [{ term: { version: '${scope}' } }] } },
  value: { avg: { field: 'lat' } },
  groupBy: FIELDS,
} as const;

testVendor('elasticsearch', {
  create: createElasticsearchSource,
  account: ACCOUNT,
  query: QUERY,
  unusable: { ...QUERY, filter: { term: { version: '${nobody}' } } },
  grid: bucketsOf,
  encode: (series, _grid, { body }) => ({ body: search(series.map(withFields), body) }),
  refuse,
  well: () => ({ body: search([], '{}') }),
  names: {
    answer: () => ({
      body: JSON.stringify({
        indices: [{ name: 'logs-1' }],
        aliases: [{ name: 'logs' }],
        data_streams: [],
      }),
    }),
    told: ['logs-1', 'logs'],
    match: { selector: 'logs-*', sent: /_resolve\/index\/logs-\*/ },
  },
  troubles: {
    'too many buckets are no fault that passes, whatever the status says': {
      answer: {
        status: 503,
        body: JSON.stringify({
          status: 503,
          error: {
            type: 'search_phase_execution_exception',
            reason: '',
            root_cause: [],
            caused_by: { type: 'too_many_buckets_exception', reason: 'Trying to create too many' },
          },
        }),
      },
      code: 'source-limit',
      says: /answered 503 for metric "errors": too_many_buckets_exception: Trying to create/,
    },
    'a search that ran out of time is asked again': {
      answer: { body: JSON.stringify({ ...WHOLE, timed_out: true, aggregations: {} }) },
      code: 'source-unavailable',
      retryable: true,
      says: /answered a part alone, as it ran out of time/,
    },
    'a search that lost shards is asked again': {
      answer: { body: JSON.stringify({ timed_out: false, _shards: { failed: 2 } }) },
      code: 'source-unavailable',
      retryable: true,
      says: /answered a part alone, as 2 of its shards failed/,
    },
    'groups that are left out are no answer': {
      answer: {
        body: JSON.stringify({
          ...WHOLE,
          aggregations: { labels: { sum_other_doc_count: 7, buckets: [] } },
        }),
      },
      code: 'source-limit',
      says: /answered a part of more than 1000 series; group by fewer fields/,
    },
    'an index that is not there is told': {
      answer: {
        status: 404,
        body: JSON.stringify({
          error: { type: 'index_not_found_exception', reason: 'no such index' },
        }),
      },
      code: 'source-refused',
      says: /404 .*index_not_found_exception: no such index; check the index/,
    },
  },
});

/** A group has a key of each field. */
function withFields({ tags, ...one }: RangeSeries): RangeSeries {
  const whole = Object.fromEntries(FIELDS.map((field) => [field, tags[field] ?? '']));
  return { ...one, tags: whole };
}

const ESQL =
  'FROM logs-* | WHERE @timestamp >= ${start} AND @timestamp < ${end} AND version == ${scope} | STATS value = COUNT(*) BY time = BUCKET(@timestamp, ${step}), host, zone';

testVendor('elasticsearch, by ES|QL', {
  create: createElasticsearchSource,
  account: ACCOUNT,
  query: { source: 'elasticsearch', esql: ESQL },
  unusable: { source: 'elasticsearch', esql: 'FROM a | LIMIT 10' },
  grid: (scope) => epochBucketsOf(scope).grid,
  encode: (series) => {
    const labels = series.some(({ tags }) => Object.keys(tags).length > 0)
      ? Object.keys(series[0]!.tags)
      : [];
    const columns = ['value', 'time', ...labels].map((name) => ({ name, type: 'keyword' }));
    const values = series.flatMap(({ tags, points }) =>
      points.map(([at, value]) => [
        value,
        new Date(at).toISOString(),
        ...labels.map((label) => tags[label]),
      ]),
    );
    return { body: JSON.stringify({ columns, values, is_partial: false }) };
  },
  refuse,
  well: () => ({ body: '{}' }),
  troubles: {
    'a partial table is asked for again': {
      answer: { body: '{"columns":[],"values":[],"is_partial":true}' },
      code: 'source-unavailable',
      retryable: true,
      says: /answered a part alone \(is_partial\)/,
    },
    'a table that may be cut is refused': {
      answer: {
        body: JSON.stringify({
          columns: [{ name: 'time' }, { name: 'value' }],
          values: Array.from({ length: 10_000 }, () => []),
        }),
      },
      code: 'source-limit',
      says: /answered 10000 rows, which are all it gives/,
    },
  },
});

const SCOPE: Scope = {
  scope: 'v2',
  location: '',
  startAt: Date.parse('2026-01-15T09:00:37Z'),
  endAt: Date.parse('2026-01-15T10:00:37Z'),
  stepSeconds: 60,
  parameters: {},
};

async function ask(query: object, handler: StubHandler, scope: Partial<Scope> = {}) {
  const server = await startStubServer(handler);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createElasticsearchSource(
    { ...ACCOUNT, name: 'es', url: server.url, maxSeries: 100 },
    { client, now: Date.now },
  );
  try {
    const request = {
      metric: 'm',
      query: { source: 'elasticsearch', ...query } as SourceQuery,
      side: 'canary' as const,
      scope: { ...SCOPE, ...scope },
      templates: {},
    };
    const fetched = await source.fetch(request, AbortSignal.timeout(10_000));
    const bodies = server.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    return { ...fetched, told: source.describe(request), requests: server.requests, bodies };
  } finally {
    await client.close();
    await server.close();
  }
}

const EMPTY: StubHandler = () => ({ body: JSON.stringify(WHOLE) });

test('buckets begin where the window does, by an offset', async () => {
  const { requests, bodies, told, series } = await ask({ ...QUERY, groupBy: ['host'] }, EMPTY);
  const { pathname, searchParams } = new URL(requests[0]!.path, 'http://x');
  assert.equal(pathname, '/logs-shop-*/_search');
  assert.deepEqual(Object.fromEntries(searchParams), {
    allow_no_indices: 'false',
    ignore_unavailable: 'false',
    allow_partial_search_results: 'false',
  });
  assert.deepEqual(bodies[0], {
    size: 0,
    track_total_hits: false,
    query: {
      bool: {
        filter: [
          {
            range: {
              '@timestamp': { gte: SCOPE.startAt, lt: SCOPE.endAt, format: 'epoch_millis' },
            },
          },
          { bool: { filter: [{ term: { version: 'v2' } }] } },
        ],
      },
    },
    aggs: {
      labels: {
        terms: { field: 'host', size: 101 },
        aggs: {
          time: {
            date_histogram: {
              field: '@timestamp',
              fixed_interval: '60s',
              offset: '+37000ms',
              min_doc_count: 1,
            },
            aggs: { value: { avg: { field: 'lat' } } },
          },
        },
      },
    },
  });
  assert.match(told, /^avg \{"field":"lat"\} by host of logs-shop-\*: /);
  assert.deepEqual(series, []);
});

test('documents are counted where no value is told, and one percentile is read from its list', async () => {
  const time = (bucket: object) => ({
    body: JSON.stringify({
      ...WHOLE,
      aggregations: { time: { buckets: [{ key: SCOPE.startAt, doc_count: 3, ...bucket }] } },
    }),
  });
  const count = await ask({ index: 'a' }, () => time({}));
  assert.equal(count.series[0]!.values[0], 3);
  assert.ok(Number.isNaN(count.series[0]!.values[1]));
  const value = { percentiles: { field: 'lat', percents: [95] } };
  const latency = await ask({ index: 'a', value }, () =>
    time({ value: { values: [{ key: 95, value: 0.27 }] } }),
  );
  assert.equal(latency.series[0]!.values[0], 0.27);
  assert.match(latency.requests[0]!.body, /"percents":\[95\],"keyed":false/);
});

test('a flag is told by its text', async () => {
  const bucket = { key: 1, key_as_string: 'true', time: { buckets: [] } };
  const body = JSON.stringify({ ...WHOLE, aggregations: { labels: { buckets: [bucket] } } });
  const { series } = await ask({ index: 'a', groupBy: ['ok'] }, () => ({ body }));
  assert.deepEqual(series[0]!.tags, { ok: 'true' });
});

test('a long window is asked for in parts that each have few buckets', async () => {
  const endAt = SCOPE.startAt + 1000 * 60_000;
  const { bodies } = await ask({ index: 'a', groupBy: ['host'] }, EMPTY, { endAt });
  assert.equal(bodies.length, 2);
});

const filled: [string, object, string, object][] = [
  ['a term', { term: { v: '${scope}' } }, 'a" OR *', { term: { v: 'a" OR *' } }],
  [
    'a regular expression',
    { regexp: { v: '${scope}.*' } },
    'a.b|c',
    { regexp: { v: 'a\\.b\\|c.*' } },
  ],
  [
    'a wildcard',
    { wildcard: { v: { value: '${scope}-*' } } },
    'a*',
    { wildcard: { v: { value: 'a\\*-*' } } },
  ],
  [
    'a text of Lucene',
    { query_string: { query: 'v:"${scope}" AND ok:false' } },
    'a" OR "b',
    { query_string: { query: 'v:"a\\" OR \\"b" AND ok:false' } },
  ],
  [
    'a parameter of a script',
    { script: { script: { source: 'x', params: { v: '${scope}' } } } },
    'a; b',
    { script: { script: { source: 'x', params: { v: 'a; b' } } } },
  ],
];
for (const [what, filter, scope, sent] of filled) {
  test(`a value is one value in ${what}`, async () => {
    const { bodies } = await ask({ index: 'a', filter }, EMPTY, { scope });
    const { bool } = bodies[0]!['query'] as { bool: { filter: unknown[] } };
    assert.deepEqual(bool.filter[1], sent);
  });
}

const refused: [string, object, RegExp][] = [
  ['a script', { filter: { script: { script: '${scope}' } } }, /hand it over by "params"/],
  [
    'Lucene without quotes',
    { filter: { query_string: { query: 'v:${scope}' } } },
    /outside of quotes/,
  ],
  ['an index', { index: 'logs-${scope}' }, /is no part of the name of an index/],
  ['several percentiles', { value: { percentiles: { percents: [1, 2] } } }, /a list of one number/],
  ['an unknown aggregation', { value: { scripted_metric: {} } }, /must be one of count, avg/],
  ['two aggregations', { value: { avg: {}, max: {} } }, /one aggregation with its settings/],
];
for (const [what, query, message] of refused) {
  test(`what cannot be asked is refused: ${what}`, async () => {
    const scope = { scope: 'a OR *' };
    await assert.rejects(ask({ index: 'a', ...query }, EMPTY, scope), (error: Error) =>
      message.test(error.message),
    );
  });
}

test('values are parameters of ES|QL', async () => {
  const window = { startAt: SCOPE.startAt - 37_000, endAt: SCOPE.endAt - 37_000 };
  const { bodies, requests } = await ask(
    { esql: ESQL },
    () => ({ body: '{"columns":[{"name":"time"},{"name":"value"}],"values":[]}' }),
    { ...window, scope: 'a" OR true' },
  );
  assert.equal(requests[0]!.path, '/_query?format=json');
  assert.deepEqual(bodies[0], {
    query:
      'FROM logs-* | WHERE @timestamp >= TO_DATETIME("2026-01-15T09:00:00.000Z") AND @timestamp < TO_DATETIME("2026-01-15T10:00:00.000Z") AND version == ?p_scope | STATS value = COUNT(*) BY time = BUCKET(@timestamp, 60000 milliseconds), host, zone | LIMIT 10000',
    params: [{ p_scope: 'a" OR true' }],
  });
});
