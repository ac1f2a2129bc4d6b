// Checking, versions and history of stored configs, over the whole service.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OPERATOR, startTestService, type TestService } from '../../support/service.ts';

const metric = { name: 'errors', query: { source: 'inline' }, direction: 'increase' };
const config = { name: 'checkout', metrics: [metric] };

let api: TestService;
before(async () => {
  api = await startTestService(OPERATOR);
});
after(() => api.close());

test('a config is checked as storing it would, every problem at once, and is not stored', async () => {
  const wrong = {
    ...config,
    judge: 'Nobody-v1',
    metrics: [
      { ...metric, direktion: 'up' },
      { name: 'errors 2', query: { source: 'inline' }, formula: 'a / b' },
      { name: 'share', query: { source: 'inline' }, margin: 10 },
    ],
    thresholds: { pass: 50, marginal: 90 },
  };
  const { status, body } = await api.call('post', '/api/v1/configs/validate', { body: wrong });
  assert.deepEqual(
    [status, body.valid, body.violations.map(({ pointer }: { pointer: string }) => pointer)],
    [
      200,
      false,
      ['/metrics/0/direktion', '/metrics/1', '/metrics/1/formula', '/thresholds/marginal'],
    ],
  );
  assert.deepEqual(body.warnings.length, 1);
  const doubtful = { ...config, metrics: [{ ...metric, margin: 10 }] };
  const answer = await api.call('post', '/api/v1/configs/validate', { body: doubtful });
  assert.deepEqual([answer.body.valid, answer.body.violations], [true, []]);
  assert.deepEqual(answer.body.warnings[0].pointer, '/metrics/0/margin');
  assert.deepEqual((await api.call('get', '/api/v1/configs')).body.items, []);
});

test('what is no config at all is answered too', async () => {
  for (const body of [
    {},
    { metrics: 1 },
    { metrics: [1, null, [], {}] },
    { metrics: [{ name: 1 }] },
  ]) {
    const answer = await api.call('post', '/api/v1/configs/validate', { body });
    assert.deepEqual([answer.status, answer.body.valid], [200, false], JSON.stringify(body));
  }
});
