import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceQuery } from '../../../src/model/config.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { epochBucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createCloudwatchSource } from '../../../src/sources/vendors/cloudwatch.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer, type StubHandler, type StubRequest } from '../../support/stub-server.ts';

const ACCOUNT = {
  source: 'cloudwatch',
  headers: {},
  signing: {
    type: 'sigv4',
    region: 'eu-west-1',
    service: 'aps',
    keys: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET },
  },
} as const;
const SQL =
  "SELECT SUM(Errors) FROM SCHEMA(Shop, Version) WHERE Version = '${scope}' GROUP BY Host";

function results(series: readonly RangeSeries[], more: object = {}, result: object = {}): string {
  return JSON.stringify({
    MetricDataResults: series.map(({ tags, points }) => ({
      Id: 'm',
      Label: tags['label'] ?? '',
      Timestamps: points.map(([at]) => at / 1000),
      Values: points.map(([, value]) => value),
      StatusCode: 'Complete',
      ...result,
    })),
    Messages: [],
    ...more,
  });
}

const ONE: RangeSeries = { tags: {}, points: [[Date.parse('2026-01-15T10:00:00Z'), 1]] };
const withStatus = (StatusCode: string) => ({ body: results([ONE], {}, { StatusCode }) });

testVendor('cloudwatch', {
  create: createCloudwatchSource,
  account: ACCOUNT,
  query: { source: 'cloudwatch', sql: SQL },
  unusable: { source: 'cloudwatch', namespace: 'Shop', metric: 'Errors' },
  grid: (scope) => epochBucketsOf(scope).grid,
  can: { labels: ['label'] },
  encode: (series) => ({
    body: results(series.map((one) => ({ ...one, tags: { label: one.tags['label'] ?? '' } }))),
  }),
  pages: (series, _grid, asked) =>
    asked.body.includes('"NextToken":"more"')
      ? { body: results(series.map((one) => ({ ...one, points: one.points.slice(3) }))) }
      : {
          body: results(
            series.map((one) => ({ ...one, points: one.points.slice(0, 3) })),
            { NextToken: 'more' },
            { StatusCode: 'PartialData' },
          ),
        },
  well: () => ({ body: results([]) }),
  unwell: {
    'clocks that differ': {
      answer: {
        status: 400,
        body: JSON.stringify({
          __type: 'com.amazon.coral.service#InvalidSignatureException',
          message: 'Signature expired: 20260115T100030Z is now earlier than 20260115T101000Z',
        }),
      },
      says: /Signature expired: .*; set the clock of this machine/,
    },
    'a session that has ended, told by a 400': {
      answer: {
        status: 400,
        body: JSON.stringify({
          __type: 'ExpiredTokenException',
          message: 'The security token included in the request is expired',
        }),
      },
      says: /ExpiredTokenException: .*; renew the account's sessionToken/,
    },
  },
  names: {
    answer: ({ body }) => ({
      body: JSON.stringify({
        Metrics: ['Errors', body.includes('NextToken') ? 'Requests' : 'Errors'].map(
          (MetricName) => ({
            Namespace: 'Shop',
            MetricName,
            Dimensions: [],
          }),
        ),
        ...(body.includes('NextToken') ? {} : { NextToken: 'more' }),
      }),
    }),
    told: ['Shop Errors', 'Shop Requests'],
  },
  refuse: (status, words) => ({
    status,
    body: JSON.stringify({ __type: 'com.amazonaws.cloudwatch#ValidationError', message: words }),
  }),
  hint: {},
  troubles: {
    'a quota is told by a 400, and passes': {
      answer: {
        status: 400,
        body: JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' }),
      },
      code: 'source-unavailable',
      retryable: true,
      says: /answered 400 for metric "errors": ThrottlingException: Rate exceeded/,
    },
    'a part without a next page stays a part': {
      answer: withStatus('PartialData'),
      code: 'source-limit',
      says: /answered a part of the data; ask for fewer metrics or points/,
    },
    'an error of one result may be tried again': {
      answer: withStatus('InternalError'),
      code: 'source-unavailable',
      retryable: true,
      says: /answered an InternalError/,
    },
    'a result that is forbidden ends it': {
      answer: withStatus('Forbidden'),
      code: 'source-refused',
      says: /answered Forbidden; check what the account's keys may read/,
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
  const source = await createCloudwatchSource(
    { ...ACCOUNT, name: 'cw', url: server.url },
    { client, now: () => SCOPE.endAt },
  );
  try {
    const request = {
      metric: 'm',
      query: { source: 'cloudwatch', ...query } as SourceQuery,
      side: 'canary' as const,
      scope: { ...SCOPE, ...more },
      templates: {},
    };
    const fetched = await source.fetch(request, AbortSignal.timeout(10_000));
    return { ...fetched, query: source.describe(request), requests: server.requests };
  } finally {
    await client.close();
    await server.close();
  }
}

const NOTHING = { body: results([]) };
const queriesOf = ({ body }: StubRequest) =>
  (JSON.parse(body) as { MetricDataQueries: unknown }).MetricDataQueries;

test('a metric is asked for by JSON 1.0, signed, in seconds, ascending', async () => {
  const query = {
    namespace: 'AWS/ApplicationELB',
    metric: 'HTTPCode_Target_5XX_Count',
    dimensions: { LoadBalancer: 'app/shop/1234', TargetGroup: '${scope}' },
    stat: 'Sum',
  };
  const { requests, query: told } = await ask(query, () => NOTHING, { scope: `a" OR '1'*` });
  const [asked] = requests;
  assert.equal(`${asked!.method} ${asked!.path}`, 'POST /');
  assert.equal(asked!.headers['content-type'], 'application/x-amz-json-1.0');
  assert.equal(asked!.headers['x-amz-target'], 'GraniteServiceVersion20100801.GetMetricData');
  assert.match(
    String(asked!.headers['authorization']),
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260115\/eu-west-1\/monitoring\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, /,
  );
  assert.deepEqual(JSON.parse(asked!.body), {
    StartTime: 1768467600,
    EndTime: 1768471200,
    ScanBy: 'TimestampAscending',
    MaxDatapoints: 100_800,
    MetricDataQueries: [
      {
        Id: 'm',
        ReturnData: true,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/ApplicationELB',
            MetricName: 'HTTPCode_Target_5XX_Count',
            Dimensions: [
              { Name: 'LoadBalancer', Value: 'app/shop/1234' },
              { Name: 'TargetGroup', Value: `a" OR '1'*` },
            ],
          },
          Period: 60,
          Stat: 'Sum',
        },
      },
    ],
  });
  assert.match(
    told,
    /^Sum of AWS\/ApplicationELB HTTPCode_Target_5XX_Count \{LoadBalancer=app\/shop\/1234, /,
  );
});

test('of several queries the last is the answer, or the one that is named', async () => {
  const queries = [
    {
      id: 'e',
      namespace: 'Shop',
      metric: 'Errors',
      dimensions: { Version: '${scope}' },
      stat: 'Sum',
    },
    { id: 'rate', expression: 'FILL(e, 0) / 60', label: "$${PROP('Dim.Host')}" },
  ];
  const { requests } = await ask({ queries }, () => NOTHING);
  const [e, rate] = queriesOf(requests[0]!) as Record<string, unknown>[];
  assert.deepEqual([e!['ReturnData'], rate!['ReturnData']], [false, true]);
  assert.deepEqual(rate, {
    Id: 'rate',
    ReturnData: true,
    Label: "${PROP('Dim.Host')}",
    Expression: 'FILL(e, 0) / 60',
    Period: 60,
  });
  const named = await ask({ queries, returns: 'e' }, () => NOTHING);
  assert.match(named.requests[0]!.body, /"Id":"e","ReturnData":true/);
});

test('series of one metric have no labels, and what CloudWatch remarks is kept', async () => {
  const body = JSON.stringify({
    MetricDataResults: [
      { Id: 'm', Label: 'Errors', Timestamps: [1768467660], Values: [3], StatusCode: 'Complete' },
    ],
    Messages: [{ Code: 'ArithmeticError', Value: 'One or more data-points have been dropped' }],
  });
  const { series, remarks } = await ask(
    { namespace: 'Shop', metric: 'Errors', stat: 'Sum' },
    () => ({ body }),
  );
  assert.deepEqual(series[0]!.tags, {});
  assert.deepEqual(series[0]!.values.slice(0, 3), [NaN, 3, NaN]);
  assert.deepEqual(remarks, [
    {
      kind: 'warning',
      text: 'CloudWatch: ArithmeticError: One or more data-points have been dropped',
    },
  ]);
});

for (const [query, more, message] of [
  [{ sql: SQL }, { scope: "v' OR '1'='1" }, /means more in an expression/],
  [{ sql: SQL }, { scope: 'a OR b' }, /means more in an expression/],
  [{ queries: [{ id: 'A', expression: '1' }] }, {}, /"A" is no "id"/],
  [{ queries: [{ id: 'a', expression: '1' }], returns: 'b' }, {}, /"returns" .* must be one of a/],
  [
    { sql: 'SELECT 1' },
    { stepSeconds: 45 },
    /a step of cloudwatch must be 1, 5, 10, 20 or 30 seconds, or whole minutes/,
  ],
] as const) {
  test(`what can be no query is refused: ${message.source}`, async () => {
    await assert.rejects(
      ask(query, () => NOTHING, more),
      (error: Error) => message.test(error.message),
    );
  });
}
