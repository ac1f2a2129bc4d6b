// A worker dies with an analysis in its hands: another one judges it once the dead one's lease is over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOCK_MS, STALLED_CHECK_MS } from '../../src/queue/bullmq.ts';
import { LEASE_MS } from '../../src/store/postgres/postgres-peers.ts';
import { until } from '../support/poll.ts';
import { POSTGRES_MISSING } from '../support/postgres.ts';
import { startCanary } from '../support/process.ts';
import { REDIS_MISSING } from '../support/redis.ts';
import { startStubServer } from '../support/stub-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { settingsOf, startEngines, startParts } from './parts.ts';

test('lease and lock of a dead process are over, and that is seen, within 15 s', () => {
  assert.ok(LEASE_MS < 15_000);
  // a job counts as lost at the second look
  assert.ok(LOCK_MS + 2 * STALLED_CHECK_MS < 15_000);
});

test(
  'the analysis of a dead worker is judged by another one',
  { skip: POSTGRES_MISSING || REDIS_MISSING },
  async (context) => {
    const directory = temporaryDirectory();
    context.after(() => directory[Symbol.dispose]());
    let isSilent = true;
    const data = { resultType: 'matrix', result: [] };
    const source = await startStubServer(() =>
      isSilent ? 'never' : { body: JSON.stringify({ status: 'success', data }) },
    );
    context.after(() => source.close());
    const engines = await startEngines(context);
    const env = {
      ...settingsOf(engines, directory.path),
      CANARY_ACCOUNTS: `[{name: slow, source: prometheus, url: '${source.url}'}]`,
    };
    const [api, first] = await startParts(context, directory.path, [
      [['serve', '--no-worker'], env],
      [['worker'], env],
    ]);
    const headers = { 'content-type': 'application/json' };
    const metric = { name: 'slow', query: { source: 'prometheus', promql: 'up{app="${scope}"}' } };
    const submitted = await fetch(`${api!.process.url}/api/v1/analyses`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        config: { name: 'checkout', metrics: [metric] },
        baseline: { scope: 'v41' },
        canary: { scope: 'v42' },
        window: { start: '2026-01-15T09:00:00Z', end: '2026-01-15T10:00:00Z', step: '60s' },
      }),
    });
    assert.equal(submitted.status, 202);
    await until('the first worker has asked', () => source.requests.length > 0);
    const claims = () =>
      engines.postgres.query<{ attempt: number; owner: string; state: string }>(
        engines.database,
        'select attempt, owner, state from executions',
      );
    const [before] = await claims();
    const second = await startCanary(directory.path, ['worker'], env);
    context.after(() => second.end('SIGKILL'));
    await first!.process.end('SIGKILL');
    isSilent = false;
    const diedAt = performance.now();
    await until('another worker has claimed it', async () => (await claims())[0]?.attempt === 2);
    const seconds = (performance.now() - diedAt) / 1000;
    await until('it has ended', async () => (await claims())[0]?.state === 'completed');
    assert.notEqual((await claims())[0]?.owner, before?.owner);
    context.diagnostic(`claimed again ${seconds.toFixed(1)} s after the death of its worker`);
  },
);
