import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../../src/errors.ts';
import type { SourceQuery } from '../../../src/model/config.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { bucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createHttpJsonSource } from '../../../src/sources/http/http.ts';
import { HOSTILE, SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const ACCOUNT = { source: 'http', headers: {}, bearerToken: SECRET } as const;

function refuse(status: number, words: string) {
  return { status, body: JSON.stringify({ error: { message: words } }) };
}

const ROWS = {
  source: 'http',
  path: 'v1/rows',
  search: { version: '${scope}', from: '${start_ms}' },
  rows: '$.data[*]',
  time: '$.t',
  value: "$['the value']",
  labelsAt: { host: '$.tags.host' },
  errorAt: '$.error',
  next: { at: '$.next', into: 'search.cursor' },
} as const;

function rows(series: readonly RangeSeries[], next: string | null = null): string {
  const data = series.flatMap(({ tags, points }) =>
    points.map(([t, value]) => ({ t, 'the value': value, tags })),
  );
  return JSON.stringify({ data, next, error: null });
}

testVendor('http, by rows', {
  create: createHttpJsonSource,
  account: ACCOUNT,
  query: ROWS,
  unusable: { ...ROWS, value: '$[?(' },
  grid: bucketsOf,
  can: { labels: ['host'] },
  encode: (series) => ({ body: rows(series.map(withHost)) }),
  pages: (series, _grid, { path }) => {
    const isSecond = path.includes('cursor=p%2F2');
    const [one] = series.map(withHost);
    const points = one!.points.filter((_, index) => index < 4 !== isSecond);
    return { body: rows([{ ...one!, points }], isSecond ? null : 'p/2') };
  },
  refuse,
  well: () => ({ body: 'alive' }),
  troubles: {
    'an error inside of a good answer ends it': {
      answer: { body: '{"error":{"why":"no such series"}}' },
      code: 'source-refused',
      says: /answered an error: \{"why":"no such series"\}; correct the query for metric/,
    },
    'a row without a time is no row': {
      answer: { body: '{"data":[{"the value":1}]}' },
      code: 'source-answer',
      says: /answered a row whose "\$\.t" is no time/,
    },
    'a cursor that leads in a circle is refused': {
      answer: { body: rows([], 'again') },
      code: 'source-answer',
      says: /answered the same cursor for two pages/,
    },
    'a plain text of a refusal is told': {
      answer: { status: 400, body: 'unknown series' },
      code: 'source-refused',
      says: /answered 400 for metric "errors": unknown series; correct the query/,
    },
  },
});

/** Without labels a row has none of that name, which a label cannot tell from an empty one. */
function withHost({ tags, ...one }: RangeSeries): RangeSeries {
  return { ...one, tags: { host: tags['host'] ?? '' } };
}

testVendor('http, by lists', {
  create: createHttpJsonSource,
  account: ACCOUNT,
  query: {
    source: 'http',
    body: { filter: { version: '${scope}' }, from: '${start_ms}' },
    series: '$.result[*]',
    times: '$.points[*][0]',
    values: '$.points[*][1]',
    labelsAt: { host: '$.tags.host', zone: '$.tags.zone' },
    timeUnit: 'ns',
  },
  unusable: { source: 'http', path: '../admin', times: '$.t', values: '$.v' },
  grid: bucketsOf,
  encode: (series) => ({
    body: JSON.stringify({
      result: series.map(({ tags, points }) => ({
        tags,
        points: points.map(([at, value]) => [`${at}000000`, value]),
      })),
    }),
  }),
  can: { labels: ['host', 'zone'] },
  refuse,
  well: () => ({ body: 'alive' }),
  troubles: {
    'lists of different lengths belong to different questions': {
      answer: { body: '{"result":[{"points":[[1]]}]}' },
      code: 'source-answer',
      says: /answered 1 times at \$\.points\[\*\]\[0\] and 0 values/,
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
  const source = await createHttpJsonSource(
    { ...ACCOUNT, name: 'h', url: `${server.url}/api/` },
    { client, now: Date.now },
  );
  try {
    const request = {
      metric: 'm',
      query: { source: 'http', times: '$.t', values: '$.v', ...query } as SourceQuery,
      side: 'canary' as const,
      scope: { ...SCOPE, ...scope },
      templates: {},
    };
    const fetched = await source.fetch(request, AbortSignal.timeout(10_000));
    return { ...fetched, told: source.describe(request), requests: server.requests };
  } finally {
    await client.close();
    await server.close();
  }
}

const NOTHING: StubHandler = () => ({ body: '{}' });

test('values stand in the path, in parameters and in texts of the body, numbers as numbers', async () => {
  const query = {
    path: '/series/${scope}/points',
    search: { from: '${start}', step: '${step_s}', limit: 10 },
    body: {
      filter: [{ version: '${scope}' }],
      from: '${start_ms}',
      range: '${start_s}..${end_s}',
      top: 3,
    },
  };
  const { requests, told } = await ask(query, NOTHING, { scope: 'v2/"x"' });
  const url = new URL(requests[0]!.path, 'http://x');
  assert.equal(requests[0]!.method, 'POST');
  assert.equal(url.pathname, '/api/series/v2%2F%22x%22/points');
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    from: '2026-01-15T09:00:00.000Z',
    step: '60',
    limit: '10',
  });
  assert.deepEqual(JSON.parse(requests[0]!.body), {
    filter: [{ version: 'v2/"x"' }],
    from: SCOPE.startAt,
    range: '1768467600..1768468200',
    top: 3,
  });
  assert.match(told, /^POST \/series\/v2%2F%22x%22\/points\?from=.*\n\{"filter"/);
});

test('no value leads out of its part of a path', async () => {
  const client = createOutboundClient({ profile: 'source' });
  const source = await createHttpJsonSource(
    { ...ACCOUNT, name: 'h', url: 'http://x/api' },
    { client, now: Date.now },
  );
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE, '..', '.'));
  const cases = fc.property(value, (scope) => {
    const query = { source: 'http', path: 'a/${scope}/b', times: '$.t', values: '$.v' };
    const request = { metric: 'm', query, side: 'canary' as const, templates: {} };
    try {
      const told = source.describe({ ...request, scope: { ...SCOPE, scope } });
      const { pathname } = new URL(told.slice('GET '.length), 'http://x');
      assert.match(pathname, /^\/a\/[^/]+\/b$/);
    } catch (thrown) {
      assert.ok(thrown instanceof Fault && thrown.code === 'invalid-query', String(thrown));
    }
  });
  fc.assert(cases);
  await client.close();
});

test('ends and instants are placed as what they are, and buckets of the epoch where the API has those', async () => {
  const times = [SCOPE.startAt + 60_000, SCOPE.startAt + 600_000];
  const answer: StubHandler = () => ({ body: JSON.stringify({ t: times, v: [1, 'NaN'] }) });
  const ends = await ask({ timesAre: 'ends' }, answer);
  assert.deepEqual(ends.series[0]!.values, [1, ...Array.from({ length: 9 }, () => NaN)]);
  const instants = await ask({ timesAre: 'instants' }, answer);
  assert.equal(instants.series[0]!.values.length, 11);
  assert.equal(instants.series[0]!.values[1], 1);
  const shifted = { startAt: SCOPE.startAt + 30_000, endAt: SCOPE.endAt + 30_000 };
  const epoch = await ask({ align: 'epoch' }, () => ({ body: '{"t":[],"v":[]}' }), shifted);
  assert.match(epoch.remarks[0]!.text, /cuts time at multiples of 1m/);
});

const refused: [string, object, RegExp][] = [
  ['a path that leads out', { path: 'a/../b' }, /below the account's url/],
  ['a path that hides its dots', { path: 'a/%2E%2e/b' }, /below the account's url/],
  ['parameters in a path', { path: 'a?b=c' }, /parameters belong into "search"/],
  ['a body of a GET', { method: 'GET', body: {} }, /has no "body"/],
  ['no place of the data', { times: undefined }, /says where its data are/],
  ['a regular expression', { values: "$[?match(@.a, '(a+)+')]" }, /may never end/],
  ['a walk within a walk', { values: '$..a..b' }, /may never end/],
  ['a script', { values: '$[?(constructor)]' }, /is no path of JSONPath/],
  ['a place for a cursor that is none', { next: { at: '$.n', into: 'headers.x' } }, /needs "at"/],
  ['a unit of its own', { timeUnit: 'h' }, /"timeUnit" of a http query must be s, ms, us or ns/],
];
for (const [what, query, message] of refused) {
  test(`${what} is refused before anything is asked`, async () => {
    await assert.rejects(ask(query, NOTHING), (error: unknown) => {
      assert.ok(error instanceof Fault && error.code === 'invalid-query', String(error));
      assert.match(error.message, message);
      return true;
    });
  });
}

test('among other text only a plain word may stand', async () => {
  const query = { search: { q: 'version:${scope}' } };
  const { requests } = await ask(query, NOTHING);
  assert.match(requests[0]!.path, /q=version%3Av2/);
  await assert.rejects(
    ask(query, NOTHING, { scope: 'v2 OR 1' }),
    /where a language of its own may be/,
  );
});

test('a cursor is put into the body where that is its place', async () => {
  const pages = [
    { t: [SCOPE.startAt], v: [1], page: 7 },
    { t: [SCOPE.startAt + 60_000], v: [2] },
  ];
  const next = { at: '$.page', into: 'body.page.after' };
  const body = { page: { size: 10 } };
  const { series, requests } = await ask({ next, body }, (_, index) => ({
    body: JSON.stringify(pages[index]),
  }));
  assert.deepEqual(JSON.parse(requests[1]!.body), { page: { size: 10, after: 7 } });
  assert.deepEqual(series[0]!.values.slice(0, 2), [1, 2]);
});
