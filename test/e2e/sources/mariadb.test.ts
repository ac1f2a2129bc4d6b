import mysql from 'mysql2/promise';
import { MARIADB_SKIP, startMariadb } from '../../support/sql-servers.ts';
import { testJudged } from './judged.ts';
import { SERVED } from './served.ts';

const PASSWORD = 'of-the-database-asked-by-nobody-else';
const BUCKET = 'floor((unix_timestamp(ts) - ${start_s}) / ${step}) * ${step} + ${start_s}';
const query = (value: string) => ({
  source: 'sql',
  sql: `SELECT from_unixtime(${BUCKET}) AS time, ${value} AS value
    FROM req WHERE ts >= \${start} AND ts < \${end} AND version = \${scope} GROUP BY 1`,
});

testJudged('MariaDB', {
  skip: MARIADB_SKIP,
  async start() {
    const server = await startMariadb();
    const at = { port: server.port, host: '127.0.0.1', user: 'root', timezone: 'Z' };
    const client = await mysql.createConnection(at);
    await client.query("SET time_zone = '+00:00'");
    await client.query('CREATE DATABASE shop');
    await client.query(
      'CREATE TABLE shop.req (ts datetime(3), version text, status int, seconds double)',
    );
    const rows = SERVED.map(({ at, ...one }) => [new Date(at), ...Object.values(one)]);
    await client.query('INSERT INTO shop.req VALUES ?', [rows]);
    await client.query(`CREATE USER canary IDENTIFIED BY '${PASSWORD}'`);
    await client.query('GRANT SELECT ON shop.* TO canary');
    await client.end();
    const account = (password: string) => ({
      source: 'sql',
      url: `mariadb://127.0.0.1:${server.port}/shop`,
      auth: { type: 'basic', username: 'canary', password },
    });
    return {
      account: account('env:DATABASE_SECRET'),
      refused: account('env:WRONG_SECRET'),
      env: { DATABASE_SECRET: PASSWORD, WRONG_SECRET: 'not-the-one-of-the-database' },
      stop: () => server.stop(),
    };
  },
  errors: query('sum(status >= 500)'),
  requests: query('count(*)'),
  latency: query('avg(seconds)'),
  refuses: /refused .*Access denied for user/,
});
