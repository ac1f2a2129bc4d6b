// A source that hangs or fails holds up who asks it, and nobody else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestService, until } from '../support/service.ts';
import { startStubServer } from '../support/stub-server.ts';
import { inlineRequest, type AnalysisView } from './requests.ts';

const PLACES = 2;

test('judgements beside a sick source go on, and so do those of a healthy one', async (context) => {
  const sick = await startStubServer((_, index) => (index % 2 === 0 ? { status: 503 } : 'never'));
  const healthy = await startStubServer(() => ({ body: EMPTY }));
  context.after(() => Promise.all([sick.close(), healthy.close()]));
  const service = await startTestService({
    CANARY_LIMITS_JUDGE_CONCURRENCY: String(PLACES),
    CANARY_LIMITS_SHUTDOWN_GRACE: '10ms',
    CANARY_ACCOUNTS: JSON.stringify([
      { name: 'sick', source: 'prometheus', url: sick.url, attempts: 10 },
      { name: 'healthy', source: 'prometheus', url: healthy.url },
    ]),
  });
  context.after(() => service.close());
  assert.match(service.log.join(''), /account \\"sick\\": its 10 attempts wait 151 s/);
  const submit = async (body: object): Promise<string> => {
    const answer = await service.call('post', '/api/v1/analyses', { body });
    assert.equal(answer.status, 202, answer.text);
    return (answer.body as AnalysisView).id;
  };
  const stateOf = async (id: string) =>
    ((await service.call('get', `/api/v1/analyses/${id}`)).body as AnalysisView).state;
  const ended = (id: string) =>
    until(async () => {
      const state = await stateOf(id);
      return state === 'queued' || state === 'running' ? undefined : state;
    });

  const stuck: string[] = [];
  for (let count = 0; count < 4 * PLACES; count += 1) stuck.push(await submit(queryOf('sick')));
  await until(() => Promise.resolve(sick.requests.length >= PLACES ? true : undefined));
  assert.equal(await ended(await submit(inlineRequest('pass'))), 'completed');
  assert.equal(await ended(await submit(queryOf('healthy'))), 'completed');
  const states = await Promise.all(stuck.map(stateOf));
  assert.equal(states.filter((state) => state === 'running').length, PLACES);
  assert.equal(states.filter((state) => state === 'queued').length, 3 * PLACES);

  // a place that gets free goes to the next of the same source
  await service.call('post', `/api/v1/analyses/${stuck[states.indexOf('running')]!}/cancel`);
  await until(async () => {
    const now = await Promise.all(stuck.map(stateOf));
    return now.filter((state) => state === 'running').length === PLACES ? true : undefined;
  });
});

const EMPTY = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } });

function queryOf(account: string) {
  const query = { source: 'prometheus', promql: 'latency{app="${scope}"}' };
  return {
    account,
    config: { name: 'latency', metrics: [{ name: 'latency', query, direction: 'increase' }] },
    baseline: { scope: 'v1' },
    canary: { scope: 'v2' },
    window: { start: '2026-01-01T00:00:00Z', end: '2026-01-01T01:00:00Z', step: '1m' },
  };
}
