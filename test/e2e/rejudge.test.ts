// Judging what was judged once more: by another judge, by another config, or by the same, which gives the same.
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { runCanary } from '../support/canary.ts';
import { until } from '../support/poll.ts';
import { OPERATOR, startTestService, type TestService } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { inlineRequest, secondsWindow, type AnalysisView, type KnownVerdict } from './requests.ts';

let api: TestService;
before(async () => {
  api = await startTestService(OPERATOR);
});
after(() => api.close());

const show = async (id: string): Promise<AnalysisView> =>
  (await api.call('get', `/api/v1/analyses/${id}`)).body;

async function judged(verdict: KnownVerdict, judge: string, more: object = {}) {
  const { config, ...request } = inlineRequest(verdict, more);
  const body = { ...request, config: { ...config, judge } };
  const answer = await api.call('post', '/api/v1/analyses', { body });
  assert.equal(answer.status, 202, answer.text);
  return until('the analysis ends', async () => {
    const analysis = await show(answer.body.id);
    return analysis.state === 'completed' ? analysis : undefined;
  });
}

const rejudge = (id: string, body: object = {}) =>
  api.call('post', `/api/v1/analyses/${id}/rejudge`, { body });

for (const judge of [
  'NetflixACAJudge-v1.0',
  'SequentialJudge-v1.0',
  'MannWhitneyJudge-v2.0',
  'ThresholdJudge-v1.0',
]) {
  test(`judged again as it was, ${judge} says the same, with its history`, async () => {
    await judged('pass', judge);
    for (const verdict of ['pass', 'fail', 'nodata'] as const) {
      const analysis = await judged(verdict, judge);
      const { status, body } = await rejudge(analysis.id);
      assert.equal(status, 201, JSON.stringify(body));
      assert.deepEqual(body.judgement, analysis.judgement);
    }
  });
}

test('the last look of several says the same again, and so does one that ended early', async () => {
  for (const verdict of ['pass', 'fail'] as const) {
    const window = secondsWindow(2);
    const analysis = await judged(verdict, 'SequentialJudge-v1.0', { window });
    const { body } = await rejudge(analysis.id);
    assert.deepEqual(body.judgement, analysis.judgement);
  }
});

test('another judge stands beside the verdict, which stays', async () => {
  const analysis = await judged('fail', 'NetflixACAJudge-v1.0');
  const made = await rejudge(analysis.id, { judge: 'MannWhitneyJudge-v2.0' });
  assert.deepEqual(
    [made.status, made.body.judge, made.body.verdict, made.body.by],
    [201, 'MannWhitneyJudge-v2.0', 'fail', 'ops'],
  );
  const { rejudgements, ...same } = await show(analysis.id);
  assert.deepEqual(same, analysis);
  const { judgement: _large, ...summary } = made.body;
  assert.deepEqual(rejudgements, [summary]);
  const read = await api.call('get', made.headers['location']!);
  assert.deepEqual([read.status, read.body], [200, made.body]);
  const { body: deliveries } = await api.call('get', `/api/v1/analyses/${analysis.id}/deliveries`);
  assert.deepEqual(deliveries.items, []);
  const page = await api.call('get', `/analyses/${analysis.id}`);
  assert.match(page.text, /Judged again[\s\S]*by ops[\s\S]*MannWhitneyJudge-v2\.0/);
});

test('another config judges by the series of its names, and says what they are not', async () => {
  const analysis = await judged('fail', 'NetflixACAJudge-v1.0');
  const metrics = [
    { name: 'latency', query: { source: 'inline' }, direction: 'decrease' },
    { name: 'saturation', query: { source: 'prometheus', promql: 'other{app="${scope}"}' } },
    { name: 'queue', query: { source: 'inline' } },
  ];
  const config = { name: 'kinder', judge: 'NetflixACAJudge-v1.0', metrics };
  const { status, body } = await rejudge(analysis.id, { config });
  assert.equal(status, 201, JSON.stringify(body));
  assert.deepEqual(
    body.judgement.metrics.map((metric: { metric: string; classification: string }) => [
      metric.metric,
      metric.classification,
    ]),
    [
      ['latency', 'Pass'],
      ['saturation', 'High'],
      ['queue', 'Nodata'],
    ],
  );
  assert.deepEqual([body.config, body.configVersion], ['kinder', undefined]);
  const notes = body.judgement.warnings.join('\n');
  assert.match(notes, /saturation: judged by the series of the query that it had/);
  assert.match(notes, /queue: the analysis has no series of such a metric/);
  const thresholds = { pass: 100, marginal: 0 };
  const lenient = await rejudge(analysis.id, { thresholds });
  assert.deepEqual(lenient.body.judgement.thresholds, thresholds);
});

test('what cannot be judged again is refused with the reason', async () => {
  const { id } = await judged('pass', 'NetflixACAJudge-v1.0');
  const refused = async (of: string, body: object, status: number, detail: RegExp) => {
    const answer = await rejudge(of, body);
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.text, detail);
  };
  await refused('01KF0Q4ZB8N2W7M5T3R6Y9C1DA', {}, 404, /there is no analysis/);
  await refused(id, { judge: 'Nobody-v1' }, 400, /there is no judge \\"Nobody-v1\\"/);
  await refused(id, { config: 'nowhere' }, 404, /there is no config/);
  await refused(id, { thresholds: { pass: 1, marginal: 90 } }, 400, /\/thresholds/);
  const request = inlineRequest('pass', { window: { duration: '1h', start: 'now+1h' } });
  const live = (await api.call('post', '/api/v1/analyses', { body: request })).body.id;
  await refused(live, {}, 409, /still runs: wait for its end, or conclude it first/);
  await api.call('post', `/api/v1/analyses/${live}/cancel`);
  await refused(live, {}, 409, /was never judged/);
  const missing = await api.call('get', `/api/v1/analyses/${id}/rejudgements/none`);
  assert.equal(missing.status, 404);
});

test('where the series are gone it says so', async () => {
  using directory = temporaryDirectory();
  const first = await startTestService({}, directory.path);
  const { body } = await first.call('post', '/api/v1/analyses', { body: inlineRequest('pass') });
  const path = `/api/v1/analyses/${body.id}`;
  await until('it ends', async () => (await first.call('get', path)).body.judgement);
  await first.close();
  const database = new DatabaseSync(join(directory.path, 'canary.db'));
  database.exec('delete from execution_pairs');
  database.close();
  const second = await startTestService({}, directory.path);
  try {
    const answer = await second.call('post', `${path}/rejudge`, { body: {} });
    assert.deepEqual([answer.status, answer.body.code], [409, 'conflict']);
    assert.match(answer.body.detail, /has no series any more: only its verdict was kept/);
    assert.equal((await second.call('get', path)).body.verdict, 'pass');
  } finally {
    await second.close();
  }
});

test('canary rejudge shows the new judgement, and its exit code is the verdict', async () => {
  const { id } = await judged('fail', 'NetflixACAJudge-v1.0');
  const env = { CANARY_URL: api.url, CANARY_TOKEN: OPERATOR.TEST_OPERATOR };
  const run = await runCanary(['rejudge', id, '--judge', 'SequentialJudge-v1.0'], { env });
  assert.equal(run.code, 1, run.stderr);
  assert.match(run.stdout, /^✖ FAIL/);
  const json = await runCanary(['rejudge', id, '--json'], { env });
  assert.equal(JSON.parse(json.stdout).judge, 'NetflixACAJudge-v1.0');
});
