// Grail by DQL, against a scripted server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { createDynatraceSource } from '../../../src/sources/dynatrace/dynatrace.ts';
import { epochBucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { until } from '../../support/poll.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const ACCOUNT = {
  source: 'dynatrace',
  headers: {},
  bearerToken: SECRET,
  options: { api: 'grail' },
} as const;
const DQL =
  'timeseries value = sum(shop.errors), by: {host}, interval: ${step}, filter: {version == "${scope}"}';

function done(records: readonly object[], metadata: object = {}): string {
  return JSON.stringify({
    state: 'SUCCEEDED',
    progress: 100,
    result: { records, types: [], metadata: { grail: metadata } },
  });
}

/** A list of values from the start of the window on, with null where there is none. */
function record(
  { tags, points }: RangeSeries,
  startAt: number,
  stepMs: number,
  count: number,
): object {
  const known = new Map(points);
  const value = Array.from(
    { length: count },
    (_, index) => known.get(startAt + index * stepMs) ?? null,
  );
  const timeframe = {
    start: new Date(startAt).toISOString(),
    end: new Date(startAt + count * stepMs).toISOString(),
  };
  return { timeframe, interval: String(stepMs * 1e6), ...tags, value };
}

const RUNNING = JSON.stringify({ state: 'RUNNING', progress: 10, requestToken: 't+1' });

testVendor('dynatrace, by DQL', {
  create: createDynatraceSource,
  account: ACCOUNT,
  query: { source: 'dynatrace', dql: DQL },
  unusable: { source: 'dynatrace', metricSelector: 'a:sum' },
  grid: (scope) => epochBucketsOf(scope).grid,
  can: { first: 2 },
  refusesEdges: false,
  encode: (series, { startAt, stepMs, count }) => ({
    body: done(series.map((one) => record(one, startAt, stepMs, count))),
  }),
  // the first answer is that it still runs
  pages: ([one], { startAt, stepMs, count }, { path }) => ({
    body: path.includes(':poll') ? done([record(one!, startAt, stepMs, count)]) : RUNNING,
  }),
  refuse: (status, words) => ({
    status,
    body: JSON.stringify({ error: { code: status, message: words } }),
  }),
  well: () => ({ body: done([{ one: 1 }]) }),
  troubles: {
    'a sample is no answer': {
      answer: { body: done([], { sampled: true }) },
      code: 'source-limit',
      says: /answered a sample of the data; read less/,
    },
    'a query that failed is told': {
      answer: { body: '{"state":"FAILED"}' },
      code: 'source-refused',
      says: /answered that the query is FAILED; correct the query/,
    },
    'a result that is gone is asked for again': {
      answer: { body: '{"state":"RESULT_GONE"}' },
      code: 'source-unavailable',
      retryable: true,
      says: /that the query is RESULT_GONE/,
    },
  },
});

const START = Date.parse('2026-01-15T09:00:00Z');
const SCOPE = {
  scope: 'v"2',
  location: '',
  startAt: START,
  endAt: START + 600_000,
  stepSeconds: 60,
  parameters: {},
};

async function opened(handler: StubHandler) {
  const server = await startStubServer(handler);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createDynatraceSource(
    { ...ACCOUNT, name: 'd', url: server.url },
    { client, now: Date.now },
  );
  const fetch = (dql: string, signal = AbortSignal.timeout(10_000)) =>
    source.fetch(
      {
        metric: 'm',
        query: { source: 'dynatrace', dql },
        side: 'canary',
        scope: SCOPE,
        templates: {},
      },
      signal,
    );
  const close = async () => {
    await source.close?.();
    await client.close();
    await server.close();
  };
  return { server, fetch, close };
}

test('a query is sent with the window, the step, and its values in quotes', async () => {
  const bench = await opened(() => ({ body: done([]) }));
  await bench.fetch(DQL);
  const { path, body } = bench.server.requests[0]!;
  await bench.close();
  assert.equal(path, '/platform/storage/query/v1/query:execute');
  const { query, defaultTimeframeStart, defaultTimeframeEnd } = JSON.parse(body) as Record<
    string,
    unknown
  >;
  assert.equal(
    query,
    String.raw`timeseries value = sum(shop.errors), by: {host}, interval: 60s, filter: {version == "v\"2"}`,
  );
  assert.deepEqual(
    [defaultTimeframeStart, defaultTimeframeEnd],
    ['2026-01-15T09:00:00.000Z', '2026-01-15T09:10:00.000Z'],
  );
});

test('records of a step and a group are read too, and what was cut short is told', async () => {
  const rows = [0, 1].map((minute) => ({
    time: new Date(START + minute * 60_000).toISOString(),
    host: 'a',
    value: String(minute + 1),
  }));
  const notifications = [{ notificationType: 'SCAN_LIMIT_EXCEEDED', message: 'the scan was cut' }];
  const bench = await opened(() => ({ body: done(rows, { notifications }) }));
  const { series, remarks } = await bench.fetch(
    'fetch logs | summarize value = count(), by: {host, time = bin(timestamp, ${step})}',
  );
  await bench.close();
  assert.deepEqual([series[0]!.tags, series[0]!.values.slice(0, 3)], [{ host: 'a' }, [1, 2, NaN]]);
  assert.deepEqual(remarks, [{ kind: 'partial', text: 'Dynatrace: the scan was cut' }]);
});

test('what is given up is cancelled there', async () => {
  const bench = await opened(({ path }) => {
    if (path.includes(':cancel')) return { body: '{}' };
    return path.includes(':poll') ? 'never' : { status: 202, body: RUNNING };
  });
  const stop = new AbortController();
  const fetching = bench.fetch(DQL, stop.signal);
  await until('request 2', () => bench.server.requests.length === 2);
  stop.abort(new Error('the time is up'));
  await assert.rejects(fetching);
  await until('request 3', () => bench.server.requests.length === 3);
  const last = bench.server.requests[2]!;
  await bench.close();
  assert.equal(
    `${last.method} ${last.path}`,
    'POST /platform/storage/query/v1/query:cancel?request-token=t%2B1',
  );
});
