import mysql from 'mysql2/promise';
import { MARIADB_SKIP, startMariadb } from '../../support/sql-servers.ts';
import { PASSWORD, SERVED, testSql } from './sql-cases.ts';

const BUCKET =
  'from_unixtime(floor((unix_timestamp(ts) - ${start_s}) / ${step}) * ${step} + ${start_s})';

testSql({
  name: 'MariaDB 10.11',
  skip: MARIADB_SKIP,
  async start() {
    const server = await startMariadb();
    const client = await mysql.createConnection({
      port: server.port,
      host: '127.0.0.1',
      user: 'root',
      timezone: 'Z',
    });
    await client.query("SET time_zone = '+00:00'");
    await client.query('CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_bin');
    await client.query(
      'CREATE TABLE shop.req (ts datetime(3), version text, host text, status int, seconds double)',
    );
    for (const { at, version, host, status, seconds } of SERVED) {
      await client.execute('INSERT INTO shop.req VALUES (?, ?, ?, ?, ?)', [
        new Date(at),
        version,
        host,
        status,
        seconds,
      ]);
    }
    await client.query(`CREATE USER canary IDENTIFIED BY '${PASSWORD}'`);
    await client.query(
      'CREATE FUNCTION shop.forget() RETURNS INT BEGIN DELETE FROM shop.req; RETURN 1; END',
    );
    await client.query('GRANT ALL ON shop.* TO canary');
    await client.end();
    return {
      account: {
        url: `mariadb://127.0.0.1:${server.port}/shop`,
        username: 'canary',
        password: PASSWORD,
      },
      stop: () => server.stop(),
    };
  },
  counts: `
    SELECT ${BUCKET} AS time, host, count(*) AS requests, sum(status >= 500) AS errors
    FROM req WHERE ts >= \${start} AND ts < \${end} AND version = '\${scope}' GROUP BY 1, 2 ORDER BY 1`,
  mean: `
    SELECT ${BUCKET} AS time, avg(seconds) AS value
    FROM req WHERE ts >= \${start} AND ts < \${end} AND version = \${scope} GROUP BY 1`,
  numbers: `
    SELECT \${start} AS time, CAST(24 AS SIGNED) AS a, 2.50 AS b, 4611686018427387904 AS c, NULL AS d`,
  slow: 'SELECT utc_timestamp() AS time, sleep(5) AS value',
  writes: 'SELECT now() AS time, forget() AS value',
});
