import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceQuery } from '../../../src/model/config.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { bucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createStackdriverSource } from '../../../src/sources/vendors/stackdriver.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const ACCOUNT = {
  source: 'stackdriver',
  headers: {},
  bearerToken: SECRET,
  options: { project: 'p1' },
} as const;
const QUERY = {
  source: 'stackdriver',
  filter:
    'metric.type="run.googleapis.com/request_count" AND resource.labels.revision_name="${scope}"',
  aligner: 'ALIGN_DELTA',
  reducer: 'REDUCE_SUM',
  groupBy: ['resource.labels.location', 'metric.labels.code'],
};

/** Newest first, each named by the end of its period; whole numbers as texts. */
function timeSeries(series: readonly RangeSeries[], stepMs: number, more: object = {}): string {
  const time = (at: number) => new Date(at).toISOString();
  const written = series.map(({ tags, points }) => {
    const { host, ...others } = tags;
    return {
      metric: { type: 'x', labels: others },
      resource: {
        type: 'y',
        labels: { project_id: 'p1', ...(host === undefined ? {} : { host }) },
      },
      valueType: 'DOUBLE',
      points: points
        .toSorted(([a], [b]) => b - a)
        .map(([at, value]) => ({
          interval: { startTime: time(at), endTime: time(at + stepMs) },
          value: Number.isSafeInteger(value)
            ? { int64Value: String(value) }
            : { doubleValue: value },
        })),
    };
  });
  return JSON.stringify({ ...(written.length === 0 ? {} : { timeSeries: written }), ...more });
}

testVendor('stackdriver', {
  create: createStackdriverSource,
  account: ACCOUNT,
  query: QUERY,
  unusable: { ...QUERY, filter: 'resource.labels.revision_name=${scope}' },
  grid: bucketsOf,
  encode: (series, { stepMs }) => ({ body: timeSeries(series, stepMs) }),
  pages: (series, { stepMs }, asked) => {
    const isSecond = asked.path.includes('pageToken=more');
    const part = series.map((one) => ({
      ...one,
      points: isSecond ? one.points.slice(0, 4) : one.points.slice(4),
    }));
    return { body: timeSeries(part, stepMs, isSecond ? {} : { nextPageToken: 'more' }) };
  },
  well: () => ({ body: '{}' }),
  names: {
    answer: ({ path }) => ({
      body: path.includes('pageToken=more')
        ? JSON.stringify({ metricDescriptors: [{ type: 'b/count' }] })
        : JSON.stringify({ metricDescriptors: [{ type: 'a/count' }], nextPageToken: 'more' }),
    }),
    told: ['a/count', 'b/count'],
    match: {
      selector: 'metric.type = starts_with("a")',
      sent: /filter=metric.type = starts_with\("a"\)/,
    },
  },
  refuse: (status, words) => ({
    status,
    body: JSON.stringify({ error: { code: status, message: words, status: 'PERMISSION_DENIED' } }),
  }),
  troubles: {
    'a part of the data may be asked for again': {
      answer: {
        body: timeSeries([], 60_000, { executionErrors: [{ code: 14, message: 'shard lost' }] }),
      },
      code: 'source-unavailable',
      retryable: true,
      says: /answered a part of the data: .*shard lost/,
    },
    'distributions are no numbers': {
      answer: {
        body: JSON.stringify({
          timeSeries: [
            {
              points: [
                {
                  interval: { endTime: '2026-01-15T10:01:00Z' },
                  value: { distributionValue: { count: '3' } },
                },
              ],
            },
          ],
        }),
      },
      code: 'source-answer',
      says: /answered distributions, which are no numbers; take a reducer such as REDUCE_PERCENTILE_95/,
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
  const source = await createStackdriverSource(
    { ...ACCOUNT, name: 'g', url: server.url },
    { client, now: Date.now },
  );
  try {
    const request = {
      metric: 'm',
      query: { source: 'stackdriver', ...query } as SourceQuery,
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

const NOTHING = { body: '{}' };

test('a filter is asked for with its window, groups repeated, values inside of quotes', async () => {
  const { requests, query } = await ask(QUERY, () => NOTHING, { scope: 'v"2\\' });
  const { pathname, searchParams } = new URL(requests[0]!.path, 'http://x');
  assert.equal(`${requests[0]!.method} ${pathname}`, 'GET /v3/projects/p1/timeSeries');
  const filter =
    'metric.type="run.googleapis.com/request_count" AND resource.labels.revision_name="v\\"2\\\\"';
  assert.deepEqual(
    [...searchParams],
    [
      ['filter', filter],
      ['interval.startTime', '2026-01-15T09:00:00.000Z'],
      ['interval.endTime', '2026-01-15T10:00:00.000Z'],
      ['aggregation.alignmentPeriod', '60s'],
      ['aggregation.perSeriesAligner', 'ALIGN_DELTA'],
      ['aggregation.crossSeriesReducer', 'REDUCE_SUM'],
      ['aggregation.groupByFields', 'resource.labels.location'],
      ['aggregation.groupByFields', 'metric.labels.code'],
      ['pageSize', '100000'],
    ],
  );
  assert.equal(
    query,
    `${filter} ALIGN_DELTA REDUCE_SUM by resource.labels.location, metric.labels.code`,
  );
});

test('a value in a regular expression means itself', async () => {
  const filter = 'metric.labels.v = monitoring.regex.full_match("${scope}")';
  const { query } = await ask({ ...QUERY, filter }, () => NOTHING, { scope: 'a.*' });
  assert.match(query, /full_match\("a\\\\\.\\\\\*"\)/);
});

for (const [query, more, message] of [
  [QUERY, { stepSeconds: 30 }, /whole seconds, 60 or more/],
  [{ ...QUERY, reducer: undefined }, {}, /"groupBy" of stackdriver needs a "reducer"/],
  [{ ...QUERY, aligner: undefined }, {}, /"aligner" .* must be a text/],
] as const) {
  test(`what can be no query is refused: ${message.source}`, async () => {
    await assert.rejects(
      ask(query, () => NOTHING, more),
      message,
    );
  });
}

const TYPE = 'compute.googleapis.com/instance/cpu/utilization';
const KAYENTA: [object, Partial<Scope>, string][] = [
  [
    { resourceType: 'gce_instance' },
    { scope: 'shop-v002', location: 'us-central1' },
    'resource.type=gce_instance AND project=p1 AND metadata.user_labels."spinnaker-region"=us-central1 AND metadata.user_labels."spinnaker-server-group"=shop-v002',
  ],
  [
    { resourceType: 'k8s_container' },
    { parameters: { namespace_name: 'shop', 'user_labels.version': 'v2', project: 'p2' } },
    'resource.type=k8s_container AND project=p2 AND resource.labels.namespace_name=shop AND metadata.user_labels."version"="v2"',
  ],
  [
    {
      resourceType: 'k8s_pod',
      customInlineTemplate: 'resource.labels.pod_name=starts_with("${scope}")',
    },
    {},
    'resource.type=k8s_pod AND resource.labels.pod_name=starts_with("v2")',
  ],
  [
    {},
    { parameters: { resourceType: 'gae_app', service: 'web' } },
    'resource.type=gae_app AND project=p1 AND resource.labels.version_id=v2 AND resource.labels.module_id=web',
  ],
  [
    { resourceType: 'aws_ec2_instance' },
    { location: 'eu' },
    'resource.type=aws_ec2_instance AND resource.labels.region="aws:eu" AND metadata.user_labels."aws:autoscaling:groupname"=v2',
  ],
  [{ resourceType: 'global' }, {}, 'resource.type=global'],
];
for (const [query, scope, filter] of KAYENTA) {
  test(`a query of Kayenta is sent as Kayenta sends it: ${filter}`, async () => {
    const { requests } = await ask({ metricType: TYPE, ...query }, () => NOTHING, scope);
    const { pathname, searchParams } = new URL(requests[0]!.path, 'http://x');
    assert.equal(pathname, '/v3/projects/p1/timeSeries');
    assert.deepEqual(Object.fromEntries(searchParams), {
      filter: `metric.type="${TYPE}" AND ${filter}`,
      'interval.startTime': '2026-01-15T09:00:00.000Z',
      'interval.endTime': '2026-01-15T10:00:00.000Z',
      'aggregation.alignmentPeriod': '60s',
      'aggregation.crossSeriesReducer': 'REDUCE_MEAN',
      'aggregation.perSeriesAligner': 'ALIGN_MEAN',
    });
  });
}

for (const [query, scope, words] of [
  [{}, {}, 'Resource type is required.'],
  [
    { resourceType: 'gce_instance' },
    {},
    "Location (i.e. region) is required when resourceType is 'gce_instance'.",
  ],
  [{ resourceType: 'gae_app' }, { scope: '' }, "Scope is required when resourceType is 'gae_app'."],
  [
    { resourceType: 'other' },
    {},
    "Resource type 'other' not yet explicitly supported. If you employ a custom filter, you may use any resource type you like.",
  ],
] as const) {
  test(`a query of Kayenta is refused in its words: ${words}`, async () => {
    await assert.rejects(
      ask({ metricType: TYPE, ...query }, () => NOTHING, scope),
      { message: words },
    );
  });
}

test('an answer is read as Kayenta reads it: newest first, integers as texts, no project', async () => {
  const point = (minute: number, value: number) => ({
    interval: {
      startTime: `2026-01-15T09:0${minute}:00Z`,
      endTime: `2026-01-15T09:0${minute}:00Z`,
    },
    value: { int64Value: String(value) },
  });
  const one = {
    metric: { labels: { code: '500' } },
    resource: { labels: { project_id: 'p1', zone: 'a' } },
    points: [point(3, 3), point(2, 2), point(1, 1)],
  };
  const { series } = await ask({ metricType: TYPE, resourceType: 'global' }, () => ({
    body: JSON.stringify({ timeSeries: [one] }),
  }));
  assert.deepEqual(
    series.map(({ tags, startAt, stepMs, values }) => ({ tags, startAt, stepMs, values })),
    [
      {
        tags: { zone: 'a', code: '500' },
        startAt: SCOPE.startAt + 60_000,
        stepMs: 60_000,
        values: [1, 2, 3],
      },
    ],
  );
});
