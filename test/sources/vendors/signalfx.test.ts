import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceQuery } from '../../../src/model/config.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { epochBucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createSignalfxSource } from '../../../src/sources/vendors/signalfx.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const ACCOUNT = { source: 'signalfx', headers: { 'X-SF-TOKEN': SECRET } } as const;
const PROGRAM =
  "data('http.errors', filter=filter('version', '${scope}')).sum(by=['host']).publish()";

type Event = [event: string, payload: object];

/** As the API writes it: several lines of data are one document. */
function stream(events: readonly Event[]): string {
  return events
    .map(([event, payload], index) => {
      const lines = JSON.stringify(payload, null, 2).split('\n');
      return [
        `event: ${event}`,
        `id: ${event}-${index}`,
        ...lines.map((line) => `data: ${line}`),
        '',
        '',
      ].join('\n');
    })
    .join('');
}

const START: Event = ['control-message', { event: 'STREAM_START' }];
const END: Event = ['control-message', { event: 'END_OF_CHANNEL' }];

function eventsOf(series: readonly RangeSeries[]): Event[] {
  const times = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))];
  return [
    START,
    [
      'message',
      { message: { messageCode: 'JOB_RUNNING_RESOLUTION', contents: { resolutionMs: 60_000 } } },
    ],
    ...series.map(({ tags }, index): Event => [
      'metadata',
      {
        tsId: `T${index}`,
        properties: { ...tags, sf_type: 'MetricTimeSeries', computationId: 'c', jobId: 'j' },
      },
    ]),
    ...times.map((at): Event => [
      'data',
      {
        logicalTimestampMs: at,
        maxDelayMs: 3000,
        data: series.flatMap(({ points }, index) =>
          points.filter(([time]) => time === at).map(([, value]) => ({ tsId: `T${index}`, value })),
        ),
      },
    ]),
    END,
  ];
}

testVendor('signalfx', {
  create: createSignalfxSource,
  account: ACCOUNT,
  query: { source: 'signalfx', signalflow: PROGRAM },
  unusable: { source: 'signalfx', signalflow: "data('x').sum()" },
  grid: (scope) => epochBucketsOf(scope).grid,
  encode: (series) => ({
    body: `: keep\n\n${stream(eventsOf(series))}`,
    headers: { 'content-type': 'text/event-stream' },
  }),
  well: () => ({ body: stream(eventsOf([])), headers: { 'content-type': 'text/event-stream' } }),
  names: {
    answer: () => ({
      body: JSON.stringify({ count: 1, results: [{ name: 'http.errors', type: 'COUNTER' }] }),
    }),
    told: ['http.errors'],
  },
  refuse: (status, words) => ({
    status,
    body: JSON.stringify({ code: status, context: null, errorType: 'SOME_ERROR', message: words }),
  }),
  troubles: {
    'an error inside of the stream ends it': {
      answer: {
        body: stream([
          START,
          ['error', { errorType: 'ANALYTICS_PROGRAM_NAME_ERROR', message: 'no such method' }],
        ]),
      },
      code: 'source-refused',
      says: /answered an error: ANALYTICS_PROGRAM_NAME_ERROR: no such method; correct the query/,
    },
    'a job that was aborted ends it': {
      answer: {
        body: stream([
          START,
          [
            'control-message',
            { event: 'CHANNEL_ABORT', abortInfo: { sf_job_abortReason: 'too many time series' } },
          ],
        ]),
      },
      code: 'source-refused',
      says: /an error: too many time series/,
    },
    'a stream without its end is asked for again': {
      answer: { body: stream(eventsOf([]).slice(0, -1)) },
      code: 'source-unavailable',
      retryable: true,
      says: /a stream that broke off before its end/,
    },
    'another resolution than the step is refused': {
      answer: {
        body: stream([
          START,
          [
            'message',
            {
              message: {
                messageCode: 'JOB_RUNNING_RESOLUTION',
                contents: { resolutionMs: 300_000 },
              },
            },
          ],
          END,
        ]),
      },
      code: 'source-answer',
      says: /answered every 300s, asked for 60s; shorten the window/,
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

async function ask(
  query: object,
  handler: StubHandler,
  more: Partial<Scope> = {},
  options: object = {},
) {
  const server = await startStubServer(handler);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const account = { ...ACCOUNT, name: 'sfx', url: server.url, options: { ...options } };
  const source = await createSignalfxSource(account, { client, now: Date.now });
  try {
    const request = {
      metric: 'm',
      query: { source: 'signalfx', ...query } as SourceQuery,
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

const NOTHING = { body: stream([START, END]) };

test('a program is the body of the question, values of a scope inside of its quotes', async () => {
  const { requests } = await ask({ signalflow: PROGRAM }, () => NOTHING, { scope: "v'2\\" });
  const { pathname, searchParams } = new URL(requests[0]!.path, 'http://x');
  assert.equal(`${requests[0]!.method} ${pathname}`, 'POST /v2/signalflow/execute');
  assert.equal(requests[0]!.headers['x-sf-token'], SECRET);
  assert.deepEqual(Object.fromEntries(searchParams), {
    start: '1768467600000',
    stop: '1768471200000',
    resolution: '60000',
    immediate: 'true',
  });
  assert.equal(requests[0]!.body, PROGRAM.replace('${scope}', "v\\'2\\\\"));
});

test('times that are the ends of their steps are read so where the account says it', async () => {
  const body = stream(eventsOf([{ tags: {}, points: [[SCOPE.startAt + 60_000, 7]] }]));
  const [start, end] = await Promise.all(
    ['start', 'end'].map((label) => ask({ signalflow: PROGRAM }, () => ({ body }), {}, { label })),
  );
  assert.deepEqual([start!.series[0]!.values[1], end!.series[0]!.values[0]], [7, 7]);
});

const KAYENTA: [string, object, Partial<Scope>, object, string][] = [
  [
    'pairs, and keys of the account',
    { metricName: 'm', aggregationMethod: null, queryPairs: [{ key: '!code', value: '200, 204' }] },
    { location: 'eu' },
    { scopeKey: 'version', locationKey: 'region' },
    "data('m', filter=(not filter('code', '200','204')) and filter('version', 'v2') and filter('region', 'eu')).mean(by=['region', 'version']).publish()",
  ],
  [
    'parameters',
    {
      metricName: 'request.count',
      queryPairs: [
        { key: 'app', value: 'cms' },
        { key: 'response_code', value: '400' },
      ],
    },
    { scope: '1.0.0', parameters: { _scope_key: 'version', env: 'production' } },
    {},
    "data('request.count', filter=filter('app', 'cms') and filter('response_code', '400') and filter('version', '1.0.0') and filter('env', 'production')).mean(by=['env', 'version']).publish()",
  ],
  [
    'a template',
    { metricName: 'm', customInlineTemplate: "data('x', filter('v', '${scope}')).publish()" },
    {},
    {},
    "data('x', filter('v', 'v2')).publish()",
  ],
];
for (const [what, query, scope, options, text] of KAYENTA) {
  test(`a query of Kayenta is sent as Kayenta sends it: ${what}`, async () => {
    const { requests, query: told } = await ask(query, () => NOTHING, scope, options);
    const { searchParams } = new URL(requests[0]!.path, 'http://x');
    assert.equal(requests[0]!.body, text);
    assert.equal(told, text);
    assert.deepEqual(Object.fromEntries(searchParams), {
      start: '1768467600000',
      stop: '1768471200000',
      resolution: '60000',
      maxDelay: '0',
      immediate: 'true',
    });
  });
}

const data = (at: number, ...values: number[]): Event => [
  'data',
  { logicalTimestampMs: at, data: values.map((value, index) => ({ tsId: `A${index}`, value })) },
];

test('an answer is read as Kayenta reads it: values in order, with the pairs as labels', async () => {
  const query = { metricName: 'm', queryPairs: [{ key: '!code', value: '200' }] };
  const body = stream([START, data(5, 1), data(6), data(7, 3), END]);
  const { series } = await ask(query, () => ({ body }), {}, { scopeKey: 'version' });
  assert.deepEqual(
    series.map(({ tags, startAt, stepMs, values }) => ({ tags, startAt, stepMs, values })),
    [{ tags: { '!code': '200' }, startAt: SCOPE.startAt, stepMs: 60_000, values: [1, NaN, 3] }],
  );
  await assert.rejects(
    ask(query, () => ({ body: stream([START, data(5, 1, 2), END]) }), {}, { scopeKey: 'version' }),
    /There was more than one value for a given timestamp, a SignalFlow stream method/,
  );
});

test('a scope without a key is refused in the words of Kayenta', async () => {
  await assert.rejects(
    ask({ metricName: 'm' }, () => NOTHING),
    /The SignalFx account must define a default scope key or it must be supplied/,
  );
});
