import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../../../src/errors.ts';
import type { JudgeInput } from '../../../../src/judges/judge.ts';
import {
  createOutboundClient,
  type OutboundClient,
  type OutboundRequest,
} from '../../../../src/outbound/client.ts';
import { createRemoteJudgeFactory } from '../../../../src/faces/kayenta/remote-judge/remote-judge.ts';
import {
  createCanaryConfig,
  createMetricConfig,
  createPair,
} from '../../../support/metric-config.ts';
import { startStubServer, type StubAnswer } from '../../../support/stub-server.ts';

const METRICS = [
  createMetricConfig({ name: 'cpu', groups: ['system'], unit: '%' }),
  createMetricConfig({ name: 'errors', groups: ['errors'] }),
];
const INPUT: JudgeInput = {
  config: createCanaryConfig(METRICS, { system: 40, errors: 60 }),
  thresholds: { pass: 90, marginal: 70 },
  pairs: [createPair('cpu', [40, 41, NaN], [52, 53, 54]), createPair('errors', [0, 0], [0, 0])],
};
const STATS = { count: 3, min: 52, max: 54, mean: 53, std: 1 };
const CPU = {
  name: 'cpu',
  tags: {},
  id: 'cpu-1',
  classification: 'High',
  classificationReason: 'cpu was classified as High',
  groups: ['system'],
  experimentMetadata: { stats: STATS },
  controlMetadata: { stats: { ...STATS, count: 2, mean: 40.5 } },
  resultMetadata: { ratio: 1.3 },
  critical: false,
  muted: false,
};
const ERRORS = {
  ...CPU,
  name: 'errors',
  id: 'errors-1',
  classification: 'Pass',
  classificationReason: undefined,
  groups: ['errors'],
  resultMetadata: { ratio: 'NaN' },
};
const RESULT = {
  judgeName: 'HouseJudge-v3',
  results: [CPU, ERRORS],
  groupScores: [
    { name: 'system', score: 0, classification: '', classificationReason: '' },
    { name: 'errors', score: 100, classification: '', classificationReason: '' },
  ],
  score: { score: 60, classification: 'Fail', classificationReason: '' },
};

async function judgeBy(answer: StubAnswer | 'never', input = INPUT, signal?: AbortSignal) {
  const server = await startStubServer(() => answer);
  const client = createOutboundClient({ profile: 'source' });
  const factory = createRemoteJudgeFactory({ url: `${server.url}/base`, client });
  try {
    const judging = factory.create({}).ask(input, signal ?? new AbortController().signal);
    return {
      judgement: await judging,
      requests: server.requests,
      host: `127.0.0.1:${server.port}`,
    };
  } finally {
    await client.close();
    await server.close();
  }
}

const json = (body: unknown): StubAnswer => ({ body: JSON.stringify(body) });

test('it is asked what Kayenta asks, with gaps as texts', async () => {
  const posted = { name: 'as posted', judge: { judgeConfigurations: { own: [1] } } };
  const origin = { face: 'kayenta', given: { config: posted } };
  const { requests } = await judgeBy(json(RESULT), { ...INPUT, origin });
  const [request] = requests;
  assert.deepEqual([request?.method, request?.path], ['POST', '/base/judge']);
  const { canaryConfig, scoreThresholds, metricSetPairList } = JSON.parse(request!.body);
  assert.deepEqual(canaryConfig, posted);
  assert.deepEqual(scoreThresholds, { pass: 90, marginal: 70 });
  assert.deepEqual(metricSetPairList[0].values, {
    control: [40, 41, 'NaN'],
    experiment: [52, 53, 54],
  });
});

test('a native config goes out in the form of Kayenta', async () => {
  const { requests } = await judgeBy(json(RESULT));
  const { canaryConfig } = JSON.parse(requests[0]!.body);
  assert.deepEqual(canaryConfig.classifier.groupWeights, { system: 40, errors: 60 });
  assert.deepEqual(
    canaryConfig.metrics.map(({ name, groups }: Record<string, unknown>) => [name, groups]),
    [
      ['cpu', ['system']],
      ['errors', ['errors']],
    ],
  );
});

test('its labels and scores stand, and sentences say who judged', async () => {
  const { judgement, host } = await judgeBy(json(RESULT));
  const { judge, verdict, score, groups, metrics, reason, warnings } = judgement;
  assert.deepEqual([judge, verdict, score], ['HouseJudge-v3', 'fail', 60]);
  assert.deepEqual(groups, [
    { name: 'system', score: 0, weight: 40, hasData: true },
    { name: 'errors', score: 100, weight: 60, hasData: true },
  ]);
  assert.deepEqual(
    [metrics[0]?.baseline.received, metrics[0]?.baseline.missing, metrics[0]?.ratio],
    [3, 1, 1.3],
  );
  assert.equal(
    metrics[0]?.sentence,
    'cpu was judged High ("cpu was classified as High"); mean 40.5 % -> 53 %',
  );
  assert.ok(reason.endsWith(`; judged by HouseJudge-v3 of ${host}`), reason);
  assert.ok(!warnings.join().includes('unmeasured'), 'a ratio of NaN is no sign of infinities');
});

test('nothing but missing data is no verdict, and silence about a metric is told', async () => {
  const results = [
    { ...CPU, classification: 'Nodata', classificationReason: 'Missing data for cpu' },
  ];
  const reason = 'Canary Failed: 50% or more metrics returned NODATA';
  const score = { score: 0, classification: 'Fail', classificationReason: reason };
  const { judgement, host } = await judgeBy(json({ ...RESULT, results, score }));
  assert.equal(judgement.verdict, 'nodata');
  assert.ok(judgement.warnings.includes(`${host} says nothing about metric "errors"`));
});

const FAILURES: [string, StubAnswer, RegExp, boolean][] = [
  [
    'a refusal',
    { status: 400, body: '{"message":"no such metric"}' },
    /answered 400: no such metric$/,
    false,
  ],
  ['an outage', { status: 503 }, /answered 503$/, true],
  [
    'a cut answer',
    { body: '{"results"', cut: true },
    /cannot judge: .* closed the connection/,
    true,
  ],
  [
    'a page',
    { body: '<html>' },
    /answered something that is no judge result: it is not JSON$/,
    false,
  ],
  ['another answer', json({ ok: true }), /has nothing at \/results, where a list is needed/, false],
  [
    'an unknown label',
    json({ ...RESULT, results: [{ ...CPU, classification: 'Fine' }] }),
    /"Fine" at \/results\/0\/classification/,
    false,
  ],
  [
    'no score',
    json({ ...RESULT, score: {} }),
    /at \/score\/score, where a number is needed/,
    false,
  ],
  [
    'a score that is no number',
    json({ ...RESULT, score: { ...RESULT.score, score: 'NaN' } }),
    /where a finite number is needed/,
    false,
  ],
  [
    'an unknown score word',
    json({ ...RESULT, score: { score: 1, classification: 'Good' } }),
    /"Good" at \/score\/classification/,
    false,
  ],
];
for (const [name, answer, message, retryable] of FAILURES) {
  test(`${name} is a failure, never a verdict`, async () => {
    await assert.rejects(judgeBy(answer), (error: unknown) => {
      assert.ok(error instanceof Fault);
      assert.deepEqual([error.code, error.retryable], ['remote-judge-failed', retryable]);
      assert.match(error.message, /^remote judge 127\.0\.0\.1:\d+ /);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('an abort ends the waiting, and the fault says who was waited for', async () => {
  const reason = new Error('the deadline');
  await assert.rejects(judgeBy('never', INPUT, AbortSignal.abort(reason)), {
    code: 'remote-judge-failed',
    message: /^remote judge 127\.0\.0\.1:\d+ had not answered when the waiting was ended$/,
    cause: reason,
  });
});

test('it waits as long as Kayenta: 30 s for the connection, 90 s in all', async () => {
  const asked: OutboundRequest[] = [];
  const client: OutboundClient = {
    openSocket: () => assert.fail('nobody speaks another protocol'),
    async request(request) {
      asked.push(request);
      return { status: 200, headers: {}, text: JSON.stringify(RESULT), truncated: false };
    },
    close: async () => undefined,
  };
  const factory = createRemoteJudgeFactory({ url: 'http://judge', client });
  await factory.create({}).ask(INPUT, new AbortController().signal);
  assert.deepEqual(
    asked.map(({ connectTimeoutMs, timeoutMs }) => [connectTimeoutMs, timeoutMs]),
    [[30_000, 90_000]],
  );
});

test('a refusal tells the call, without what else the address carries', async () => {
  await assert.rejects(judgeBy({ status: 503 }), ({ http }: Fault) => {
    assert.match(http?.url ?? '', /^http:\/\/127\.0\.0\.1:\d+\/base\/judge$/);
    assert.deepEqual([http?.method, http?.status], ['POST', 503]);
    return true;
  });
});

test('an address that must not be called is refused, and nothing is sent', async () => {
  const client = createOutboundClient({ profile: 'source' });
  const factory = createRemoteJudgeFactory({ url: 'http://169.254.169.254', client });
  const judging = factory.create({}).ask(INPUT, new AbortController().signal);
  await assert.rejects(Promise.resolve(judging), { code: 'address-refused' });
  await client.close();
});
