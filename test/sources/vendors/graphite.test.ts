import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceQuery } from '../../../src/model/config.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { epochBucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createGraphiteSource } from '../../../src/sources/vendors/graphite.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const ACCOUNT = { source: 'graphite', headers: {}, bearerToken: SECRET } as const;
const TARGET = "summarize(shop.${scope}.*.requests, '${step}', 'sum', true)";

/** Every instant of the archive, null where nothing is. */
function render(series: readonly RangeSeries[], startAt: number, stepMs: number): string {
  return JSON.stringify(
    series.map(({ tags, points }) => {
      const known = new Map(points);
      const first = Math.min(startAt, ...known.keys());
      const last = Math.max(startAt, ...known.keys());
      const count = Math.round((last - first) / stepMs) + 1;
      const datapoints = Array.from({ length: count }, (_, index) => {
        const at = first + index * stepMs;
        return [known.get(at) ?? null, at / 1000];
      });
      const { target = 'x', ...labels } = tags;
      return { target, tags: labels, datapoints };
    }),
  );
}

testVendor('graphite', {
  create: createGraphiteSource,
  account: ACCOUNT,
  query: { source: 'graphite', target: TARGET, labels: ['host', 'zone', 'target'] },
  unusable: { source: 'graphite', target: 'sumSeries(a.b' },
  grid: (scope) => epochBucketsOf(scope).grid,
  can: { labels: ['target', 'host'] },
  encode: (series, { startAt, stepMs }) => ({ body: render(series, startAt, stepMs) }),
  well: () => ({ body: '[]' }),
  names: {
    answer: () => ({ body: '["shop.errors","shop.requests"]' }),
    told: ['shop.errors', 'shop.requests'],
  },
  refuse: (status, words) => ({ status, body: words }),
  troubles: {
    'a page about a fault is not repeated': {
      answer: { status: 500, body: '<!DOCTYPE html><h1>TypeError at /render</h1>' },
      code: 'source-unavailable',
      retryable: true,
      says: /answered 500 for metric "errors": a web page \(attempt 1 of 1\)$/,
    },
    'another interval than the step is refused with what to write': {
      answer: {
        body: JSON.stringify([
          {
            target: 'a',
            tags: {},
            datapoints: [
              [1, 1768471200],
              [2, 1768471210],
            ],
          },
        ]),
      },
      code: 'source-answer',
      says: /answered every 10s, asked for 60s; write summarize\(\.\.\., '\$\{step\}', 'sum', true\), or take a step of 10s/,
    },
    'intervals that change within a window are refused': {
      answer: {
        body: JSON.stringify([
          {
            target: 'a',
            tags: {},
            datapoints: [
              [1, 1768471200],
              [2, 1768471260],
              [2, 1768471270],
            ],
          },
        ]),
      },
      code: 'source-answer',
      says: /answered points in different intervals; take a younger window/,
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

async function ask(query: object, handler: StubHandler, scope: Partial<Scope> = {}) {
  const server = await startStubServer(handler);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createGraphiteSource(
    { ...ACCOUNT, name: 'g', url: server.url },
    { client, now: Date.now },
  );
  try {
    const request = {
      metric: 'm',
      query: { source: 'graphite', ...query } as SourceQuery,
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

test('the first point is asked for by a second more, as the start is not part of an answer', async () => {
  const { requests } = await ask({ target: TARGET }, () => ({ body: '[]' }));
  assert.equal(`${requests[0]!.method} ${requests[0]!.path}`, 'POST /render');
  assert.deepEqual(Object.fromEntries(new URLSearchParams(requests[0]!.body)), {
    target: "summarize(shop.v2.*.requests, '60s', 'sum', true)",
    from: String(SCOPE.startAt / 1000 - 1),
    until: String(SCOPE.endAt / 1000 - 1),
    format: 'json',
    noCache: '1',
  });
});

for (const value of ['v2.*', 'v2)', '{a,b}', 'a b', "a'", '~x']) {
  test(`a part of a path that could mean more than itself is refused: ${value}`, async () => {
    await assert.rejects(
      ask({ target: TARGET }, () => ({ body: '[]' }), { scope: value }),
      { code: 'invalid-query' },
    );
  });
}

const KAYENTA: [string, Partial<Scope>, string][] = [
  ['shop.$location.$scope.errors', {}, 'shop.$location.v2.errors'],
  ['shop.$location.$scope.errors', { location: 'eu' }, 'shop.eu.v2.errors'],
];
for (const [metricName, scope, target] of KAYENTA) {
  test(`a query of Kayenta is sent as Kayenta sends it: ${target}`, async () => {
    const { requests } = await ask({ metricName }, () => ({ body: '[]' }), scope);
    const { searchParams } = new URL(requests[0]!.path, 'http://x');
    assert.deepEqual(Object.fromEntries(searchParams), {
      target,
      from: String(SCOPE.startAt / 1000),
      until: String(SCOPE.endAt / 1000),
      format: 'json',
    });
  });
}

test('an answer is read as Kayenta reads it', async () => {
  const body = JSON.stringify([
    {
      target: 'a',
      datapoints: [
        [1, 10],
        [null, 20],
        [3, 30],
      ],
    },
  ]);
  const { series } = await ask({ metricName: 'a' }, () => ({ body }));
  assert.deepEqual(
    series.map(({ tags, startAt, stepMs, values }) => ({ tags, startAt, stepMs, values })),
    [{ tags: {}, startAt: 10_000, stepMs: 10_000, values: [1, NaN, 3] }],
  );
});
