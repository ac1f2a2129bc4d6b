import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { components } from '../../../src/openapi.d.ts';
import { createRandom, latencies } from '../../support/sequential-input.ts';
import { startTestService, type TestService } from '../../support/service.ts';

type Schemas = components['schemas'];

let api: TestService;
before(async () => {
  api = await startTestService();
});
after(() => api.close());

const random = createRandom(11);
const latency = { name: 'latency', query: { source: 'inline' }, direction: 'increase' };
const configOf = (name: string, more: object = {}) => ({
  name,
  judge: 'SequentialJudge-v1.0',
  metrics: [latency],
  ...more,
});
const scopes = { baseline: { scope: 'v41' }, canary: { scope: 'v42' } };
const healthyPair = (
  length = 60,
  { tags = {}, rho = 0 }: { tags?: object; rho?: number } = {},
) => ({
  metric: 'latency',
  tags,
  baseline: latencies(random, length, rho),
  canary: latencies(random, length, rho),
});

async function runHealthy(config: object, pairs: object[]): Promise<string> {
  const { body } = await api.call('post', '/api/v1/analyses', {
    body: { config, ...scopes, pairs },
  });
  const ended = await api.call('get', `/api/v1/analyses/${body.id}?wait=20s`);
  assert.equal(ended.body.verdict, 'pass');
  return body.id as string;
}
const post = async <T>(path: string, body: object, status = 200): Promise<T> => {
  const answer = await api.call('post', path, { body });
  assert.equal(answer.status, status, answer.text);
  return answer.body as T;
};
const plan = (body: object) => post<Schemas['Plan']>('/api/v1/plans', body);
const calibrate = (body: object) => post<Schemas['Calibration']>('/api/v1/calibrations', body);

test('without history a plan says what it needs, and gives no number', async () => {
  const { metrics, learnedFrom } = await plan({ config: configOf('young') });
  assert.deepEqual(learnedFrom, []);
  assert.deepEqual(metrics, [
    {
      metric: 'latency',
      alpha: 0.05,
      series: 1,
      historyRuns: 0,
      historySamples: 0,
      reason: 'no history of "latency": at least 11 samples of one healthy run are needed',
    },
  ]);
});

test('a plan learns from the healthy analyses of the config, and says so', async () => {
  const config = configOf('planned');
  // one run does not tell what the sides differ by from one run to the next
  const ids: string[] = [];
  for (let k = 0; k < 3; k += 1) ids.push(await runHealthy(config, [healthyPair()]));
  const { learnedFrom, metrics } = await plan({
    config,
    changes: [0.05, 0.25, 0.5],
    durations: ['1h', '1m'],
  });
  assert.deepEqual(learnedFrom, ids.toReversed());
  const [metric] = metrics;
  assert.deepEqual(
    [metric!.step, metric!.historyRuns, metric!.historySamples, metric!.scale],
    ['1m', 3, 180, 'log'],
  );
  const [tolerated, small, large] = metric!.changes!;
  assert.deepEqual(tolerated, { change: 0.05, tolerated: true });
  assert.ok(small!.samples! > small!.medianSamples! && small!.samples! > small!.fixedSamples!);
  assert.ok(large!.samples! < 15);
  const [hour, minute] = metric!.durations!;
  assert.ok(hour!.change! > 0.05 && hour!.change! < 0.3);
  assert.deepEqual(minute, { duration: '1m', samples: 1 });
  assert.ok(metric!.pass!.samples! >= 30);
});

test('a stored config is planned by its name, with healthy runs that come with the request', async () => {
  await api.call('post', '/api/v1/configs', { body: configOf('stored') });
  const body = await plan({ config: 'stored', pairs: [healthyPair(300)], changes: [0.25] });
  assert.deepEqual(body.learnedFrom, []);
  assert.equal(body.metrics[0]!.historySamples, 300);
  const [change] = body.metrics[0]!.changes!;
  assert.equal(change!.time, `${change!.samples}m`);
});

test('a change that would take longer than anybody waits is one that is never found', async () => {
  const spread = Array.from({ length: 12 }, (_, i) => (i === 0 ? 5e-324 : 10 + (i % 7)));
  const pair = { metric: 'latency', baseline: spread, canary: spread.toReversed() };
  const { metrics } = await plan({ config: configOf('hopeless'), pairs: [pair] });
  const { fixedSamples, fixedTime } = metrics[0]!.changes!.find(({ change }) => change === 0.25)!;
  assert.deepEqual([fixedSamples, fixedTime], [undefined, undefined]);
});

test('what can never be planned is refused with its place', async () => {
  const foreign = await api.call('post', '/api/v1/plans', {
    body: { config: configOf('x'), pairs: [{ ...healthyPair(), metric: 'ghost' }] },
  });
  assert.deepEqual([foreign.status, foreign.body.violations[0].pointer], [400, '/pairs/0/metric']);
  const unknown = await api.call('post', '/api/v1/plans', { body: { config: 'ghost' } });
  assert.deepEqual([unknown.status, unknown.body.code], [404, 'not-found']);
  const wild = await api.call('post', '/api/v1/plans', {
    body: { config: configOf('x'), changes: [-1] },
  });
  assert.deepEqual([wild.status, wild.body.violations[0].pointer], [400, '/changes/0']);
});

test('a calibration is refused while the history is too young', async () => {
  const config = configOf('new');
  await runHealthy(config, [healthyPair()]);
  const answer = await api.call('post', '/api/v1/calibrations', { body: { config } });
  assert.deepEqual([answer.status, answer.body.code], [409, 'not-enough-history']);
  assert.match(answer.body.detail, /1 healthy analyses.*at least 4/);
});

test('a calibration compares baselines of different windows under every judge, the same each time', async () => {
  const config = configOf('calibrated');
  const ids: string[] = [];
  for (let k = 0; k < 5; k += 1) ids.push(await runHealthy(config, [healthyPair()]));
  const first = await calibrate({ config, limit: 6 });
  assert.deepEqual(
    [first.pairing, first.pairings, first.possiblePairings, first.independentPairings],
    ['windows', 6, 10, 2],
  );
  assert.deepEqual(first.learnedFrom, ids.toReversed());
  assert.deepEqual([first.step, first.samples, first.leftOut], ['1m', 60, 0]);
  const names = first.judges.map(({ judge }) => judge);
  assert.ok(names.includes('NetflixACAJudge-v1.0') && names.includes('SequentialJudge-v1.0'));
  const sequential = first.judges.find(({ judge }) => judge === 'SequentialJudge-v1.0')!;
  assert.deepEqual([sequential.peeking!.failed, sequential.peeking!.lower], [0, 0]);
  assert.ok(sequential.peeking!.upper > 0.8);
  assert.equal(sequential.metrics![0]!.metric, 'latency');
  assert.deepEqual(await calibrate({ config, limit: 6 }), first);
});

test('baselines with several series are compared in halves; a wandering metric shows what peeking costs', async () => {
  const config = configOf('pods', {
    judgeOptions: { onUndecided: 'pass' }, // an hour of strong wander decides nothing
    metrics: [{ ...latency, direction: 'either', tolerance: { increase: 1, decrease: 1 } }],
  });
  const pods = [{ pod: 'a' }, { pod: 'b' }, { pod: 'c' }];
  for (let k = 0; k < 4; k += 1)
    await runHealthy(
      config,
      pods.map((tags) => healthyPair(60, { tags, rho: 0.9 })),
    );
  const { pairing, pairings, independentPairings, judges } = await calibrate({
    config,
    judges: ['NetflixACAJudge-v1.0', 'SequentialJudge-v1.0'],
    lookEvery: 1,
  });
  assert.deepEqual([pairing, pairings, independentPairings], ['halves', 4, 4]);
  const [netflix, sequential] = judges as Required<Schemas['JudgeCalibration']>[];
  assert.ok(netflix!.end.failed <= netflix!.peeking.failed);
  assert.ok(netflix!.peeking.failed >= 3, `${netflix!.peeking.failed} of 4`);
  assert.ok(sequential!.peeking.failed <= 1);
});

test('the service answers while it calibrates', async () => {
  const config = configOf('busy');
  for (let k = 0; k < 6; k += 1) await runHealthy(config, [healthyPair(120)]);
  const progress = { isDone: false };
  const calibration = calibrate({ config }).finally(() => {
    progress.isDone = true;
  });
  let answers = 0;
  while (!progress.isDone) {
    assert.equal((await api.call('get', '/health')).status, 200);
    answers += 1;
  }
  const { pairings, judges } = await calibration;
  assert.equal(pairings, 15);
  // no answer waits for more than a few judgements
  assert.ok(answers >= pairings * judges.length, `${answers} answers`);
});

test('a calibration may be given its windows, of which the baselines are compared', async () => {
  const config = configOf('given');
  const windows = Array.from({ length: 5 }, () => healthyPair(60));
  const { pairings, learnedFrom } = await calibrate({ config, pairs: windows });
  assert.deepEqual([pairings, learnedFrom.length], [10, 5]);
  const stranger = { ...windows[0]!, metric: 'ghost' };
  const refused = await api.call('post', '/api/v1/calibrations', {
    body: { config, pairs: [stranger] },
  });
  assert.equal(refused.status, 400);
  assert.deepEqual(refused.body.violations, [
    { pointer: '/pairs/0/metric', message: 'the config has no metric "ghost"' },
  ]);
});

test('a calibration under an unknown judge is refused', async () => {
  const answer = await api.call('post', '/api/v1/calibrations', {
    body: { config: configOf('x'), judges: ['ghost'] },
  });
  assert.deepEqual([answer.status, answer.body.code], [400, 'unknown-judge']);
});
