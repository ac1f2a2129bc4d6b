import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestService, until, type TestService } from '../../support/service.ts';

let api: TestService;
before(async () => {
  api = await startTestService();
});
after(() => api.close());

const metric = { name: 'error ratio', query: { source: 'inline' }, direction: 'increase' };
const config = { name: 'checkout', metrics: [metric] };
const scopes = { baseline: { scope: 'v41' }, canary: { scope: 'v42' } };
const baseline = Array.from({ length: 40 }, (_, index) => 0.01 + (index % 7) * 0.001);
const healthy = { metric: 'error ratio', baseline, canary: baseline.toReversed() };
const faulty = { metric: 'error ratio', baseline, canary: baseline.map((value) => value * 3) };

const submit = (body: object, headers: Record<string, string> = {}) =>
  api.call('post', '/api/v1/analyses', { body: { config, ...scopes, ...body }, headers });
const ended = async (id: string) => (await api.call('get', `/api/v1/analyses/${id}?wait=20s`)).body;

test('an analysis is accepted at once and ends with a verdict and its evidence', async () => {
  const accepted = await submit({ pairs: [faulty], labels: { service: 'checkout' } });
  assert.equal(accepted.status, 202);
  assert.equal(accepted.headers['location'], `/api/v1/analyses/${accepted.body.id}`);
  const analysis = await ended(accepted.body.id);
  assert.equal(analysis.judgement.judge, 'SequentialJudge-v1.0'); // as the config names none
  assert.deepEqual(
    [analysis.state, analysis.verdict, analysis.decision, analysis.score],
    ['completed', 'fail', 'rollback', 0],
  );
  const [result] = analysis.judgement.metrics;
  assert.equal(result.classification, 'High');
  assert.ok(result.evidence.interval.lower > 0);
  assert.match(result.sentence, /error ratio/);
  assert.equal(analysis.intervals.length, 1);
});

test('a healthy canary passes', async () => {
  const { body } = await submit({ pairs: [healthy] });
  const analysis = await ended(body.id);
  assert.deepEqual([analysis.verdict, analysis.decision, analysis.score], ['pass', 'promote', 100]);
});

test('missing data is no verdict, and never a pass', async () => {
  const { body } = await submit({ pairs: [{ ...healthy, canary: [null, null, 'NaN'] }] });
  const analysis = await ended(body.id);
  assert.deepEqual(
    [analysis.state, analysis.verdict, analysis.decision],
    ['completed', 'nodata', 'hold'],
  );
});

test('the series that were judged can be read back, gaps as null', async () => {
  const { body } = await submit({ pairs: [{ ...healthy, canary: [1, null, 'Infinity'] }] });
  await ended(body.id);
  const { body: judged } = await api.call('get', `/api/v1/analyses/${body.id}/pairs`);
  assert.deepEqual(judged.pairs[0].canary.values, [1, null, 'Infinity']);
  const missing = await api.call('get', `/api/v1/analyses/${body.id}/pairs?interval=7`);
  assert.equal(missing.status, 404);
});

test('the same idempotency key is the same analysis; with another body it is refused', async () => {
  const key = { 'idempotency-key': 'rollout-1-step-2' };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => submit({ pairs: [healthy] }, key)),
  );
  assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
  const other = await submit({ pairs: [faulty] }, key);
  assert.deepEqual([other.status, other.body.code], [422, 'idempotency-conflict']);
});

test('a list is newest first, is filtered, and is read page by page', async () => {
  const labels = { suite: 'list' };
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1)
    ids.push((await submit({ pairs: [healthy], labels })).body.id);
  await Promise.all(ids.map(ended));
  const seen: string[] = [];
  let next: string | undefined = '/api/v1/analyses?limit=2&label=suite%3Dlist&verdict=pass';
  while (next !== undefined) {
    const { body } = await api.call('get', next);
    seen.push(...body.items.map(({ id }: { id: string }) => id));
    next = body.next;
  }
  assert.deepEqual(seen, ids.toReversed());
  const none = await api.call('get', '/api/v1/analyses?label=suite%3Dother');
  assert.deepEqual(none.body, { items: [] });
});

test('what of a config may mean something else than it says is told when it is stored', async () => {
  const doubtful = { ...config, name: 'doubtful', metrics: [{ ...metric, margin: 10 }] };
  const created = await api.call('post', '/api/v1/configs', { body: doubtful });
  assert.equal(created.status, 201);
  assert.deepEqual(
    created.body.warnings.map(({ pointer }: { pointer: string }) => pointer),
    ['/metrics/0/margin'],
  );
  const replaced = await api.call('put', '/api/v1/configs/doubtful', { body: doubtful });
  assert.deepEqual(replaced.body.warnings, created.body.warnings);
  const mended = { ...doubtful, metrics: [metric] };
  const answer = await api.call('put', '/api/v1/configs/doubtful', { body: mended });
  assert.deepEqual([answer.status, answer.body.warnings], [200, undefined]);
});

test('a source that is not known is refused with those that are', async () => {
  const metrics = [{ ...metric, query: { source: 'promethius' } }];
  const { status, body } = await api.call('post', '/api/v1/configs', {
    body: { ...config, metrics },
  });
  assert.equal(status, 400);
  const [{ pointer, message }, ...others] = body.violations;
  assert.deepEqual([pointer, others], ['/metrics/0/query', []]);
  assert.match(
    message,
    /^has the unknown source "promethius"; known are prometheus, .*, scrape, push, inline; did you mean "prometheus"\?$/,
  );
});

test('an analysis in real time can be cancelled at any time, once', async () => {
  const { body } = await submit({ pairs: [healthy], window: { duration: '1h', interval: '10m' } });
  const running = await api.call('get', `/api/v1/analyses/${body.id}`);
  assert.equal(running.headers['retry-after'], '60');
  const cancelled = await api.call('post', `/api/v1/analyses/${body.id}/cancel`);
  assert.deepEqual(
    [cancelled.status, cancelled.body.state, cancelled.body.verdict],
    [200, 'cancelled', undefined],
  );
  const again = await api.call('post', `/api/v1/analyses/${body.id}/cancel`);
  assert.deepEqual(again.body, cancelled.body);
});

test('a cancelled analysis never gets a verdict', async () => {
  const { body } = await submit({
    pairs: [healthy],
    window: { duration: '1s', interval: '1s', step: '1s' },
  });
  await api.call('post', `/api/v1/analyses/${body.id}/cancel`);
  const due = Date.parse(body.intervals[0].dueAt) + 1500;
  await until(() => Promise.resolve(Date.now() > due ? true : undefined));
  const { body: analysis } = await api.call('get', `/api/v1/analyses/${body.id}`);
  assert.deepEqual([analysis.state, analysis.verdict], ['cancelled', undefined]);
});

test('in real time each interval is judged when it is due, and a failing one ends the analysis early', async () => {
  // the default judge wants longer steps than a test can wait for
  const quick = { ...config, judge: 'NetflixACAJudge-v1.0' };
  const { body } = await submit({
    config: quick,
    pairs: [faulty],
    window: { duration: '30s', interval: '1s', step: '1s' },
  });
  const analysis = await ended(body.id);
  assert.deepEqual([analysis.verdict, analysis.intervals.length], ['fail', 1]);
  const passing = await submit({
    config: quick,
    pairs: [healthy],
    window: { duration: '3s', interval: '1s', step: '1s' },
  });
  const whole = await ended(passing.body.id);
  assert.deepEqual(
    whole.intervals.map(({ verdict }: { verdict: string }) => verdict),
    ['pass', 'pass', 'pass'],
  );
});

test('configs are stored, read, listed, replaced and deleted; analyses keep the one they were submitted with', async () => {
  const stored = { ...config, name: 'crud' };
  const created = await api.call('post', '/api/v1/configs', { body: stored });
  assert.deepEqual(
    [created.status, created.headers['location'], created.body.version],
    [201, '/api/v1/configs/crud', 1],
  );
  assert.equal((await api.call('post', '/api/v1/configs', { body: stored })).status, 409);
  const { body: analysis } = await submit({ config: 'crud', pairs: [healthy] });
  const replaced = await api.call('put', '/api/v1/configs/crud', {
    body: { ...stored, description: 'new' },
  });
  assert.deepEqual([replaced.body.version, replaced.body.config.description], [2, 'new']);
  assert.equal((await api.call('put', '/api/v1/configs/other', { body: stored })).status, 400);
  assert.equal(
    (await api.call('put', '/api/v1/configs/ghost', { body: { ...stored, name: 'ghost' } })).status,
    404,
  );
  const { body: list } = await api.call('get', '/api/v1/configs?limit=1');
  assert.equal(list.items[0].name, 'crud');
  assert.equal((await api.call('delete', '/api/v1/configs/crud')).status, 204);
  assert.equal((await api.call('get', '/api/v1/configs/crud')).status, 404);
  assert.equal((await ended(analysis.id)).verdict, 'pass');
  assert.equal((await submit({ config: 'crud', pairs: [healthy] })).status, 404);
});

test('given series are judged at once, and nothing is stored', async () => {
  const before = (await api.call('get', '/api/v1/analyses?limit=200')).body.items.length;
  const { status, body } = await api.call('post', '/api/v1/judgements', {
    body: { config, pairs: [faulty] },
  });
  assert.deepEqual([status, body.verdict, body.metrics.length], [200, 'fail', 1]);
  const missing = await api.call('post', '/api/v1/judgements', { body: { config, pairs: [] } });
  assert.deepEqual([missing.status, missing.body.verdict], [200, 'nodata']);
  assert.equal((await api.call('get', '/api/v1/analyses?limit=200')).body.items.length, before);
});

test('what can never work is refused at once, with every place', async () => {
  const refused = async (body: object) => {
    const answer = await submit(body);
    assert.equal(answer.status, 400, JSON.stringify(answer.body));
    return (answer.body.violations ?? []).map(({ pointer }: { pointer: string }) => pointer);
  };
  assert.deepEqual(await refused({}), ['/window']);
  assert.deepEqual(await refused({ pairs: [{ ...healthy, metric: 'ghost' }] }), [
    '/pairs/0/metric',
  ]);
  assert.deepEqual(await refused({ window: { duration: '1h', interval: '2h' } }), [
    '/window/interval',
  ]);
  assert.deepEqual(
    await refused({ pairs: [healthy], callbacks: [{ url: 'http://x.example', secret: 'ghost' }] }),
    ['/callbacks/0/secret'],
  );
  assert.deepEqual(
    await refused({ pairs: [healthy], config: { ...config, metrics: [metric, metric] } }),
    ['/config/metrics/1/name'],
  );
  assert.deepEqual(
    await refused({
      pairs: [healthy],
      config: { ...config, metrics: [{ ...metric, scopeName: 'db' }] },
    }),
    ['/scopes'],
  );
  const judge = await submit({ pairs: [healthy], config: { ...config, judge: 'ghost' } });
  assert.deepEqual([judge.status, judge.body.code], [400, 'unknown-judge']);
  const account = await submit({
    config: { ...config, metrics: [{ ...metric, query: { source: 'prometheus', promql: 'up' } }] },
    window: { duration: '5m' },
  });
  assert.deepEqual([account.status, account.body.code], [400, 'unknown-account']);
});

/** Seeded noise around a level, for series that differ only by what the test says. */
function noise(level: number, seed: number, length = 60): number[] {
  let state = seed;
  return Array.from({ length }, () => {
    state = (state * 16_807) % 2_147_483_647;
    return level * (0.9 + 0.2 * (state / 2_147_483_647));
  });
}

test('the sequential judge decides in an analysis, with its evidence, and learns from healthy runs', async () => {
  const latency = { name: 'latency', query: { source: 'inline' }, direction: 'increase' };
  const sequential = { name: 'learning', judge: 'SequentialJudge-v1.0', metrics: [latency] };
  const run = async (factor: number, seed: number) => {
    const pairs = [
      { metric: 'latency', baseline: noise(100, seed), canary: noise(100 * factor, seed + 1) },
    ];
    const { body } = await submit({ config: sequential, pairs });
    return ended(body.id);
  };
  const healthyRun = await run(1, 3);
  assert.equal(healthyRun.verdict, 'pass');
  assert.equal(healthyRun.judgement.learnedFrom, undefined);
  const worse = await run(1.3, 5);
  assert.equal(worse.verdict, 'fail');
  assert.deepEqual(worse.judgement.learnedFrom, [healthyRun.id]);
  const [metricResult] = worse.judgement.metrics;
  assert.ok(metricResult.sequential.adjustedP <= 0.05);
  assert.ok(metricResult.evidence.ratio.lower > 1.05);
  const report = await fetch(`${api.url}${worse.links.report}`);
  assert.match(await report.text(), /AR-mixture/);
});

test('error counts are judged as counts, against what they are counted out of', async () => {
  const errors = {
    name: 'errors',
    kind: 'count',
    query: { source: 'inline' },
    exposure: { source: 'inline' },
    direction: 'increase',
  };
  const counts = {
    name: 'counts',
    judge: 'SequentialJudge-v1.0',
    judgeOptions: { canaryShare: 0.1 },
    metrics: [errors],
  };
  const times = (value: number) => Array.from({ length: 60 }, () => value);
  const pair = {
    metric: 'errors',
    baseline: times(9),
    canary: times(1),
    exposure: { baseline: times(900), canary: times(100) },
  };
  const { body } = await submit({ config: counts, pairs: [pair] });
  const same = await ended(body.id);
  assert.deepEqual([same.verdict, same.judgement.metrics[0].sequential.scale], ['pass', 'count']);
  const { body: other } = await submit({ config: counts, pairs: [{ ...pair, canary: times(6) }] });
  const worse = await ended(other.id);
  assert.equal(worse.verdict, 'fail');
  assert.ok(worse.judgement.metrics[0].evidence.ratio.estimate > 4);
  assert.equal(
    worse.judgement.sequential.checks.find(({ name }: { name: string }) => name === 'sample ratio')
      .failed,
    false,
  );
});
