import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceQuery } from '../../../src/model/config.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { epochBucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createWavefrontSource } from '../../../src/sources/vendors/wavefront.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const ACCOUNT = { source: 'wavefront', headers: {}, bearerToken: SECRET } as const;
const TS = 'sum(ts(http.errors, version="${scope}"), host)';

function chart(series: readonly RangeSeries[], more: object = {}): string {
  const timeseries = series.map(({ tags: { host, ...tags }, points }) => ({
    label: 'http.errors',
    ...(host === undefined ? {} : { host }),
    tags,
    data: points.map(([at, value]) => [at / 1000, value]),
  }));
  return JSON.stringify({
    granularity: 60,
    ...(series.length === 0 ? {} : { timeseries }),
    ...more,
  });
}

testVendor('wavefront', {
  create: createWavefrontSource,
  account: ACCOUNT,
  query: { source: 'wavefront', ts: TS },
  unusable: { source: 'wavefront', ts: 'ts(x, version=${scope})' },
  grid: (scope) => epochBucketsOf(scope).grid,
  encode: (series) => ({ body: chart(series) }),
  well: () => ({ body: JSON.stringify({ query: '1', timeseries: [] }) }),
  unwell: {
    'an error inside of a good answer': {
      answer: { body: JSON.stringify({ errorType: 'AUTH', errorMessage: 'no access' }) },
      says: /answered an error: AUTH: no access/,
    },
  },
  refuse: (status, words) => ({
    status,
    body: JSON.stringify({ status: { result: 'ERROR', message: words, code: status } }),
  }),
  troubles: {
    'an error inside of a good answer ends it': {
      answer: {
        body: JSON.stringify({ errorType: 'QuerySyntaxError', errorMessage: 'unmatched (' }),
      },
      code: 'source-refused',
      says: /answered an error: QuerySyntaxError: unmatched \(; correct the query/,
    },
    'a coarser answer is refused': {
      answer: { body: chart([], { granularity: 3600 }) },
      code: 'source-answer',
      says: /answered every 3600s, asked for 60s; shorten the window/,
    },
  },
});

const SCOPE: Scope = {
  scope: 'v2',
  location: '',
  startAt: Date.parse('2026-01-15T09:00:00Z'),
  endAt: Date.parse('2026-01-15T10:00:00Z'),
  stepSeconds: 60,
  parameters: {},
};

async function ask(query: object, handler: StubHandler, more: Partial<Scope> = {}) {
  const server = await startStubServer(handler);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createWavefrontSource(
    { ...ACCOUNT, name: 'wf', url: server.url },
    { client, now: Date.now },
  );
  try {
    const request = {
      metric: 'm',
      query: { source: 'wavefront', ...query } as SourceQuery,
      side: 'canary' as const,
      scope: { ...SCOPE, ...more },
      templates: {},
    };
    const fetched = await source.fetch(request, AbortSignal.timeout(10_000));
    return { ...fetched, requests: server.requests };
  } finally {
    await client.close();
    await server.close();
  }
}

const NOTHING = { body: chart([], { warnings: 'nothing matched' }) };
const COMMON = { listMode: 'true', strict: 'true', sorted: 'true' };

test('a query is asked for in milliseconds, its end left out, and warnings are kept', async () => {
  const { requests, remarks } = await ask({ ts: TS, summarization: 'SUM' }, () => NOTHING);
  const { pathname, searchParams } = new URL(requests[0]!.path, 'http://x');
  assert.equal(`${requests[0]!.method} ${pathname}`, 'GET /api/v2/chart/api');
  assert.equal(requests[0]!.headers['authorization'], `Bearer ${SECRET}`);
  assert.deepEqual(Object.fromEntries(searchParams), {
    n: 'canary-verdict',
    q: 'sum(ts(http.errors, version="v2"), host)',
    s: '1768467600000',
    e: '1768471199999',
    g: 'm',
    summarization: 'SUM',
    ...COMMON,
  });
  assert.deepEqual(remarks, [{ kind: 'warning', text: 'Wavefront: nothing matched' }]);
});

test('a step of several units needs the query to align', async () => {
  await assert.rejects(
    ask({ ts: TS }, () => NOTHING, { stepSeconds: 300 }),
    /steps of 1s, 1m, 1h and 1d; for one of 300s write align\(\$\{step\}, mean, \.\.\.\)/,
  );
  const { requests } = await ask({ ts: 'align(${step}, sum, ts(x))' }, () => NOTHING, {
    stepSeconds: 300,
  });
  assert.equal(
    new URL(requests[0]!.path, 'http://x').searchParams.get('q'),
    'align(300s, sum, ts(x))',
  );
});

for (const value of ['v*', 'v"', "v'", 'v\\']) {
  test(`a value that could mean more than itself is refused: ${value}`, async () => {
    await assert.rejects(
      ask({ ts: TS }, () => NOTHING, { scope: value }),
      { code: 'invalid-query' },
    );
  });
}

const EMPTY = { body: JSON.stringify({ timeseries: [] }) };
const KAYENTA: [object, number, string, string][] = [
  [
    { metricName: 'mem.used', aggregate: 'avg', summarization: 'MEAN' },
    60,
    'avg(ts(mem.used, version=v2))',
    'm',
  ],
  [{ metricName: 'mem.used', summarization: 'MEAN' }, 90, 'ts(mem.used, version=v2)', 's'],
  [{ metricName: 'mem.used', summarization: 'MEAN' }, 7200, 'ts(mem.used, version=v2)', 'h'],
];
for (const [query, stepSeconds, q, g] of KAYENTA) {
  test(`a query of Kayenta is sent as Kayenta sends it: ${q} by ${stepSeconds}`, async () => {
    const { requests } = await ask(query, () => EMPTY, { scope: 'version=v2', stepSeconds });
    const { searchParams } = new URL(requests[0]!.path, 'http://x');
    const asked = {
      n: 'Kayenta-Query',
      q,
      s: '1768467600000',
      e: '1768471200000',
      g,
      summarization: 'MEAN',
    };
    assert.deepEqual(Object.fromEntries(searchParams), { ...asked, ...COMMON });
  });
}

test('an answer is read as Kayenta reads it', async () => {
  const timeseries = [
    {
      label: 'x',
      host: 'h1',
      tags: { zone: 'a' },
      data: [
        [0, 1],
        [120, 3],
      ],
    },
    { label: 'x', tags: {}, data: [] },
  ];
  const { series } = await ask({ metricName: 'x' }, () => ({
    body: JSON.stringify({ timeseries }),
  }));
  assert.deepEqual(
    series.map(({ tags, startAt, stepMs, values }) => ({ tags, startAt, stepMs, values })),
    [{ tags: { zone: 'a' }, startAt: 0, stepMs: 60_000, values: [1, NaN, 3] }],
  );
  await assert.rejects(
    ask({ metricName: 'x' }, () => ({ body: '{}' })),
    /No metrics returned for query: ts\(x, v2\) from 1768467600000 to 1768471200000/,
  );
});
