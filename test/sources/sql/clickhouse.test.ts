import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { bucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createSqlSource } from '../../../src/sources/sql/sql.ts';
import { SECRET, testVendor } from '../../contracts/vendor.ts';
import { startStubServer } from '../../support/stub-server.ts';

const ACCOUNT = {
  source: 'sql',
  headers: { 'X-ClickHouse-User': 'canary', 'X-ClickHouse-Key': SECRET },
  options: { database: 'shop' },
} as const;
const SQL = `SELECT toDateTime(\${start_s} + intDiv(toUnixTimestamp(ts) - \${start_s}, \${step_s}) * \${step_s}, 'UTC') AS time, host, count() AS value
FROM req WHERE ts >= \${start} AND ts < \${end} AND version = \${scope} GROUP BY time, host`;

function denormal(value: number): unknown {
  if (Number.isFinite(value)) return Number.isSafeInteger(value) ? String(value) : value;
  return value === Infinity ? 'inf' : value === -Infinity ? '-inf' : 'nan';
}

function table(series: readonly RangeSeries[]): string {
  const names = [...new Set(series.flatMap(({ tags }) => Object.keys(tags)))];
  const meta = ['time', 'value', ...names].map((name) => ({ name, type: 'x' }));
  const data = series.flatMap(({ tags, points }) =>
    points.map(([at, value]) => [
      new Date(at).toISOString(),
      denormal(value),
      ...names.map((name) => tags[name]),
    ]),
  );
  return JSON.stringify({ meta, data, rows: data.length });
}

testVendor('clickhouse', {
  create: createSqlSource,
  account: ACCOUNT,
  query: { source: 'sql', sql: SQL },
  unusable: { source: 'sql', sql: 'DROP TABLE req' },
  grid: bucketsOf,
  can: { infinite: true },
  encode: (series) => ({ body: table(series) }),
  well: () => ({ body: JSON.stringify({ meta: [{ name: 'one' }], data: [[1]] }) }),
  names: {
    answer: () => ({
      body: JSON.stringify({ meta: [{ name: 'name' }], data: [['shop.req'], ['shop.users']] }),
    }),
    told: ['shop.req', 'shop.users'],
  },
  refuse: (status, words) => ({
    status,
    body: `Code: ${status === 403 || status === 401 ? 516 : 202}. DB::Exception: ${words}`,
  }),
  troubles: {
    'a mistake is told as one though its status is 500': {
      answer: {
        status: 500,
        body: 'Code: 62. DB::Exception: Syntax error: failed at position 8',
        headers: { 'x-clickhouse-exception-code': '62' },
      },
      code: 'source-refused',
      says: /Syntax error: failed at position 8; correct the query/,
    },
    'too many rows are told as a limit': {
      answer: { status: 500, body: 'Code: 396. DB::Exception: Limit for result exceeded' },
      code: 'source-limit',
      says: /Limit for result exceeded/,
    },
  },
});

test('values are parameters of the query, escaped as they are read', async () => {
  const server = await startStubServer(() => ({ body: table([]) }));
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createSqlSource(
    { ...ACCOUNT, name: 'ch', url: server.url },
    { client, now: Date.now },
  );
  try {
    const startAt = Date.parse('2026-01-15T10:00:10Z');
    const scope = {
      scope: "a\\b\t'",
      location: '',
      startAt,
      endAt: startAt + 600_000,
      stepSeconds: 60,
      parameters: {},
    };
    const query = {
      source: 'sql',
      sql: 'SELECT ${start} AS time, 1 AS value WHERE v = ${scope} AND ${step} > 1',
    };
    const request = { metric: 'm', query, side: 'canary' as const, scope, templates: {} };
    await source.fetch(request, AbortSignal.timeout(10_000));
    const [asked] = server.requests;
    const { pathname, searchParams } = new URL(asked!.path, 'http://x');
    assert.equal(`${asked!.method} ${pathname}`, 'POST /');
    assert.equal(
      asked!.body,
      "SELECT {p1:DateTime64(3, 'UTC')} AS time, 1 AS value WHERE v = {p2:String} AND {p3:Float64} > 1",
    );
    assert.deepEqual(
      ['param_p1', 'param_p2', 'param_p3', 'readonly', 'database', 'wait_end_of_query'].map(
        (name) => searchParams.get(name),
      ),
      ['2026-01-15 10:00:10.000', "a\\\\b\\t'", '60', '2', 'shop', '1'],
    );
    assert.equal(asked!.headers['x-clickhouse-key'], SECRET);
  } finally {
    await client.close();
    await server.close();
  }
});
