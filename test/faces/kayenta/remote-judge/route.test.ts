// Service A has service B as its remote judge: the same result as its own judge gives, and a failure when B is gone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  keepsContract,
  startTestService,
  until,
  type TestService,
} from '../../../support/service.ts';

const REMOTE = { name: 'RemoteJudge-v1.0', judgeConfigurations: {} };
const LOCAL = { name: 'NetflixACAJudge-v1.0', judgeConfigurations: {} };
const THRESHOLDS = { pass: 90, marginal: 70 };

let asking: TestService;
let judging: TestService;
before(async () => {
  judging = await startTestService();
  asking = await startTestService({ CANARY_REMOTE_JUDGE_URL: judging.url });
});
after(async () => {
  await asking.close();
  await judging.close();
});

function config(judge: object) {
  const metric = (name: string, group: string, canary: object) => ({
    name,
    groups: [group],
    scopeName: 'default',
    query: { type: 'prometheus', metricName: name },
    analysisConfigurations: { canary },
  });
  return {
    name: 'remote-checkout',
    applications: ['checkout'],
    judge,
    metrics: [
      metric('latency', 'latency', { direction: 'increase' }),
      metric('cpu', 'system', {}),
      metric('errors', 'errors', { nanStrategy: 'replace' }),
      metric('gone', 'system', {}),
    ],
    templates: {},
    classifier: { groupWeights: { latency: 60, system: 20 } },
  };
}

function pair(name: string, control: unknown[], experiment: unknown[]) {
  const grid = {
    startTimeIso: '2026-01-15T10:00:00Z',
    startTimeMillis: 1768471200000,
    stepMillis: 60000,
  };
  return {
    name,
    id: `${name}-pair`,
    tags: {},
    values: { control, experiment },
    scopes: { control: grid, experiment: grid },
    attributes: { control: { query: 'q' }, experiment: { query: 'q' } },
  };
}

const FLAT = [10, 11, 12, 10, 11, 12, 10, 11, 12, 10, 11, 12];
const PAIRS = [
  pair(
    'latency',
    FLAT,
    FLAT.map((value) => value * 2),
  ),
  pair('cpu', FLAT, [...FLAT].reverse()),
  pair('errors', ['NaN', 0, 0, 0], [0, 1, 'NaN', 2]),
  pair('gone', FLAT, []),
];

async function judgeStored(service: TestService, judge: object) {
  const posted = await service.call('post', '/canaryConfig', {
    body: { ...config(judge), name: `c-${Math.random().toString(36).slice(2)}` },
  });
  const list = await service.call('post', '/metricSetPairList', { body: PAIRS });
  const query = new URLSearchParams({
    canaryConfigId: posted.body.canaryConfigId,
    metricSetPairListId: list.body.metricSetPairListId,
    passThreshold: '90',
    marginalThreshold: '70',
  });
  return service.call('post', `/judges/judge?${query.toString()}`);
}

test('the remote judge gives the result of the local one, bit for bit', async () => {
  const local = await judgeStored(asking, LOCAL);
  const remote = await judgeStored(asking, REMOTE);
  assert.equal(remote.status, 200, remote.text);
  assert.equal(local.body.score.classification, 'Fail');
  assert.deepEqual(remote.body, local.body);
});

test('POST /judge answers the same to anybody who asks as Kayenta does', async () => {
  const local = await judgeStored(judging, LOCAL);
  const body = {
    canaryConfig: config(REMOTE),
    scoreThresholds: THRESHOLDS,
    metricSetPairList: PAIRS,
  };
  const answer = await judging.call('post', '/judge', { body });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.body, local.body);
});

test('a canary that goes silent is told by every route that judges', async () => {
  const values = Array.from({ length: 60 }, (_, i) => 10 + (i % 7));
  const [first] = PAIRS;
  const silent = values.map((value, i) => (i < 12 ? value : 'NaN'));
  const answer = await judging.call('post', '/judge', {
    body: {
      canaryConfig: config(LOCAL),
      scoreThresholds: THRESHOLDS,
      metricSetPairList: [{ ...first, values: { control: values, experiment: silent } }],
    },
  });
  assert.equal(answer.status, 200, answer.text);
  const { classification, resultMetadata } = answer.body.results[0];
  assert.equal(classification, 'Pass', 'the label stays Kayenta’s');
  assert.match(String(resultMetadata.findings), /canary/);
});

test('POST /judge takes the judge that judgeConfigurations names, and never a remote one', async () => {
  const ask = (judge: unknown) =>
    judging.call('post', '/judge', {
      body: {
        canaryConfig: config({ ...REMOTE, judgeConfigurations: { judge } }),
        scoreThresholds: THRESHOLDS,
        metricSetPairList: PAIRS,
      },
    });
  assert.equal((await ask('MannWhitneyJudge-v2.0')).body.judgeName, 'MannWhitneyJudge-v2.0');
  assert.match((await ask('Nobody')).body.message, /Unable to resolve canary judge 'Nobody'\./);
  assert.equal((await ask('RemoteJudge-v1.0')).status, 400);
  assert.equal((await ask(7)).status, 400);
});

test('POST /judge refuses what cannot be judged', async () => {
  for (const body of [{}, { canaryConfig: {}, scoreThresholds: {}, metricSetPairList: [] }, []]) {
    const answer = await judging.call('post', '/judge', { body });
    assert.equal(answer.status, 400, answer.text);
    assert.equal(typeof answer.body.message, 'string');
  }
});

test('/judges lists the remote judge only where there is one', async () => {
  const names = async (service: TestService) =>
    (await service.call('get', '/judges')).body.map(({ name }: { name: string }) => name);
  assert.ok((await names(asking)).includes('RemoteJudge-v1.0'));
  assert.ok(!(await names(judging)).includes('RemoteJudge-v1.0'));
});

/** A native analysis over series that it brings along, to its end. */
async function analyse(service: TestService, judge: string) {
  const series = (values: number[]) => ({ values });
  const submitted = await service.call('post', '/api/v1/analyses', {
    body: {
      config: {
        name: 'native',
        judge,
        metrics: [{ name: 'latency', query: { source: 'inline' } }],
      },
      baseline: { scope: 'base' },
      canary: { scope: 'canary' },
      pairs: [
        {
          metric: 'latency',
          start: '2026-01-15T10:00:00Z',
          step: '60s',
          baseline: series(FLAT).values,
          canary: FLAT.map((value) => value * 2),
        },
      ],
    },
  });
  assert.equal(submitted.status, 202, submitted.text);
  return until(async () => {
    const answer = await service.call('get', `/api/v1/analyses/${submitted.body.id}`);
    return ['completed', 'failed'].includes(answer.body.state) ? answer.body : undefined;
  });
}

test('an analysis of the native API may name it too; its report says who judged', async () => {
  const analysis = await analyse(asking, 'RemoteJudge-v1.0');
  assert.deepEqual([analysis.state, analysis.verdict], ['completed', 'fail']);
  assert.match(analysis.reason, /judged by NetflixACAJudge-v1\.0 of 127\.0\.0\.1:\d+$/);
  const report = await asking.call('get', `/analyses/${analysis.id}`);
  assert.equal(report.status, 200);
  assert.match(report.text, /judged by NetflixACAJudge-v1\.0 of 127\.0\.0\.1/);
});

test('a remote judge that is gone is a failure, never a verdict', async () => {
  const gone = await startTestService();
  await gone.close();
  const lonely = await startTestService({ CANARY_REMOTE_JUDGE_URL: gone.url });
  try {
    const analysis = await analyse(lonely, 'RemoteJudge-v1.0');
    assert.deepEqual([analysis.state, analysis.verdict], ['failed', undefined]);
    assert.equal(analysis.failure.code, 'remote-judge-failed');
    assert.match(analysis.failure.message, /cannot judge: .* refused the connection/);
    const stored = await judgeStored(lonely, REMOTE);
    assert.equal(stored.status, 500);
    keepsContract('post', '/judges/judge', stored);
  } finally {
    await lonely.close();
  }
});
