import { CLICKHOUSE_SKIP, startClickhouse } from '../../support/clickhouse/clickhouse.ts';
import { testJudged } from './judged.ts';
import { SERVED } from './served.ts';

const BUCKET = '${start_s} + intDiv(toUnixTimestamp(ts) - ${start_s}, ${step_s}) * ${step_s}';
const query = (value: string) => ({
  source: 'sql',
  sql: `SELECT toDateTime(${BUCKET}, 'UTC') AS time, ${value} AS value
    FROM req WHERE ts >= \${start} AND ts < \${end} AND version = \${scope} GROUP BY time`,
});

testJudged('ClickHouse', {
  skip: CLICKHOUSE_SKIP,
  async start() {
    const rows = SERVED.map(
      ({ at, version, status, seconds }) => `(${at / 1000}, '${version}', ${status}, ${seconds})`,
    );
    const server = await startClickhouse([
      'CREATE DATABASE shop ENGINE = Atomic',
      `CREATE TABLE shop.req (ts DateTime64(3, 'UTC'), version String, status UInt16, seconds Float64)
        ENGINE = MergeTree ORDER BY ts`,
      `INSERT INTO shop.req VALUES ${rows.join(',')}`,
    ]);
    const account = { source: 'sql', url: server.url, options: { database: 'shop' } };
    return { account, stop: () => server.stop() };
  },
  errors: query('countIf(status >= 500)'),
  requests: query('count()'),
  latency: query('quantile(0.75)(seconds)'),
});
