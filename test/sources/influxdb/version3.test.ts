// InfluxDB 3 by SQL and by InfluxQL, against a scripted server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { bucketsOf } from '../../../src/sources/grid/bucket-grid.ts';
import type { RangeSeries } from '../../../src/sources/grid/range-series.ts';
import { createInfluxdbSource } from '../../../src/sources/influxdb/influxdb.ts';
import { SECRET, testVendor, type VendorCase } from '../../contracts/vendor.ts';
import { startStubServer } from '../../support/stub-server.ts';

const ACCOUNT = {
  source: 'influxdb',
  headers: { authorization: `Token ${SECRET}` },
  options: { version: 3, database: 'shop' },
} as const;
const SQL = `SELECT date_bin(\${step}, time, \${start}) AS time, host, count(*) AS value FROM http
  WHERE time >= \${start} AND time < \${end} AND version = \${scope} GROUP BY 1, host`;
const INFLUXQL =
  'SELECT sum(n) AS value FROM http WHERE ${timeFilter} AND version = ${scope} GROUP BY time(${step}, ${offset}), host fill(none)';

/** Times have no zone. */
function rows(series: readonly RangeSeries[], more: object = {}): string {
  return JSON.stringify(
    series.flatMap(({ tags, points }) =>
      points.map(([at, value]) => ({
        ...more,
        time: new Date(at).toISOString().slice(0, 23),
        ...tags,
        value,
      })),
    ),
  );
}

const CASE: Pick<VendorCase, 'create' | 'account' | 'grid' | 'refuse' | 'well' | 'names'> = {
  create: createInfluxdbSource,
  account: ACCOUNT,
  grid: bucketsOf,
  refuse: (status, words) => ({ status, body: JSON.stringify({ error: words, data: null }) }),
  well: () => ({ body: '[{"one":1}]' }),
  names: { answer: () => ({ body: '[{"table_name":"http"}]' }), told: ['http'] },
};

testVendor('influxdb 3, by SQL', {
  ...CASE,
  query: { source: 'influxdb', sql: SQL },
  unusable: { source: 'influxdb', sql: 'DROP TABLE http' },
  encode: (series) => ({ body: rows(series) }),
});

testVendor('influxdb 3, by InfluxQL', {
  ...CASE,
  query: { source: 'influxdb', influxql: INFLUXQL },
  unusable: { source: 'influxdb', influxql: 'DROP MEASUREMENT http' },
  encode: (series) => ({ body: rows(series, { 'iox::measurement': 'http' }) }),
});

const SCOPE = {
  scope: "v'2",
  location: '',
  startAt: Date.parse('2026-01-15T09:00:37Z'),
  endAt: Date.parse('2026-01-15T09:10:37Z'),
  stepSeconds: 60,
  parameters: {},
};

test('a query is sent with its values beside it, and its times as literals', async () => {
  const server = await startStubServer(() => ({ body: '[]' }));
  const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
  const source = await createInfluxdbSource(
    { ...ACCOUNT, name: 'i', url: server.url },
    { client, now: Date.now },
  );
  const asked = { metric: 'm', side: 'canary' as const, scope: SCOPE, templates: {} };
  await source.fetch(
    { ...asked, query: { source: 'influxdb', sql: SQL } },
    AbortSignal.timeout(10_000),
  );
  await client.close();
  await server.close();
  const [request] = server.requests;
  assert.equal(request!.path, '/api/v3/query_sql');
  assert.deepEqual(JSON.parse(request!.body), {
    db: 'shop',
    q: `SELECT date_bin(INTERVAL '60000 milliseconds', time, TIMESTAMP '2026-01-15T09:00:37.000Z') AS time, host, count(*) AS value FROM http
  WHERE time >= TIMESTAMP '2026-01-15T09:00:37.000Z' AND time < TIMESTAMP '2026-01-15T09:10:37.000Z' AND version = $p_scope GROUP BY 1, host`,
    params: { p_scope: "v'2" },
    format: 'json',
  });
});

for (const [version, query, says] of [
  [3, { flux: 'from(bucket: "a")' }, /InfluxDB 3 has no Flux: write "sql" or "influxql"/],
  [1, { sql: SQL }, /needs InfluxDB 3, and its account options.version: 3/],
] as const) {
  test(`a language that version ${version} has not is refused with what to do`, async () => {
    const client = createOutboundClient({ profile: 'source', allow: ['127.0.0.1'] });
    const account = {
      ...ACCOUNT,
      name: 'i',
      url: 'http://127.0.0.1:1',
      options: { ...ACCOUNT.options, version },
    };
    const source = await createInfluxdbSource(account, { client, now: Date.now });
    const asked = { metric: 'm', side: 'canary' as const, scope: SCOPE, templates: {} };
    assert.throws(() => source.describe({ ...asked, query: { source: 'influxdb', ...query } }), {
      code: 'invalid-query',
      message: says,
    });
    await client.close();
  });
}
