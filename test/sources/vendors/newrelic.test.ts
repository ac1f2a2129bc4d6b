import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceQuery } from '../../../src/model/config.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { bucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createNewrelicSource } from '../../../src/sources/vendors/newrelic.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const ACCOUNT = {
  source: 'newrelic',
  headers: { 'API-Key': SECRET },
  options: { accountId: 1234567, scopeKey: 'version' },
} as const;
const NRQL =
  "SELECT count(*) AS value FROM Transaction WHERE version = '${scope}' FACET host, zone";

/** Every step of every group, as TIMESERIES answers; steps without events have a count of 0. */
function results(series: readonly RangeSeries[], times: readonly number[]): string {
  const names = Object.keys(series[0]?.tags ?? {});
  const rows = series.flatMap(({ tags, points }) => {
    const known = new Map(points);
    return [...new Set([...times, ...known.keys()])].map((at) => ({
      beginTimeSeconds: at / 1000,
      endTimeSeconds: at / 1000 + 60,
      ...(names.length === 0
        ? {}
        : { facet: names.length === 1 ? tags[names[0]!] : names.map((name) => tags[name]) }),
      ...tags,
      value: known.get(at) ?? 0,
      canary_inspected: known.has(at) ? 3 : 0,
    }));
  });
  return answer(rows, names);
}

function answer(rows: object[], facets: string[] = [], messages: string[] = []): string {
  const nrql = { results: rows, metadata: { facets, messages } };
  return JSON.stringify({ data: { actor: { account: { nrql } } } });
}

const errors = (errorClass: string, message: string) => ({
  body: JSON.stringify({
    data: { actor: { account: null } },
    errors: [{ message, extensions: { errorClass } }],
  }),
});

function types(names: readonly string[]): string {
  const nrql = { results: names.map((eventType) => ({ eventType })), metadata: {} };
  return JSON.stringify({ data: { actor: { account: { nrql } } } });
}

testVendor('newrelic', {
  create: createNewrelicSource,
  account: ACCOUNT,
  query: { source: 'newrelic', nrql: NRQL },
  unusable: { source: 'newrelic', nrql: 'SELECT count(*) FROM T SINCE 1 hour ago' },
  grid: bucketsOf,
  encode: (series, { startAt, stepMs, count }) => ({
    body: results(
      series,
      Array.from({ length: count }, (_, index) => startAt + index * stepMs),
    ),
  }),
  well: () => ({ body: types([]) }),
  unwell: {
    'a key that may not read the account': {
      answer: errors('ACCESS_DENIED', 'Access denied'),
      says: /answered an error: ACCESS_DENIED: Access denied; check the account's API-Key and options.accountId/,
    },
  },
  names: {
    answer: () => ({ body: types(['Metric', 'Transaction']) }),
    told: ['Metric', 'Transaction'],
  },
  refuse: (status, words) => ({ status, body: JSON.stringify({ errors: [{ message: words }] }) }),
  troubles: {
    'a mistake in the query is told in a 200 and ends it': {
      answer: errors('NRDB:1101020', 'NRQL Syntax Error: unexpected SELEKT'),
      code: 'source-refused',
      says: /answered an error: NRDB:1101020: NRQL Syntax Error: unexpected SELEKT; correct the query for metric "errors"/,
    },
    'a time-out inside of a 200 may be tried again': {
      answer: errors('TIMEOUT', 'Query took too long'),
      code: 'source-unavailable',
      retryable: true,
      says: /answered an error: TIMEOUT: Query took too long/,
    },
    'as many groups as it tells at most are perhaps not all': {
      answer: {
        body: answer(
          Array.from({ length: 5000 }, (_, index) => ({
            beginTimeSeconds: 1768471200,
            facet: `h${index}`,
            value: 1,
          })),
          ['host'],
        ),
      },
      code: 'source-limit',
      says: /5000 groups, the most it tells; group by less/,
    },
    'several percentiles at once are refused': {
      answer: { body: answer([{ beginTimeSeconds: 1768471200, value: { 50: 1, 95: 2 } }]) },
      code: 'source-answer',
      says: /several values in "value"; select one percentile at a time/,
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

interface More {
  scope?: Partial<Scope>;
  account?: object;
}

async function ask(query: object, handler: StubHandler, { scope, account }: More = {}) {
  const server = await startStubServer(handler);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createNewrelicSource(
    { ...ACCOUNT, name: 'nr', url: server.url, ...account },
    { client, now: Date.now },
  );
  try {
    const request = {
      metric: 'm',
      query: { source: 'newrelic', ...query } as SourceQuery,
      side: 'canary' as const,
      scope: { ...SCOPE, ...scope },
      templates: {},
    };
    const fetched = await source.fetch(request, AbortSignal.timeout(10_000));
    return { ...fetched, query: source.describe(request), requests: server.requests };
  } finally {
    await client.close();
    await server.close();
  }
}

const NOTHING = { body: answer([]) };
interface Asked {
  query: string;
  variables: { a: number; q: string; t: number };
}

test('NRQL is a variable of the question, with the window, all groups, and a count of events', async () => {
  const { requests } = await ask({ nrql: NRQL }, () => NOTHING, { scope: { scope: "v'2\\" } });
  const [asked] = requests;
  assert.equal(`${asked!.method} ${asked!.path}`, 'POST /graphql');
  assert.equal(asked!.headers['api-key'], SECRET);
  const { query, variables } = JSON.parse(asked!.body) as Asked;
  assert.ok(!query.includes('SELECT'));
  assert.deepEqual(variables, {
    a: 1234567,
    q: "SELECT count(*) AS value, count(*) AS canary_inspected FROM Transaction WHERE version = 'v\\'2\\\\' FACET host, zone LIMIT 1001 TIMESERIES 60 SECONDS SINCE 1768467600000 UNTIL 1768471200000",
    t: 60,
  });
});

const forms: [string, string][] = [
  [
    "FROM Transaction SELECT filter(count(*), WHERE error IS true) AS 'value' WHERE v = 'x'",
    "FROM Transaction SELECT filter(count(*), WHERE error IS true) AS 'value', count(*) AS canary_inspected WHERE v = 'x'",
  ],
  [
    'SELECT max(n) FROM (SELECT count(*) AS n FROM T FACET host LIMIT 5)',
    'SELECT max(n), count(*) AS canary_inspected FROM (SELECT count(*) AS n FROM T FACET host LIMIT 5)',
  ],
  [
    'SELECT max(`since`) FROM T FACET host LIMIT 3',
    'SELECT max(`since`), count(*) AS canary_inspected FROM T FACET host LIMIT 3',
  ],
  ['FROM T SELECT count(*)', 'FROM T SELECT count(*), count(*) AS canary_inspected'],
];
for (const [nrql, text] of forms) {
  test(`events are counted beside what is selected: ${nrql}`, async () => {
    const { query } = await ask({ nrql }, () => NOTHING);
    assert.equal(query.replace(/ TIMESERIES .*/, ''), text);
  });
}

for (const [nrql, message] of [
  ["SELECT count(*) FROM T WHERE v LIKE '${scope}'", /has a %, which LIKE takes for anything/],
  ["SELECT count(*) FROM T WHERE v NOT LIKE 'a${scope}'", /has a %/],
  ["SELECT count(*) FROM T WHERE v RLIKE r'${scope}'", /means more in a regular expression/],
  ['SELECT count(*) FROM T WHERE v = ${scope}', /only a number may be/],
  ['SELECT `${scope}` FROM T TIMESERIES', /has TIMESERIES itself; leave it out/],
  ['SELECT count(*) FROM T COMPARE WITH 1 day ago', /must not have COMPARE WITH/],
  ['count(*)', /must have a SELECT/],
] as const) {
  test(`what would ask something else is refused: ${nrql}`, async () => {
    await assert.rejects(
      ask({ nrql }, () => NOTHING, { scope: { scope: 'v%' } }),
      message,
    );
  });
}

test('a long window is asked for in parts of 366 buckets, which are one series', async () => {
  const scope = { endAt: SCOPE.startAt + 400 * 60_000 };
  const { series, requests } = await ask(
    { nrql: 'SELECT count(*) AS value FROM T' },
    (asked) => {
      const { q } = (JSON.parse(asked.body) as Asked).variables;
      const [, since] = /SINCE (\d+)/.exec(q)!;
      return {
        body: answer([{ beginTimeSeconds: Number(since) / 1000, value: 1, canary_inspected: 1 }]),
      };
    },
    { scope },
  );
  assert.equal(requests.length, 2);
  assert.equal(series.length, 1);
  assert.deepEqual(
    series[0]!.values.flatMap((value, index) => (Number.isNaN(value) ? [] : [index])),
    [0, 366],
  );
});

test('an average of nothing is a gap, a percentile is its one value, columns are told apart', async () => {
  const [first, second] = [0, 60].map((more) => SCOPE.startAt / 1000 + more);
  const rows = [
    { beginTimeSeconds: first, a: 0, b: { 95: null }, canary_inspected: 0 },
    { beginTimeSeconds: second, a: 0, b: { 95: 2.5 }, canary_inspected: 7 },
  ];
  const { series, remarks } = await ask(
    { nrql: 'SELECT average(x) AS a, percentile(x, 95) AS b FROM T' },
    () => ({
      body: answer(rows, [], ['sampled']),
    }),
  );
  assert.deepEqual(
    series.map(({ tags, values }) => [tags, values.slice(0, 2)]),
    [
      [{ column: 'a' }, [NaN, 0]],
      [{ column: 'b' }, [NaN, 2.5]],
    ],
  );
  assert.deepEqual(remarks, [{ kind: 'warning', text: 'New Relic: sampled' }]);
});

const INSIGHTS = {
  headers: { 'X-Query-Key': SECRET },
  options: {
    accountId: 7,
    api: 'insights',
    locationKey: 'region',
    scopeKey: 'autoScalingGroupName',
  },
};
const EMPTY = { body: JSON.stringify({ timeSeries: [], metadata: {} }) };

const KAYENTA: [string, object, Partial<Scope>, string][] = [
  [
    'select, q, keys of the account',
    { select: 'count(*) FROM Transaction', q: "httpStatusCode LIKE '5%'" },
    { location: 'us-west-2', scope: 'myservice-prod-v01', parameters: { _i_am_private: 'x' } },
    "SELECT count(*) FROM Transaction TIMESERIES 60 seconds SINCE 1768467600 UNTIL 1768471200 WHERE httpStatusCode LIKE '5%' AND autoScalingGroupName LIKE 'myservice-prod-v01' AND region LIKE 'us-west-2'",
  ],
  [
    'a key of the request, a step of 0',
    { select: 'SELECT average(duration) FROM Transaction' },
    { stepSeconds: 0, parameters: { _scope_key: 'version', _location_key: 'l', env: 'prod' } },
    "SELECT average(duration) FROM Transaction TIMESERIES MAX SINCE 1768467600 UNTIL 1768471200 WHERE env LIKE 'prod' AND version LIKE 'v2' AND l LIKE ''",
  ],
  [
    'an inline template',
    {
      customInlineTemplate:
        "SELECT count(*) FROM T WHERE v='${scope}' TIMESERIES ${step} seconds SINCE ${startEpochSeconds} UNTIL ${endEpochSeconds}",
    },
    {},
    "SELECT count(*) FROM T WHERE v='v2' TIMESERIES 60 seconds SINCE 1768467600 UNTIL 1768471200",
  ],
];
for (const [what, query, scope, text] of KAYENTA) {
  test(`a query of Kayenta is sent as Kayenta sends it: ${what}`, async () => {
    const insights = await ask(query, () => EMPTY, { scope, account: INSIGHTS });
    const { pathname, searchParams } = new URL(insights.requests[0]!.path, 'http://x');
    assert.equal(`${insights.requests[0]!.method} ${pathname}`, 'GET /v1/accounts/7/query');
    assert.equal(insights.requests[0]!.headers['x-query-key'], SECRET);
    assert.deepEqual(Object.fromEntries(searchParams), { nrql: text });
    assert.equal(insights.query, text);
    const options = { ...INSIGHTS.options, api: 'nerdgraph' };
    const nerdgraph = await ask(query, () => NOTHING, { scope, account: { options } });
    assert.equal((JSON.parse(nerdgraph.requests[0]!.body) as Asked).variables.q, text);
  });
}

test('an answer is read as Kayenta reads it, by both APIs', async () => {
  const timeSeries = [
    { beginTimeSeconds: 60, inspectedCount: 0, results: [{ count: 0 }] },
    { beginTimeSeconds: 120, inspectedCount: 5, results: [{ percentiles: { 95: 2.5 } }] },
  ];
  const metadata = { beginTimeMillis: 60_000, endTimeMillis: 180_000 };
  const insights = await ask(
    { select: 'x' },
    () => ({ body: JSON.stringify({ timeSeries, metadata }) }),
    {
      account: INSIGHTS,
    },
  );
  const rows = [
    { beginTimeSeconds: 60, endTimeSeconds: 120, inspectedCount: 0, count: 0 },
    { beginTimeSeconds: 120, endTimeSeconds: 180, inspectedCount: 5, percentiles: { 95: 2.5 } },
  ];
  const nerdgraph = await ask({ select: 'x' }, () => ({ body: answer(rows) }));
  for (const { series, query } of [insights, nerdgraph]) {
    assert.deepEqual(series, [
      { tags: {}, startAt: 60_000, stepMs: 60_000, values: [NaN, 2.5], attributes: { query } },
    ]);
  }
});

test('a scope without a key is refused in the words of Kayenta', async () => {
  await assert.rejects(
    ask({ select: 'x' }, () => EMPTY, {
      account: { ...INSIGHTS, options: { accountId: 7, api: 'insights' } },
    }),
    /The NewRelic account must define a default scope key or it must be supplied in the extendedScopeParams in the `_scope_key` key/,
  );
});

test('NRQL of our own is not asked with the key of the Insights API', async () => {
  await assert.rejects(
    ask({ nrql: NRQL }, () => EMPTY, { account: INSIGHTS }),
    { code: 'invalid-query' },
  );
});

for (const [account, message] of [
  [{ headers: {} }, /source "nr" needs the header API-Key, as auth/],
  [{ options: {} }, /source "nr" needs the number of the account at New Relic/],
  [{ ...INSIGHTS, headers: { 'API-Key': SECRET } }, /needs the header X-Query-Key/],
] as const) {
  test(`an account that cannot work is refused: ${message.source}`, async () => {
    await assert.rejects(
      ask({ nrql: NRQL }, () => EMPTY, { account }),
      message,
    );
  });
}
