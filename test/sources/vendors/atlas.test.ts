import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { epochBucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createAtlasSource } from '../../../src/sources/vendors/atlas.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer } from '../../support/stub-server.ts';

const ACCOUNT = { source: 'atlas', headers: {}, bearerToken: SECRET } as const;
const EXPR = 'name,http.errors,:eq,version,${scope},:eq,:and,:sum,(,host,),:by';

/** A row for each step, NaN as a text where a series has none. */
function graph(
  series: readonly RangeSeries[],
  startAt: number,
  stepMs: number,
  count: number,
): string {
  const times = series.flatMap(({ points }) => points.map(([at]) => at));
  const first = Math.min(startAt, ...times);
  const last = Math.max(startAt + (count - 1) * stepMs, ...times);
  const rows = Array.from({ length: (last - first) / stepMs + 1 }, (_, index) =>
    series.map(({ points }) => new Map(points).get(first + index * stepMs) ?? 'NaN'),
  );
  return JSON.stringify({
    start: first,
    step: stepMs,
    legend: series.map(() => 'x'),
    metrics: series.map(({ tags }) => tags),
    values: rows,
  });
}

testVendor('atlas', {
  create: createAtlasSource,
  account: ACCOUNT,
  query: { source: 'atlas', expr: EXPR },
  unusable: { source: 'atlas', expr: 'name,${nobody},:eq' },
  grid: (scope) => epochBucketsOf(scope).grid,
  encode: (series, { startAt, stepMs, count }) => ({ body: graph(series, startAt, stepMs, count) }),
  well: () => ({ body: '["http.requests"]' }),
  names: {
    answer: () => ({ body: '["http.errors","http.requests"]' }),
    told: ['http.errors', 'http.requests'],
  },
  refuse: (status, words) => ({ status, body: JSON.stringify({ type: 'error', message: words }) }),
  troubles: {
    'an answer in longer steps is refused': {
      answer: {
        body: JSON.stringify({
          start: Date.parse('2026-01-15T10:00:00Z'),
          step: 120_000,
          metrics: [{}],
          values: [[1], [1], [1], [1], [1]],
        }),
      },
      code: 'source-answer',
      says: /answered every 2m, asked for 1m; shorten the window or lengthen the step/,
    },
  },
});

async function fetchOf(
  scope: string,
  own: object,
  body: string,
  parameters: Record<string, string> = {},
) {
  const server = await startStubServer(() => ({ body }));
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createAtlasSource(
    { ...ACCOUNT, name: 'a', url: server.url, attempts: 1 },
    { client, now: Date.now },
  );
  const startAt = Date.parse('2026-01-15T09:00:00Z');
  const window = { startAt, endAt: startAt + 600_000, stepSeconds: 60 };
  const query = { source: 'atlas', ...own };
  const whole = { scope, location: '', parameters, ...window };
  try {
    const { series } = await source.fetch(
      { metric: 'm', query, side: 'canary', scope: whole, templates: {} },
      AbortSignal.timeout(10_000),
    );
    return { path: server.requests[0]!.path, series };
  } finally {
    await client.close();
    await server.close();
  }
}

async function ask(scope: string): Promise<string> {
  return (await fetchOf(scope, { expr: EXPR }, graph([], 0, 60_000, 1))).path;
}

const CLOSE = { type: 'close' };
const lines = (documents: readonly object[]) =>
  documents.map((one) => `data: ${JSON.stringify(one)}\n`).join('');

for (const [type, filter] of [
  [undefined, ':list,(,nf.cluster,shop-v002,:eq,:cq,),:each'],
  ['asg', ':list,(,nf.asg,shop-v002,:eq,:cq,),:each'],
  ['query', ':list,(,shop-v002,:cq,),:each'],
] as const) {
  test(`a query of Kayenta is sent as Kayenta sends it: ${type ?? 'no type'}`, async () => {
    const q = 'name,CpuRawUser,:eq,:sum';
    const parameters: Record<string, string> = type === undefined ? {} : { type };
    const { path } = await fetchOf('shop-v002', { q }, lines([CLOSE]), parameters);
    const { pathname, searchParams } = new URL(path, 'http://x');
    assert.equal(pathname, '/api/v2/fetch');
    assert.deepEqual(Object.fromEntries(searchParams), {
      q: `${q},${filter}`,
      s: '1768467600000',
      e: '1768468200000',
      step: 'PT60S',
    });
  });
}

const chunk = (start: number, values: number[]) => ({
  type: 'timeseries',
  id: 'a',
  start,
  step: 60_000,
  tags: { host: 'h', app: 'x' },
  groupByKeys: ['host'],
  data: { type: 'array', values },
});

test('an answer is read as Kayenta reads it: chunks joined, what lies between them a gap', async () => {
  const body = lines([chunk(180_000, [3]), chunk(0, [1, 2]), CLOSE]);
  const { series } = await fetchOf('v2', { q: 'x' }, body);
  assert.deepEqual(
    series.map(({ tags, startAt, stepMs, values }) => ({ tags, startAt, stepMs, values })),
    [{ tags: { host: 'h' }, startAt: 0, stepMs: 60_000, values: [1, 2, NaN, 3] }],
  );
});

for (const [what, body, code] of [
  ['an answer without its close', lines([chunk(0, [1])]), 'source-unavailable'],
  ['an error', lines([{ type: 'error', message: 'busy' }]), 'source-unavailable'],
  [
    'a mistake',
    lines([{ type: 'error', message: 'IllegalStateException: stack' }]),
    'source-refused',
  ],
  ['something else', 'hello', 'source-answer'],
] as const) {
  test(`${what} is no answer to a query of Kayenta`, async () => {
    await assert.rejects(fetchOf('v2', { q: 'x' }, body), { code });
  });
}

test('an unknown type of scope is refused in the words of Kayenta', async () => {
  await assert.rejects(fetchOf('v2', { q: 'x' }, '', { type: 'other' }), {
    message: "Scope type 'other' is unknown: scope=v2",
  });
});

test('an expression is asked for with its window and step', async () => {
  const { pathname, searchParams } = new URL(await ask('v2'), 'http://x');
  assert.equal(pathname, '/api/v1/graph');
  assert.deepEqual(Object.fromEntries(searchParams), {
    q: 'name,http.errors,:eq,version,v2,:eq,:and,:sum,(,host,),:by',
    s: '1768467600000',
    e: '1768468200000',
    step: '60s',
    format: 'json',
  });
});

for (const value of ['v2,:eq', ':true', '(', 'a b', '*']) {
  test(`a word that could end itself is refused: ${value}`, async () => {
    await assert.rejects(ask(value), { code: 'invalid-query' });
  });
}
