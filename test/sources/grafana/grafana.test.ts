import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceQuery } from '../../../src/model/config.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { epochBucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createGrafanaSource } from '../../../src/sources/grafana/grafana.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer, type StubHandler } from '../../support/stub-server.ts';

const ACCOUNT = { source: 'grafana', headers: {}, bearerToken: SECRET } as const;
const SQL = {
  source: 'grafana',
  datasource: { uid: 'pg1', type: 'postgres' },
  model: { rawSql: "SELECT $__timeGroup(ts, $__interval) WHERE version = '${scope}'" },
} as const;

type Column = [name: string, type: string, values: unknown[], labels?: Record<string, string>];

/** A frame of these columns, with NaN and infinities beside them as the plugins write them. */
function frame(columns: Column[], meta: object = {}): object {
  const rowsOf = (values: unknown[], wanted: number) =>
    values.flatMap((value, row) => (Object.is(value, wanted) ? [row] : []));
  return {
    schema: {
      refId: 'A',
      meta,
      fields: columns.map(([name, type, , labels]) => ({ name, type, ...(labels && { labels }) })),
    },
    data: {
      values: columns.map(([, , values]) =>
        values.map((value) =>
          typeof value === 'number' && !Number.isFinite(value) ? null : value,
        ),
      ),
      entities: columns.map(([, , values]) => ({
        NaN: rowsOf(values, NaN),
        Inf: rowsOf(values, Infinity),
        NegInf: rowsOf(values, -Infinity),
      })),
    },
  };
}

function answer(frames: object[]): { body: string } {
  return { body: JSON.stringify({ results: { A: { status: 200, frames } } }) };
}

function frameOf({ tags, points }: RangeSeries): object {
  return frame([
    ['time', 'time', points.map(([at]) => at)],
    ['value', 'number', points.map(([, value]) => value), tags],
  ]);
}

function refuse(status: number, words: string) {
  return { status, body: JSON.stringify({ message: words, messageId: 'x' }) };
}

function failing(status: number, error: string, own: number) {
  return { status, body: JSON.stringify({ results: { A: { error, status: own } } }) };
}

testVendor('grafana', {
  create: createGrafanaSource,
  account: ACCOUNT,
  query: SQL,
  unusable: { ...SQL, model: { rawSql: "SELECT '${nobody}'" } },
  grid: (scope) => epochBucketsOf(scope).grid,
  can: { infinite: true, first: 2 },
  encode: (series) => answer(series.map(frameOf)),
  refuse,
  well: () => ({ body: '{"datasources:query":["datasources:*"]}' }),
  unwell: {
    'a token that may not query': {
      answer: { body: '{"dashboards:read":["dashboards:*"]}' },
      says: /answered that the service account has no permission datasources:query; give it the role Viewer/,
    },
  },
  names: {
    answer: () => ({ body: '[{"uid":"pg1","type":"postgres","name":"Orders"}]' }),
    told: ['pg1 postgres Orders'],
  },
  troubles: {
    'a query that failed is refused with its words': {
      answer: failing(400, 'pq: syntax error at "FORM"', 400),
      code: 'source-refused',
      says: /400 for metric "errors": pq: syntax error at "FORM"; correct the query/,
    },
    'a query that failed in a good answer is refused': {
      answer: failing(207, 'no such column', 400),
      code: 'source-refused',
      says: /answered an error: no such column; correct the query/,
    },
    'a data source that is away is asked again': {
      answer: failing(400, 'connection refused', 502),
      code: 'source-unavailable',
      retryable: true,
      says: /connection refused/,
    },
    'one that is away in a good answer, too': {
      answer: failing(200, 'timeout', 504),
      code: 'source-unavailable',
      retryable: true,
      says: /answered an error: timeout/,
    },
    'a table is no time series': {
      answer: answer([frame([['value', 'number', [1]]])]),
      code: 'source-answer',
      says: /answered a table without a time; choose the format of time series/,
    },
    'a longer interval than the step is refused': {
      answer: answer([
        frameOf({
          tags: {},
          points: [0, 2, 4, 6, 8].map((at) => [
            Date.parse('2026-01-15T10:00:00Z') + at * 60_000,
            1,
          ]),
        }),
      ]),
      code: 'source-answer',
      says: /answered every 2m, asked for 1m/,
    },
  },
});

const SCOPE: Scope = {
  scope: 'v2',
  location: '',
  startAt: Date.parse('2026-01-15T09:00:00Z'),
  endAt: Date.parse('2026-01-15T09:03:00Z'),
  stepSeconds: 60,
  parameters: {},
};
const TIMES = [0, 1, 2].map((minute) => SCOPE.startAt + minute * 60_000);

async function ask(query: object, handler: StubHandler, scope: Partial<Scope> = {}) {
  const server = await startStubServer(handler);
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createGrafanaSource(
    { ...ACCOUNT, name: 'g', url: server.url },
    { client, now: Date.now },
  );
  try {
    const request = {
      metric: 'm',
      query: { ...SQL, ...query } as SourceQuery,
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

test('the query of a panel is sent with the window and the step, its end left out', async () => {
  const { requests } = await ask({}, () => answer([]));
  assert.equal(`${requests[0]!.method} ${requests[0]!.path}`, 'POST /api/ds/query');
  assert.deepEqual(JSON.parse(requests[0]!.body), {
    from: String(SCOPE.startAt),
    to: String(SCOPE.endAt - 1),
    queries: [
      {
        interval: '60000ms',
        rawSql: "SELECT $__timeGroup(ts, $__interval) WHERE version = 'v2'",
        refId: 'A',
        datasource: { uid: 'pg1', type: 'postgres' },
        intervalMs: 60_000,
        maxDataPoints: 11_000,
      },
    ],
  });
});

test('Prometheus behind Grafana is asked at instants, both ends included', async () => {
  const prometheus = {
    datasource: { uid: 'p', type: 'prometheus' },
    model: { expr: 'sum(increase(errors{version="${scope}"}[${step_s}s]))' },
  };
  const times = [...TIMES, SCOPE.endAt];
  const { requests, series } = await ask(prometheus, () =>
    answer([frameOf({ tags: {}, points: times.map((at, index) => [at, index]) })]),
  );
  const { to, queries } = JSON.parse(requests[0]!.body) as { to: string; queries: object[] };
  assert.equal(to, String(SCOPE.endAt));
  assert.deepEqual(queries[0], {
    range: true,
    instant: false,
    format: 'time_series',
    interval: '60000ms',
    expr: 'sum(increase(errors{version="v2"}[60s]))',
    refId: 'A',
    datasource: { uid: 'p', type: 'prometheus' },
    intervalMs: 60_000,
    maxDataPoints: 11_000,
  });
  assert.deepEqual(series[0]!.values, [0, 1, 2, 3]);
});

test('texts of a row are labels, and several numbers are told apart', async () => {
  const long = frame([
    ['time', 'time', [TIMES[0], TIMES[0], TIMES[1]]],
    ['errors', 'number', [1, 2, 3]],
    ['requests', 'number', [10, 20, 30]],
    ['host', 'string', ['a', 'b', 'a']],
  ]);
  const { series } = await ask({}, () => answer([long]));
  assert.deepEqual(
    series.map(({ tags, values }) => [tags, values]),
    [
      [{ host: 'a', field: 'errors' }, [1, 3, NaN]],
      [{ host: 'b', field: 'errors' }, [2, NaN, NaN]],
      [{ host: 'a', field: 'requests' }, [10, 30, NaN]],
      [{ host: 'b', field: 'requests' }, [20, NaN, NaN]],
    ],
  );
  const one = await ask({ value: 'errors' }, () => answer([long]));
  assert.deepEqual(
    one.series.map(({ tags }) => tags),
    [{ host: 'a' }, { host: 'b' }],
  );
  await assert.rejects(
    ask({ value: 'nothing' }, () => answer([long])),
    /without the number "nothing" \(it has "time", "errors", /,
  );
});

test('numbers of a wide frame keep their labels, and an empty frame is nothing', async () => {
  const wide = frame([
    ['time', 'time', TIMES],
    ['a', 'number', [1, null, 3], { host: 'x' }],
    ['b', 'number', [4, 5, 6], { host: 'y' }],
  ]);
  const { series } = await ask({}, () => answer([wide, { schema: { fields: [] }, data: {} }]));
  assert.deepEqual(
    series.map(({ tags, values }) => [tags, values]),
    [
      [{ host: 'x', field: 'a' }, [1, NaN, 3]],
      [{ host: 'y', field: 'b' }, [4, 5, 6]],
    ],
  );
});

test('what a plugin notes is kept', async () => {
  const notices = [
    { severity: 'warning', text: 'a slow query' },
    { severity: 'error', text: 'one region did not answer' },
  ];
  const noted = frame([['time', 'time', []]], { notices });
  const { remarks } = await ask({}, () => answer([noted]));
  assert.deepEqual(remarks, [
    { kind: 'warning', text: 'a slow query' },
    { kind: 'partial', text: 'one region did not answer' },
  ]);
});

for (const scope of ["v2' OR '1'='1", 'a"}', 'a -- b', 'a b', '*']) {
  test(`a value that could end its place in any language is refused: ${scope}`, async () => {
    await assert.rejects(
      ask({ model: { expr: '${scope}' } }, () => answer([]), { scope }),
      { code: 'invalid-query' },
    );
  });
}
