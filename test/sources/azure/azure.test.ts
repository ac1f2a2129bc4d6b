import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceQuery } from '../../../src/model/config.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { createAzureSource } from '../../../src/sources/azure/azure.ts';
import { bucketsOf, epochBucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const ACCOUNT = { source: 'azure', headers: {}, bearerToken: SECRET } as const;
const SITE = '/subscriptions/s1/resourceGroups/shop/providers/Microsoft.Web/sites/';
const METRIC = {
  source: 'azure',
  resources: [`${SITE}\${scope}`],
  namespace: 'microsoft.web/sites',
  metric: 'Http5xx',
  aggregation: 'total',
  filter: "Instance eq '*'",
} as const;

function refuse(status: number, words: string) {
  return { status, body: JSON.stringify({ error: { code: 'X', message: words } }) };
}

function valueOf(series: readonly RangeSeries[], resourceid: string, interval = 'PT1M'): object {
  const timeseries = series.map(({ tags, points }) => ({
    metadatavalues: Object.entries(tags).map(([name, value]) => ({ name: { value: name }, value })),
    data: points.map(([at, total]) => ({ timeStamp: new Date(at).toISOString(), total })),
  }));
  return { interval, resourceid, value: [{ errorCode: 'Success', timeseries }] };
}

function batch(series: readonly RangeSeries[], interval?: string): string {
  return JSON.stringify({ values: [valueOf(series, `${SITE}v2`, interval)] });
}

testVendor('azure, metrics', {
  create: createAzureSource,
  account: { ...ACCOUNT, options: { resource: `${SITE}shop`, metric: 'Http5xx' } },
  query: METRIC,
  unusable: { ...METRIC, resources: ['/sites/${scope}'] },
  grid: (scope) => epochBucketsOf(scope).grid,
  encode: (series) => ({ body: batch(series) }),
  refuse,
  well: () => ({ body: batch([]) }),
  troubles: {
    'another step than was asked for is refused': {
      answer: { body: batch([], 'PT5M') },
      code: 'source-answer',
      says: /answered in steps of PT5M, asked for PT1M/,
    },
    'a metric that failed is refused': {
      answer: {
        body: JSON.stringify({
          values: [{ value: [{ errorCode: 'InvalidMetric', errorMessage: 'no such metric' }] }],
        }),
      },
      code: 'source-refused',
      says: /answered an error: no such metric; correct the query/,
    },
  },
});

const KQL =
  "AppRequests | where TimeGenerated >= datetime(${start}) and AppVersion == '${scope}' | summarize value = count() by time = bin_at(TimeGenerated, ${step}, datetime(${start})), host";
const LOGS = { source: 'azure', kql: KQL, workspace: 'w1' };

testVendor('azure, logs', {
  create: createAzureSource,
  account: { ...ACCOUNT, options: { workspace: 'w1' } },
  query: LOGS,
  unusable: { ...LOGS, kql: "T | where v == '${nobody}'" },
  grid: bucketsOf,
  can: { infinite: true },
  encode: (series) => {
    const labels = [...new Set(series.flatMap(({ tags }) => Object.keys(tags)))];
    const columns = ['time', 'value', ...labels].map((name) => ({ name, type: 'string' }));
    const rows = series.flatMap(({ tags, points }) =>
      points.map(([at, value]) => [
        new Date(at).toISOString(),
        Number.isFinite(value) ? value : String(value),
        ...labels.map((label) => tags[label]),
      ]),
    );
    return { body: JSON.stringify({ tables: [{ name: 'PrimaryResult', columns, rows }] }) };
  },
  refuse,
  well: () => ({ body: JSON.stringify({ tables: [{ columns: [{ name: 'one' }], rows: [[1]] }] }) }),
  names: {
    answer: () => ({
      body: JSON.stringify({ tables: [{ name: 'AppRequests' }, { name: 'AppTraces' }] }),
    }),
    told: ['AppRequests', 'AppTraces'],
  },
  troubles: {
    'a table that is not whole is asked for again': {
      answer: { body: '{"tables":[],"error":{"code":"PartialError","message":"a shard failed"}}' },
      code: 'source-unavailable',
      retryable: true,
      says: /answered a part alone: "a shard failed"/,
    },
    'a table that is too long is refused': {
      answer: { body: '{"tables":[],"error":{"code":"PartialError","message":"limit exceeded"}}' },
      code: 'source-limit',
      says: /answered a part alone: "limit exceeded"; summarize more/,
    },
  },
});

const SCOPE: Scope = {
  scope: 'v2',
  location: '',
  startAt: Date.parse('2026-01-15T09:00:00Z'),
  endAt: Date.parse('2026-01-15T09:10:00Z'),
  stepSeconds: 60,
  parameters: {},
};

async function ask(query: object, handler: StubHandler, scope: Partial<Scope> = {}) {
  const server = await startStubServer(handler);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const account = { ...ACCOUNT, name: 'az', url: server.url, options: { workspace: 'w/2' } };
  const source = await createAzureSource({ ...account, maxSeries: 3 }, { client, now: Date.now });
  try {
    const request = {
      metric: 'm',
      query: { source: 'azure', ...query } as SourceQuery,
      side: 'canary' as const,
      scope: { ...SCOPE, ...scope },
      templates: {},
    };
    const fetched = await source.fetch(request, AbortSignal.timeout(10_000));
    return { ...fetched, requests: server.requests };
  } finally {
    await client.close();
    await server.close();
  }
}

test('a metric is asked for with one series more than may be, as nothing tells of those left out', async () => {
  const { requests } = await ask(METRIC, () => ({ body: batch([]) }));
  const { pathname, searchParams } = new URL(requests[0]!.path, 'http://x');
  assert.equal(pathname, '/subscriptions/s1/metrics:getBatch');
  assert.deepEqual(Object.fromEntries(searchParams), {
    starttime: '2026-01-15T09:00:00.000Z',
    endtime: '2026-01-15T09:10:00.000Z',
    interval: 'PT1M',
    metricnamespace: 'microsoft.web/sites',
    metricnames: 'Http5xx',
    aggregation: 'total',
    filter: "Instance eq '*'",
    top: '4',
    'api-version': '2023-10-01',
  });
  assert.deepEqual(JSON.parse(requests[0]!.body), { resourceids: [`${SITE}v2`] });
  const many = Array.from({ length: 4 }, (_, index) => ({
    tags: { instance: String(index) },
    points: [],
  }));
  await assert.rejects(
    ask(METRIC, () => ({ body: batch(many) })),
    /has 4 series for metric "m", more than 3/,
  );
});

test('several resources are told apart by their names', async () => {
  const resources = [`${SITE}a`, `${SITE}b`];
  const one: RangeSeries = { tags: {}, points: [[SCOPE.startAt, 1]] };
  const body = JSON.stringify({ values: resources.map((id) => valueOf([one], id)) });
  const { series } = await ask({ ...METRIC, resources }, () => ({ body }));
  assert.deepEqual(
    series.map(({ tags }) => tags),
    [{ resource: 'a' }, { resource: 'b' }],
  );
});

test('logs are asked for in the workspace of the account, values in their quotes', async () => {
  const empty = '{"tables":[{"columns":[{"name":"time"},{"name":"value"}],"rows":[]}]}';
  const { requests } = await ask({ kql: KQL }, () => ({ body: empty }), { scope: "v'2\\" });
  assert.equal(requests[0]!.path, '/v1/workspaces/w%2F2/query');
  const { query, timespan } = JSON.parse(requests[0]!.body) as Record<string, string>;
  assert.match(query!, /AppVersion == 'v\\'2\\\\' \| .*bin_at\(TimeGenerated, 60s, datetime\(2026/);
  assert.equal(timespan, '2026-01-15T09:00:00.000Z/2026-01-15T09:10:00.000Z');
});

const refused: [string, object, Partial<Scope>, RegExp][] = [
  ['a step that is none', METRIC, { stepSeconds: 120 }, /no steps of 120s, only 60s, 300s/],
  ['a resource of another', METRIC, { scope: 'v2/../x' }, /no part of the id of a resource/],
  ['two statements', { kql: 'T; U' }, {}, /must be one statement/],
  ['a text without escapes', { kql: "T | where v == @'${scope}'" }, {}, /no texts with @/],
  ['any value', { ...METRIC, filter: "v eq '${scope}'" }, { scope: '*' }, /has a \*|id of a res/],
];
for (const [what, query, scope, message] of refused) {
  test(`what cannot be asked is refused: ${what}`, async () => {
    await assert.rejects(
      ask(query, () => ({ body: batch([]) }), scope),
      (error: Error) => message.test(error.message),
    );
  });
}

test('an account that names nothing to ask for cannot be checked, and says what to name', async () => {
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createAzureSource(
    { ...ACCOUNT, name: 'a', url: 'http://127.0.0.1:1' },
    { client, now: Date.now },
  );
  await assert.rejects(source.ping!(AbortSignal.timeout(10_000)), {
    code: 'bad-configuration',
    message: /source "a" was not asked, as Azure answers nothing without a resource: name one/,
  });
  await client.close();
});
