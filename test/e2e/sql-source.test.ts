// The main job against a real PostgreSQL that holds the requests themselves: one healthy canary, one faulty.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { startTestService } from '../support/service.ts';
import { POSTGRES_SKIP, startPostgresServer } from '../support/sql-servers.ts';
import type { AnalysisView } from './requests.ts';

/** 60 requests a minute of each version, for an hour; one in 50 fails, of the faulty version one in 5. */
const FILL = `
  CREATE TABLE req AS
  SELECT '2026-01-15T09:00:00Z'::timestamptz + n * interval '1 second' AS ts, version,
    CASE WHEN (n * 7919 + seed * 13) % every = 0 THEN 500 ELSE 200 END AS status
  FROM generate_series(0, 3599) AS n,
    (VALUES ('v1', 1, 50), ('v2', 2, 50), ('v3', 3, 5)) AS served (version, seed, every)`;

const counts = (condition: string) => ({
  source: 'sql',
  sql: `SELECT date_bin(\${step}, ts, \${start}) AS time, count(*)${condition} AS value
    FROM req WHERE ts >= \${start} AND ts < \${end} AND version = \${scope} GROUP BY 1`,
});

test('counts of a database', { skip: POSTGRES_SKIP }, async () => {
  const server = await startPostgresServer();
  const client = new pg.Client({ port: server.port, host: '127.0.0.1', user: 'postgres' });
  await client.connect();
  await client.query(FILL);
  await client.end();
  const url = `postgres://127.0.0.1:${server.port}/postgres`;
  const auth = "{type: basic, username: postgres, password: 'env:DATABASE_SECRET'}";
  const service = await startTestService({
    CANARY_ACCOUNTS: `[{name: orders, source: sql, url: '${url}', auth: ${auth}}]`,
    DATABASE_SECRET: 'asked-for-by-nobody-here',
  });
  const judge = async (version: string): Promise<AnalysisView> => {
    const errors = {
      name: 'errors',
      kind: 'count',
      query: counts(' FILTER (WHERE status >= 500)'),
      exposure: counts(''),
      direction: 'increase',
      critical: true,
    };
    const accepted = await service.call('post', '/api/v1/analyses', {
      body: {
        config: { name: 'shop', metrics: [errors] },
        baseline: { scope: 'v1' },
        canary: { scope: version },
        window: { start: '2026-01-15T09:00:00Z', end: '2026-01-15T10:00:00Z', step: '60s' },
      },
    });
    assert.equal(accepted.status, 202, accepted.text);
    return (await service.call('get', `/api/v1/analyses/${accepted.body.id}?wait=60s`)).body;
  };
  try {
    const healthy = await judge('v2');
    assert.equal(healthy.verdict, 'pass', healthy.reason);
    const faulty = await judge('v3');
    assert.equal(faulty.verdict, 'fail', faulty.reason);
  } finally {
    await service.close();
    await server.stop();
  }
});
