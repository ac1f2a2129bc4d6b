// A sequential analysis whose window began an hour ago: a look at every step, as each is due, and an early end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestService, type TestService } from '../support/service.ts';

const HOUR_MS = 3_600_000;

let api: TestService;
before(async () => {
  api = await startTestService();
});
after(() => api.close());

/** Two hours, minute by minute, a little around a level. */
function gauge(level: number): number[] {
  return Array.from({ length: 120 }, (_, minute) => {
    return level * (1 + 0.02 * Math.sin(2.4 * minute + level));
  });
}

test('it looks at every step, fails early, and deletes results that later ones contain', async () => {
  const start = new Date(Date.now() - HOUR_MS).toISOString();
  const load = {
    name: 'load',
    critical: true,
    direction: 'increase',
    query: { source: 'inline' },
  };
  const { body } = await api.call('post', '/api/v1/analyses', {
    body: {
      config: { name: 'load', judge: 'SequentialJudge-v1.0', metrics: [load] },
      baseline: { scope: 'v1' },
      canary: { scope: 'v2' },
      pairs: [{ metric: 'load', start, step: '1m', baseline: gauge(10), canary: gauge(20) }],
      window: { start, duration: '2h', step: '1m' },
    },
  });
  assert.equal(body.window.interval, '1m');
  const { body: analysis } = await api.call('get', `/api/v1/analyses/${body.id}?wait=55s`);
  assert.deepEqual(
    [analysis.state, analysis.verdict, analysis.decision],
    ['completed', 'fail', 'rollback'],
  );
  assert.equal(analysis.judgement.sequential.decision, 'fail-early');
  const looks = analysis.intervals.length;
  assert.ok(looks >= 5 && looks < 15, `${looks} looks`);
  const first = await api.call('get', `/api/v1/analyses/${body.id}/pairs?interval=1`);
  assert.equal(first.status, 404);
  const last = await api.call('get', `/api/v1/analyses/${body.id}/pairs`);
  assert.equal(last.body.interval, looks);
});
