// Ending an analysis before its time, with a verdict from the data so far: while it waits, while it is judged, after a
// look that failed, and through a kill; receivers, gates and Kayenta's clients see an ordinary end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runCanary } from '../support/canary.ts';
import { until } from '../support/poll.ts';
import { startServe } from '../support/process.ts';
import { OPERATOR, startTestService, type TestService } from '../support/service.ts';
import { startStubServer, type StubAnswer, type StubServer } from '../support/stub-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import { inlineRequest, type AnalysisView } from './requests.ts';

let source: StubServer;
let api: TestService;
/** What the source does with a query before it answers. */
let onQuery: (promql: string) => Promise<StubAnswer | undefined>;
const answerAtOnce = () => Promise.resolve(undefined);

before(async () => {
  onQuery = answerAtOnce;
  source = await startStubServer(async ({ body }) => {
    const asked = new URLSearchParams(body);
    const query = asked.get('query') ?? '';
    return (await onQuery(query)) ?? healthy(asked);
  });
  api = await startTestService({ ...OPERATOR, CANARY_ACCOUNTS: accounts() });
});
after(async () => {
  await api.close();
  await source.close();
});

function accounts(): string {
  return `[{name: stub, source: prometheus, url: '${source.url}'}]`;
}

function healthy(asked: URLSearchParams): StubAnswer {
  const number = (name: string) => Number(asked.get(name));
  const [start, end, step] = [number('start'), number('end'), number('step') || 60];
  const count = Math.max(0, Math.floor((end - start) / step) + 1);
  const values = Array.from({ length: count }, (_, index) => [
    start + index * step,
    String(1 + ((3 * index) % 7)),
  ]);
  const data = { resultType: 'matrix', result: [{ metric: {}, values }] };
  return { body: JSON.stringify({ status: 'success', data }) };
}

const CONFIG = {
  name: 'early',
  judge: 'NetflixACAJudge-v1.0',
  metrics: [{ name: 'load', query: { source: 'prometheus', promql: 'load{app="${scope}"}' } }],
};
/** Half an hour of one has passed; its looks are due in a quarter of an hour, and in an hour. */
const WAITING = { start: 'now-30m', duration: '90m', interval: '45m' };
/** The first of two looks is due at once. */
const LOOKING = { start: 'now-30m', duration: '60m', interval: '30m' };

async function submit(window: object, more: object = {}): Promise<string> {
  const body = {
    config: CONFIG,
    account: 'stub',
    baseline: { scope: 'v41' },
    canary: { scope: 'v42' },
    window,
    ...more,
  };
  const { status, body: analysis } = await api.call('post', '/api/v1/analyses', { body });
  assert.equal(status, 202, JSON.stringify(analysis));
  return analysis.id;
}

const show = async (id: string): Promise<AnalysisView> =>
  (await api.call('get', `/api/v1/analyses/${id}`)).body;
const conclude = (id: string) => api.call('post', `/api/v1/analyses/${id}/conclude`);
const ended = (id: string) =>
  until(`${id} ends`, async () => {
    const analysis = await show(id);
    return ['queued', 'running'].includes(analysis.state) ? undefined : analysis;
  });

function minutesOf({ start, end }: { start: string; end: string }): number {
  return (Date.parse(end) - Date.parse(start)) / 60_000;
}

test('one that waits is judged at once over what there is, once, and says by whom', async () => {
  const receiver = await startWebhookReceiver();
  try {
    const id = await submit(WAITING, { callbacks: [{ url: receiver.url }] });
    const first = await conclude(id);
    assert.deepEqual([first.status, first.body.concluded.by], [200, 'ops']);
    const analysis = await ended(id);
    assert.deepEqual([analysis.state, analysis.verdict], ['completed', 'pass']);
    assert.deepEqual(analysis.intervals.map(minutesOf), [30]);
    const at = analysis.concluded!.at;
    assert.equal(at, first.body.concluded.at);
    assert.ok(
      analysis.reason!.endsWith(`; concluded by ops at ${at}, after 30m of 1h30m`),
      analysis.reason,
    );
    const again = await conclude(id);
    assert.deepEqual([again.status, again.body], [200, analysis]);
    const requests = await receiver.waitForRequests(3);
    const events = requests.map(({ body }) => JSON.parse(body));
    const types = events.map(({ type }) => String(type));
    assert.equal(types.filter((type) => type === 'analysis.completed').length, 1);
    const end = events.find(({ type }) => type === 'analysis.completed');
    assert.deepEqual([end.data.verdict, end.data.reason], ['pass', analysis.reason]);
    const page = await api.call('get', `/analyses/${id}`);
    assert.match(page.text, /<dt>Concluded<\/dt>\s*<dd>by ops/);
  } finally {
    await receiver.close();
  }
});

test('one that is being judged has its last look, judged as such', async () => {
  const queried = Promise.withResolvers<void>();
  const release = Promise.withResolvers<undefined>();
  onQuery = () => {
    queried.resolve();
    return release.promise;
  };
  try {
    const config = { ...CONFIG, judge: 'SequentialJudge-v1.0' };
    const id = await submit(LOOKING, { config });
    await queried.promise;
    const answer = await conclude(id);
    assert.deepEqual([answer.status, answer.body.state], [200, 'running']);
    release.resolve(undefined);
    const analysis = await ended(id);
    assert.equal(analysis.state, 'completed');
    assert.deepEqual(analysis.intervals.map(minutesOf), [30]);
    assert.equal(analysis.judgement!.sequential!.decision, 'end');
    assert.match(analysis.reason!, /; concluded by ops at .*, after 30m of 1h$/);
  } finally {
    release.resolve(undefined);
    onQuery = answerAtOnce;
  }
});

test('one whose look has failed and is to be tried again ends with the next look, now', async () => {
  const refusal = { status: 'error', errorType: 'bad_data', error: 'no such thing' };
  onQuery = () => Promise.resolve({ status: 400, body: JSON.stringify(refusal) });
  const id = await submit(LOOKING);
  await until('the first look fails', async () => (await show(id)).intervals[1]);
  onQuery = answerAtOnce;
  assert.equal((await conclude(id)).status, 200);
  const analysis = await ended(id);
  assert.deepEqual(
    [analysis.state, analysis.verdict, analysis.intervals.map(({ state }) => state)],
    ['completed', 'pass', ['failed', 'completed']],
  );
});

test('before there are any data the verdict is that there are not enough', async () => {
  onQuery = () =>
    Promise.resolve({ body: '{"status":"success","data":{"resultType":"matrix","result":[]}}' });
  try {
    const id = await submit({ duration: '1h', warmup: '10m' });
    assert.equal((await conclude(id)).status, 200);
    const analysis = await ended(id);
    assert.deepEqual([analysis.state, analysis.verdict], ['completed', 'nodata']);
  } finally {
    onQuery = answerAtOnce;
  }
});

test('what has ended stays as it is, and so does a window in the past', async () => {
  const id = await submit({ start: 'now-1h', end: 'now' });
  const analysis = await ended(id);
  const answer = await conclude(id);
  assert.deepEqual([answer.status, answer.body], [200, analysis]);
  assert.equal(answer.body.concluded, undefined);
  assert.equal((await conclude('01KF0Q4ZB8N2W7M5T3R6Y9C1DA')).status, 404);
});

test('nobody concludes where anybody may call', async () => {
  const open = await startTestService();
  try {
    const request = inlineRequest('pass', { window: { duration: '1h' } });
    const { id } = (await open.call('post', '/api/v1/analyses', { body: request })).body;
    const { status, body } = await open.call('post', `/api/v1/analyses/${id}/conclude`);
    assert.deepEqual([status, body.code], [403, 'forbidden']);
    assert.match(body.detail, /was not concluded.*set server\.tokens/);
  } finally {
    await open.close();
  }
});

test('a gate and a client of Kayenta see an ordinary end', async () => {
  assert.equal((await api.call('post', '/api/v1/configs', { body: CONFIG })).status, 201);
  const question = new URLSearchParams({
    key: 'run-1',
    config: 'early',
    baseline: 'v41',
    canary: 'v42',
    account: 'stub',
    ...WAITING,
  });
  const ask = () => api.call('post', `/gates/ci?${String(question)}`);
  assert.equal((await ask()).status, 503);
  const { body: found } = await api.call('get', '/api/v1/analyses?label=key=run-1');
  assert.equal((await conclude(found.items[0].id)).status, 200);
  await ended(found.items[0].id);
  const answer = await ask();
  assert.deepEqual([answer.status, answer.body.verdict], [200, 'pass'], answer.text);

  const id = await startStandalone();
  assert.equal((await conclude(id)).status, 200);
  await ended(id);
  const { body } = await api.call('get', `/standalone_canary_analysis/${id}`);
  const { complete, status, canaryAnalysisExecutionResult: result } = body;
  assert.deepEqual([complete, status, result.didPassThresholds], [true, 'succeeded', true]);
  assert.equal(result.canaryExecutionResults.length, 1);
});

async function startStandalone(): Promise<string> {
  const metric = {
    name: 'load',
    query: {
      type: 'prometheus',
      serviceType: 'prometheus',
      customInlineTemplate: 'PromQL:load{app="${scope}"}',
    },
    groups: ['load'],
    analysisConfigurations: { canary: { direction: 'increase' } },
    scopeName: 'default',
  };
  const canaryConfig = {
    name: 'early',
    description: '',
    configVersion: '1',
    applications: ['shop'],
    judge: { name: 'NetflixACAJudge-v1.0', judgeConfigurations: {} },
    metrics: [metric],
    templates: {},
    classifier: { groupWeights: { load: 100 } },
  };
  const scope = { controlScope: 'v41', experimentScope: 'v42', step: 1 };
  const executionRequest = {
    scopes: [{ ...scope, startTimeIso: new Date(Date.now() - 1_800_000).toISOString() }],
    thresholds: { pass: 90, marginal: 70 },
    lifetimeDurationMins: 120,
    analysisIntervalMins: 60,
  };
  const path = '/standalone_canary_analysis?application=shop&metricsAccountName=stub';
  const { status, body } = await api.call('post', path, {
    body: { canaryConfig, executionRequest },
  });
  assert.equal(status, 200, JSON.stringify(body));
  return body.canaryAnalysisExecutionId;
}

test('killed after the acknowledgement, it concludes all the same', async () => {
  using directory = temporaryDirectory();
  const env = { ...OPERATOR, CANARY_ACCOUNTS: accounts() };
  const headers = {
    authorization: `Bearer ${OPERATOR.TEST_OPERATOR}`,
    'content-type': 'application/json',
  };
  const body = JSON.stringify({
    config: CONFIG,
    account: 'stub',
    window: WAITING,
    baseline: { scope: 'v41' },
    canary: { scope: 'v42' },
  });
  let service = await startServe(directory.path, env);
  const call = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${service.url}/api/v1/analyses${path}`, { headers, ...init });
    return (await answer.json()) as AnalysisView;
  };
  onQuery = () => Promise.resolve({ status: 503 }); // the kill must come before any verdict
  try {
    const { id } = await call('', { method: 'POST', body });
    const acknowledged = await call(`/${id}/conclude`, { method: 'POST' });
    await service.end('SIGKILL');
    assert.equal(acknowledged.concluded?.by, 'ops');
    onQuery = answerAtOnce;
    service = await startServe(directory.path, env);
    const analysis = await until('the analysis ends', async () => {
      const present = await call(`/${id}`);
      return ['queued', 'running'].includes(present.state) ? undefined : present;
    });
    assert.deepEqual([analysis.state, analysis.verdict], ['completed', 'pass']);
    assert.deepEqual(analysis.concluded, acknowledged.concluded);
  } finally {
    onQuery = answerAtOnce;
    await service.end('SIGTERM');
  }
});

test('canary conclude shows the verdict that it has asked for', async () => {
  const id = await submit(WAITING);
  const env = { CANARY_URL: api.url, CANARY_TOKEN: OPERATOR.TEST_OPERATOR };
  const run = await runCanary(['conclude', id], { env });
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /^✔ PASS[\s\S]*concluded by ops at/);
  const unknown = await runCanary(['conclude', 'nothing'], { env });
  assert.equal(unknown.code, 3);
  assert.match(unknown.stderr, /refused to conclude analysis nothing with 404/);
});
