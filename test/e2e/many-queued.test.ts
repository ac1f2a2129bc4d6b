// A backlog for several processes, a long one in `npm run test:faults`: each analysis is judged once, who asks is answered meanwhile, and memory stays bounded.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { IS_LONG_FORM } from '../support/long-form.ts';
import { until } from '../support/poll.ts';
import { POSTGRES_MISSING } from '../support/postgres.ts';
import { REDIS_MISSING } from '../support/redis.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { settingsOf, startEngines, startParts } from './parts.ts';
import { inlineRequest } from './requests.ts';

const ANALYSES = IS_LONG_FORM ? 10_000 : 200;
const CLIENTS = 16;
/** Of one process: two runs were at 290 MB with 300 analyses and at 555 MB with 10,000. */
const MOST_MEGABYTES = 700;

test(
  `${ANALYSES} analyses queued at once are judged once each`,
  { skip: POSTGRES_MISSING || REDIS_MISSING, timeout: 3_600_000 },
  async (context) => {
    const directory = temporaryDirectory();
    context.after(() => directory[Symbol.dispose]());
    const engines = await startEngines(context);
    const token = 'a-token-of-the-queued-test';
    const env = {
      ...settingsOf(engines, directory.path),
      CANARY_SERVER_TOKENS: '[{name: operator, token: env:OPERATOR_TOKEN}]',
      OPERATOR_TOKEN: token,
      CANARY_SERVER_SIGNING_SECRET: 'env:SIGNING_SECRET',
      SIGNING_SECRET: 'a-secret-of-the-queued-test-that-is-long-enough',
    };
    const parts = await startParts(context, directory.path, [
      [['serve', '--no-worker'], env],
      [['worker'], env],
      [['worker'], env],
    ]);
    const { url } = parts[0]!.process;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const post = async (path: string, body: object) => {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.text()}`);
    };
    await post('/admin/orca/instance/enabled', { enabled: false });
    let left = ANALYSES;
    const client = async () => {
      while (left-- > 0) await post('/api/v1/analyses', inlineRequest('pass'));
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    const live = async () => {
      const [row] = await engines.postgres.query<{ count: string }>(
        engines.database,
        'select count(*) from executions where claimable_at is not null',
      );
      return Number(row?.count);
    };
    assert.equal(await live(), ANALYSES);

    await post('/admin/orca/instance/enabled', { enabled: true });
    const answered: number[] = [];
    let most = 0;
    let seen = ANALYSES;
    let asked = Date.now();
    await until(
      'all of them are judged',
      async () => {
        const begin = performance.now();
        assert.equal((await fetch(`${url}/api/v1/analyses?limit=5`, { headers })).status, 200);
        answered.push(performance.now() - begin);
        most = Math.max(most, ...parts.map(({ process }) => residentMegabytes(process.pid)));
        if (Date.now() - asked > 1000) [seen, asked] = [await live(), Date.now()];
        return seen === 0;
      },
      ANALYSES * 500,
    );
    const again = await engines.postgres.query(
      engines.database,
      'select id from executions where attempt <> 1',
    );
    assert.deepEqual(again, []);
    const [judged] = await engines.postgres.query<{ count: string }>(
      engines.database,
      "select count(*) from analyses where verdict = 'pass'",
    );
    assert.equal(Number(judged?.count), ANALYSES);
    const p99 = answered.toSorted((a, b) => a - b)[Math.floor(0.99 * (answered.length - 1))];
    context.diagnostic(
      `a list was answered within ${p99?.toFixed(0)} ms at p99; at most ${most.toFixed(0)} MB`,
    );
    assert.ok(most < MOST_MEGABYTES, `${most} MB`);
  },
);

function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}
