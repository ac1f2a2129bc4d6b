import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createLokiSource } from '../../../src/sources/prometheus/loki.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer } from '../../support/stub-server.ts';

const ACCOUNT = {
  source: 'loki',
  headers: { 'X-Scope-OrgID': 'shop' },
  bearerToken: SECRET,
} as const;
const LOGQL =
  'sum by (host) (count_over_time({app="shop", version="${scope}"} |= "ERROR" [${step}]))';

function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function matrix(series: readonly RangeSeries[], more: object = {}): string {
  const result = series.map(({ tags, points }) => ({
    metric: tags,
    values: points.map(([at, value]) => [at / 1000, number(value)]),
  }));
  return JSON.stringify({
    status: 'success',
    data: { resultType: 'matrix', result, stats: {} },
    ...more,
  });
}

testVendor('loki', {
  create: createLokiSource,
  account: ACCOUNT,
  query: { source: 'loki', logql: LOGQL },
  unusable: { source: 'loki', logql: 'rate({a="${nobody}"}[1m])' },
  can: { infinite: true },
  encode: (series) => ({ body: matrix(series) }),
  well: () => ({ body: '{"status":"success","data":["app"]}' }),
  names: {
    answer: () => ({ body: '{"status":"success","data":["app","pod"]}' }),
    told: ['app', 'pod'],
  },
  refuse: (status, words) => ({ status, body: words }),
  troubles: {
    'an answer of a part of the series is refused': {
      answer: {
        body: matrix([], {
          warnings: [
            'maximum number of series (500) reached for a single query; returning partial results',
          ],
        }),
      },
      code: 'source-limit',
      says: /answered a part alone: maximum number of series .*; aggregate by fewer labels/,
    },
    'lines of logs are no numbers': {
      answer: {
        body: JSON.stringify({ status: 'success', data: { resultType: 'streams', result: [] } }),
      },
      code: 'source-answer',
      says: /answered lines of logs, not numbers; wrap the query in count_over_time/,
    },
    'a mistake is told in its words': {
      answer: { status: 400, body: 'parse error at line 1, col 5: syntax error' },
      code: 'source-refused',
      says: /answered 400 for metric "errors": parse error at line 1, col 5: syntax error; correct the query/,
    },
  },
});

test('times are nanoseconds, and values are escaped for the place they stand in', async () => {
  const server = await startStubServer(() => ({ body: matrix([]) }));
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createLokiSource(
    { ...ACCOUNT, name: 'l', url: server.url },
    { client, now: Date.now },
  );
  try {
    const startAt = Date.parse('2026-01-15T10:00:00Z');
    const scope = {
      scope: 'v"2.*',
      location: '',
      startAt,
      endAt: startAt + 600_000,
      stepSeconds: 60,
      parameters: {},
    };
    const query = { source: 'loki', logql: 'rate({v="${scope}"} |~ "${scope}" [${step}])' };
    await source.fetch(
      { metric: 'm', query, side: 'canary', scope, templates: {} },
      AbortSignal.timeout(10_000),
    );
    const form = Object.fromEntries(new URLSearchParams(server.requests[0]!.body));
    assert.deepEqual(form, {
      query: String.raw`rate({v="v\"2.*"} |~ "v\"2\\.\\*" [1m])`,
      start: '1768471200000000000',
      end: '1768471800000000000',
      step: '60',
      direction: 'forward',
    });
    assert.equal(server.requests[0]!.headers['x-scope-orgid'], 'shop');
  } finally {
    await client.close();
    await server.close();
  }
});
