import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkBefore } from '../../../src/analysis/accept/check-history.ts';
import { parseConfig } from '../../../src/model/native-format.ts';
import { startTestService, type TestService } from '../../support/service.ts';

let api: TestService;
before(async () => {
  api = await startTestService();
});
after(() => api.close());

const values = Array.from({ length: 40 }, (_, index) => 10 + (index % 7));
const request = {
  config: { name: 'learning', metrics: [{ name: 'cpu', query: { source: 'inline' } }] },
  baseline: { scope: 'v1' },
  canary: { scope: 'v2' },
  pairs: [{ metric: 'cpu', baseline: values, canary: values.toReversed() }],
};
const submit = (more: object) =>
  api.call('post', '/api/v1/analyses', { body: { ...request, ...more } });

test('each earlier analysis that cannot be learned from is named at submit', async () => {
  const ended = (await submit({})).body.id;
  await api.call('get', `/api/v1/analyses/${ended}?wait=20s`);
  const running = (await submit({ window: { duration: '1h', interval: '1h' } })).body.id;
  const { status, body } = await submit({ history: [ended, 'no-such', running] });
  assert.equal(status, 400);
  assert.deepEqual(
    body.violations.map(({ pointer, message }: { pointer: string; message: string }) => [
      pointer,
      message.replace(running, 'RUNNING').replace(/is (queued|running)/, 'is LIVE'),
    ]),
    [
      ['/history/1', 'there is no analysis "no-such"'],
      ['/history/2', 'analysis "RUNNING" is LIVE; only a completed one can be learned from'],
    ],
  );
  await api.call('post', `/api/v1/analyses/${running}/cancel`);
  const cancelled = await submit({ history: [running] });
  assert.match(cancelled.text, /is cancelled; only a completed one/);
  assert.equal((await submit({ history: [ended] })).status, 202);
  assert.equal((await submit({ history: [] })).status, 202);
});

test('a judge that learns nothing says so of the runs to learn from', async () => {
  const ended = (await submit({})).body.id;
  await api.call('get', `/api/v1/analyses/${ended}?wait=20s`);
  const warned = async (judge: string, history: string[]) => {
    const { status, body } = await submit({ config: { ...request.config, judge }, history });
    assert.equal(status, 202);
    return JSON.stringify(body.warnings ?? []);
  };
  const { body } = await submit({
    config: { ...request.config, judge: 'MannWhitneyJudge-v2.0' },
    history: [ended],
  });
  assert.deepEqual(body.warnings, [
    {
      pointer: '/history',
      message: 'has no effect: MannWhitneyJudge-v2.0 learns from no earlier run',
    },
  ]);
  assert.doesNotMatch(await warned('MannWhitneyJudge-v2.0', []), /no effect/);
  assert.doesNotMatch(await warned('SequentialJudge-v1.0', [ended]), /no effect/);
});

test('a time before the rollout is refused where no metric can be read there', () => {
  const inline = { name: 'a', query: { source: 'inline' as const } };
  const read = { name: 'b', query: { source: 'prometheus' as const, promql: 'up' } };
  const formula = {
    name: 'c',
    formula: 'x / y',
    queries: { x: read.query, y: inline.query },
  };
  const pointersOf = (metrics: object[], given: string | undefined) => {
    const config = { name: 'c', metrics } as Parameters<typeof parseConfig>[0];
    return checkBefore(given, parseConfig(config)).map(({ pointer }) => pointer);
  };
  assert.deepEqual(pointersOf([inline, formula], '1h'), ['/window/before']);
  assert.deepEqual(pointersOf([inline, read], '1h'), []);
  assert.deepEqual(pointersOf([inline], undefined), []);
});
