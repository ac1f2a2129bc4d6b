import assert from 'node:assert/strict';
import pg from 'pg';
import { POSTGRES_SKIP, startPostgresServer } from '../../support/sql-servers.ts';
import { PASSWORD, SERVED, testSql } from './sql-cases.ts';

testSql({
  name: 'PostgreSQL 15',
  skip: POSTGRES_SKIP,
  async start() {
    const server = await startPostgresServer();
    const client = new pg.Client({ port: server.port, host: '127.0.0.1', user: 'postgres' });
    await client.connect();
    const data = (await client.query<{ data_directory: string }>('SHOW data_directory')).rows[0]!;
    assert.ok(data.data_directory !== '');
    await client.query(
      'CREATE TABLE req (ts timestamptz, version text, host text, status int, seconds float8)',
    );
    for (const { at, version, host, status, seconds } of SERVED) {
      const values = [new Date(at), version, host, status, seconds];
      await client.query('INSERT INTO req VALUES ($1, $2, $3, $4, $5)', values);
    }
    await client.query(`CREATE ROLE canary LOGIN PASSWORD '${PASSWORD}'`);
    await client.query('GRANT ALL ON req TO canary');
    // from now on everybody needs a password, as on a server outside of tests
    await client.query(
      `COPY (SELECT 'host all all 127.0.0.1/32 scram-sha-256') TO '${data.data_directory}/pg_hba.conf'`,
    );
    await client.query('SELECT pg_reload_conf()');
    await client.end();
    return {
      account: {
        url: `postgres://127.0.0.1:${server.port}/postgres`,
        username: 'canary',
        password: PASSWORD,
      },
      stop: () => server.stop(),
    };
  },
  counts: `
    SELECT date_bin(\${step}, ts, \${start}) AS time, host, -- by host
      count(*) AS requests, count(*) FILTER (WHERE status >= 500) AS errors
    FROM req WHERE ts >= \${start} AND ts < \${end} AND version = '\${scope}' GROUP BY 1, 2 ORDER BY 1;`,
  mean: `
    SELECT date_bin(\${step}, ts, \${start}) AS time, avg(seconds) AS value
    FROM req WHERE ts >= \${start} AND ts < \${end} AND version = \${scope} GROUP BY 1`,
  numbers: `
    SELECT \${start} AS time, 24::bigint AS a, 2.50::numeric AS b, 4611686018427387904 AS c, 'NaN'::float8 AS d`,
  slow: 'SELECT now() AS time, 1 AS value FROM pg_sleep(5)',
  writes: 'WITH gone AS (DELETE FROM req RETURNING ts) SELECT ts AS time, 1 AS value FROM gone',
});
