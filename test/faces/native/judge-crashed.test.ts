// A judgement that needs more memory than it may is an answer, as a request and as a look, and the service goes on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestService, type TestService } from '../../support/service.ts';

let api: TestService;
before(async () => {
  api = await startTestService({
    CANARY_LIMITS_JUDGING_THREADS: '1',
    CANARY_LIMITS_JUDGING_MEMORY_MEGABYTES: '32',
  });
});
after(() => api.close());

const MESSAGE =
  'the thread that judged needed more than 32 MB of memory: judge fewer metrics or points at once, or raise limits.judgingMemoryMegabytes';

test('a request is answered with judge-crashed, and the next one is judged', async () => {
  const crashed = await judge(requestOf(15, 90_000));
  assert.equal(crashed.status, 503);
  assert.equal(crashed.body.code, 'judge-crashed');
  assert.equal(crashed.body.detail, MESSAGE);
  assert.equal((await judge(requestOf(1, 30))).status, 200);
});

test('a look fails with judge-crashed, and the next analysis is judged', async () => {
  const crashed = await endOf(requestOf(15, 90_000));
  assert.equal(crashed.state, 'failed');
  assert.deepEqual(crashed.failure, { code: 'judge-crashed', message: MESSAGE });
  assert.equal((await endOf(requestOf(1, 30))).state, 'completed');
});

const judge = (body: object) => api.call('post', '/api/v1/judgements', { body });

async function endOf(request: object) {
  const scopes = { baseline: { scope: 'v41' }, canary: { scope: 'v42' } };
  const accepted = await api.call('post', '/api/v1/analyses', { body: { ...request, ...scopes } });
  assert.equal(accepted.status, 202);
  return (await api.call('get', `/api/v1/analyses/${accepted.body.id}?wait=60s`)).body;
}

/** Numbers of two digits: as many as a body may bring. */
function requestOf(metrics: number, points: number) {
  const names = Array.from({ length: metrics }, (_, index) => `m${index}`);
  const values = Array.from({ length: points }, (_, i) => 10 + ((i * 7919) % 89));
  return {
    config: {
      name: 'checkout',
      judge: 'NetflixACAJudge-v1.0',
      metrics: names.map((name) => ({ name, query: { source: 'inline' } })),
    },
    pairs: names.map((metric) => ({ metric, baseline: values, canary: values.toReversed() })),
  };
}
