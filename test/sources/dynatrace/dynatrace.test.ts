import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { epochBucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createDynatraceSource } from '../../../src/sources/dynatrace/dynatrace.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer } from '../../support/stub-server.ts';

const ACCOUNT = { source: 'dynatrace', headers: { authorization: `Api-Token ${SECRET}` } } as const;
const QUERY = {
  source: 'dynatrace',
  metricSelector: 'shop.errors:filter(eq("version","${scope}")):splitBy("host"):sum',
};
const STEP = 60_000;

/** A slot is named by its end. */
function metrics(series: readonly RangeSeries[], more: object = {}): string {
  const data = series.map(({ tags, points }) => ({
    dimensions: Object.values(tags),
    dimensionMap: tags,
    timestamps: points.map(([at]) => at + STEP),
    values: points.map(([, value]) => value),
  }));
  const result = [{ metricId: 'shop.errors', data, warnings: [] }];
  return JSON.stringify({ totalCount: 1, nextPageKey: null, resolution: '1m', result, ...more });
}

testVendor('dynatrace', {
  create: createDynatraceSource,
  account: ACCOUNT,
  query: QUERY,
  unusable: { source: 'dynatrace', metricSelector: 'a:filter(eq("v","${nobody}"))' },
  grid: (scope) => epochBucketsOf(scope).grid,
  can: { first: 2 },
  refusesEdges: false,
  encode: (series) => ({ body: metrics(series) }),
  pages: ([one], _grid, { path }) => {
    const isSecond = path === '/api/v2/metrics/query?nextPageKey=p%2F2';
    const points = one!.points.filter((_, index) => index < 4 !== isSecond);
    return { body: metrics([{ ...one!, points }], { nextPageKey: isSecond ? null : 'p/2' }) };
  },
  well: () => ({ body: JSON.stringify({ totalCount: 0, metrics: [] }) }),
  names: {
    answer: ({ path }) => ({
      body: path.endsWith('?nextPageKey=p%2F2')
        ? JSON.stringify({ metrics: [{ metricId: 'b' }], nextPageKey: null })
        : JSON.stringify({ metrics: [{ metricId: 'a' }], nextPageKey: 'p/2' }),
    }),
    told: ['a', 'b'],
    match: { selector: 'builtin:host.*', sent: /metricSelector=builtin:host\.\*/ },
  },
  refuse: (status, words) => ({
    status,
    body: JSON.stringify({ error: { code: status, message: words } }),
  }),
  hint: {},
  troubles: {
    'longer slots than were asked for are refused': {
      answer: { body: metrics([], { resolution: '5m' }) },
      code: 'source-answer',
      says: /answered in the resolution 5m, asked for 1m; shorten the window/,
    },
    'one value for the whole window is refused': {
      answer: { body: metrics([], { resolution: 'Inf' }) },
      code: 'source-answer',
      says: /answered in the resolution Inf/,
    },
    'what is wrong with a selector is told': {
      answer: {
        status: 400,
        body: JSON.stringify({
          error: {
            code: 400,
            message: 'Constraints violated.',
            constraintViolations: [{ path: 'metricSelector', message: 'unknown metric' }],
          },
        }),
      },
      code: 'source-refused',
      says: /400 for metric "errors": Constraints violated\.; unknown metric; correct the query/,
    },
  },
});

const SCOPE: Scope = {
  scope: 'v2~"x',
  location: '',
  startAt: Date.parse('2026-01-15T09:00:00Z'),
  endAt: Date.parse('2026-01-15T09:10:00Z'),
  stepSeconds: 120,
  parameters: {},
};

async function ask(body: string, more: Partial<Scope> = {}) {
  const server = await startStubServer(() => ({ body }));
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createDynatraceSource(
    { ...ACCOUNT, name: 'd', url: server.url },
    { client, now: Date.now },
  );
  try {
    const query = { ...QUERY, entitySelector: 'type("SERVICE")' };
    const scope = { ...SCOPE, ...more };
    const request = { metric: 'm', query, side: 'canary' as const, scope, templates: {} };
    const fetched = await source.fetch(request, AbortSignal.timeout(10_000));
    return { ...fetched, requests: server.requests };
  } finally {
    await client.close();
    await server.close();
  }
}

test('a selector is asked for with the window, the step, and its values in quotes', async () => {
  const { requests } = await ask(metrics([], { resolution: '2m' }));
  const { pathname, searchParams } = new URL(requests[0]!.path, 'http://x');
  assert.equal(pathname, '/api/v2/metrics/query');
  assert.equal(requests[0]!.headers['authorization'], `Api-Token ${SECRET}`);
  assert.deepEqual(Object.fromEntries(searchParams), {
    metricSelector: 'shop.errors:filter(eq("version","v2~~~"x")):splitBy("host"):sum',
    entitySelector: 'type("SERVICE")',
    from: String(SCOPE.startAt),
    to: String(SCOPE.endAt),
    resolution: '2m',
  });
});

test('a warning of what was left out is kept as that, and several metrics are told apart', async () => {
  const at = SCOPE.startAt + 120_000;
  const data = [{ dimensionMap: {}, timestamps: [at], values: [1] }];
  const result = ['a', 'b'].map((metricId) => ({ metricId, data }));
  const warnings = ['The dimension limit was exceeded', 'A metric is deprecated'];
  const { series, remarks } = await ask(metrics([], { resolution: '2m', result, warnings }));
  assert.deepEqual(
    series.map(({ tags, values }) => [tags, values[0]]),
    [
      [{ metric: 'a' }, 1],
      [{ metric: 'b' }, 1],
    ],
  );
  assert.deepEqual(
    remarks.map(({ kind }) => kind),
    ['partial', 'warning'],
  );
});

test('a slot beside the window is left out, and steps are whole minutes', async () => {
  const timestamps = [SCOPE.startAt, SCOPE.startAt + 120_000, SCOPE.endAt + 120_000];
  const result = [{ metricId: 'a', data: [{ dimensionMap: {}, timestamps, values: [7, 1, 7] }] }];
  const { series } = await ask(metrics([], { resolution: '2m', result }));
  assert.deepEqual(series[0]!.values, [1, NaN, NaN, NaN, NaN]);
  await assert.rejects(ask(metrics([]), { stepSeconds: 90 }), /no steps of 90s/);
});
