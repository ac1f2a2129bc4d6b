// Standalone analyses: plan, windows, outcome matrix, early end, cancel, in real time with short minutes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  kayentaConfig,
  kayentaMetric,
  NOW,
  startKayenta,
  startKayentaOn,
  UNDECIDABLE,
  type KayentaService,
  type StandaloneStatus,
} from '../support/kayenta.ts';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';
import { until } from '../../../support/service.ts';
import { startStubServer } from '../../../support/stub-server.ts';

const SETUP = 'Sets up and executes the wait, run and monitor canary task chain.';
const GENERATE = 'Aggregates and evaluates the canary executions and generates the final results.';
const FEW =
  'One of the metrics returned fewer than 50 data points, which can reduce confidence in the final canary score.';
/** A minute of these analyses; windows are read in steps of a second. */
const MINUTE_MS = 2000;

describe('standalone canary analysis', { skip: PROMETHEUS_SKIP }, () => {
  let api: KayentaService;
  before(async () => {
    api = await startKayenta({}, { minuteMs: MINUTE_MS });
  });
  after(() => api.close());

  const scope = (changes: object = {}) => ({
    controlScope: 'base',
    controlLocation: 'eu-west-1',
    experimentScope: 'ok',
    experimentLocation: 'eu-west-1',
    step: 1,
    ...changes,
  });
  const requestFor = (experimentScope: string, changes: object = {}) => ({
    scopes: [scope({ experimentScope })],
    thresholds: { pass: 90, marginal: 70 },
    lifetimeDurationMins: 2,
    analysisIntervalMins: 1,
    siteLocal: { applicationMetadata: { team: 'shop' } },
    ...changes,
  });
  const post = (executionRequest: object, config: object = kayentaConfig('standalone')) =>
    api.call('post', '/standalone_canary_analysis?application=alone&user=ci', {
      body: { canaryConfig: config, executionRequest },
    });
  const run = async (executionRequest: object, config?: object) => {
    const { status, body, text } = await post(executionRequest, config);
    assert.equal(status, 200, text);
    return body.canaryAnalysisExecutionId as string;
  };
  const stages = ({ stageStatus }: StandaloneStatus) =>
    stageStatus.map(({ name, status }) => [name, status]);
  const outcome = ({ status, exception, canaryAnalysisExecutionResult: r }: StandaloneStatus) => [
    status,
    exception !== undefined,
    r?.didPassThresholds,
    r?.canaryScoreMessage,
    r?.canaryScores,
  ];

  test('healthy, in real time: waits, canaries, children that can be read, result', async () => {
    const id = await run(requestFor('ok', { beginAfterMins: 1 }));
    const { body: early } = await api.call('get', `/standalone_canary_analysis/${id}`);
    assert.deepEqual(
      [early.complete, early.status, early.executionStatus],
      [false, 'running', 'RUNNING'],
    );
    assert.deepEqual(stages(early), [
      ['Warmup Wait', 'RUNNING'],
      ['Interval Wait #1', 'NOT_STARTED'],
      ['Run Canary #1', 'NOT_STARTED'],
      ['Interval Wait #2', 'NOT_STARTED'],
      ['Run Canary #2', 'NOT_STARTED'],
      [SETUP, 'RUNNING'],
    ]);
    assert.equal(early.canaryAnalysisExecutionResult, undefined);
    const ended = await api.analysisEnded(id);
    assert.deepEqual(outcome(ended), [
      'succeeded',
      false,
      true,
      'Final canary score 100.0 met or exceeded the pass score threshold.',
      [100, 100],
    ]);
    assert.deepEqual(stages(ended), [
      ['Warmup Wait', 'SUCCEEDED'],
      ['Interval Wait #1', 'SUCCEEDED'],
      ['Run Canary #1', 'SUCCEEDED'],
      ['Interval Wait #2', 'SUCCEEDED'],
      ['Run Canary #2', 'SUCCEEDED'],
      [SETUP, 'SUCCEEDED'],
      [GENERATE, 'SUCCEEDED'],
    ]);
    const results = ended.canaryAnalysisExecutionResult!.canaryExecutionResults;
    const base = ended.buildTimeMillis! + MINUTE_MS;
    for (const [index, result] of results.entries()) {
      assert.equal(result.judgementStartTimeMillis, base);
      assert.equal(result.judgementEndTimeMillis, base + (index + 1) * MINUTE_MS);
      assert.deepEqual(result.warnings, [FEW]);
      const child = await api.call('get', `/canary/${result.executionId}`);
      assert.deepEqual(
        [child.body.status, child.body.application, child.body.canaryConfigId],
        ['succeeded', 'alone', 'ad-hoc'],
      );
      const { controlScope } = child.body.canaryExecutionRequest.scopes.default;
      assert.equal(Date.parse(controlScope.end), result.judgementEndTimeMillis);
      assert.deepEqual(child.body.result, result.result);
      const pairs = await api.call('get', `/metricSetPairList/${result.metricSetPairListId}`);
      assert.equal(pairs.body.length, 2);
    }
    assert.equal(ended.canaryAnalysisExecutionResult!.hasWarnings, true);
    const list = await api.call('get', '/canary/executions?application=alone');
    assert.ok(
      results.every(({ executionId }) =>
        list.body.some(({ pipelineId }: { pipelineId: string }) => pipelineId === executionId),
      ),
    );
    const native = await api.call('get', `/api/v1/analyses/${id}`);
    assert.deepEqual([native.body.verdict, native.body.intervals.length], ['pass', 2]);
  });

  test('faulty: the first canary that is not above marginal ends it, what had not begun vanishes', async () => {
    const id = await run(requestFor('bad', { lifetimeDurationMins: 5 }));
    const ended = await api.analysisEnded(id);
    assert.deepEqual(outcome(ended), [
      'terminal',
      false,
      false,
      'Final canary score 40.0 is not above the marginal score threshold.',
      [40],
    ]);
    assert.deepEqual(stages(ended), [
      ['Interval Wait #1', 'SUCCEEDED'],
      ['Run Canary #1', 'TERMINAL'],
      [SETUP, 'TERMINAL'],
      [GENERATE, 'SUCCEEDED'],
    ]);
    const [first] = ended.canaryAnalysisExecutionResult!.canaryExecutionResults;
    assert.equal(first?.executionStatus, 'SUCCEEDED');
  });

  test('cancelled halfway: CANCELED with its canaries, without a result', async () => {
    const id = await run(requestFor('ok', { lifetimeDurationMins: 60 }));
    await until(async () => {
      const { body } = await api.call('get', `/standalone_canary_analysis/${id}`);
      return stages(body).some(
        ([name, status]) => name === 'Run Canary #1' && status === 'SUCCEEDED',
      )
        ? true
        : undefined;
    });
    assert.equal((await api.call('put', `/pipelines/${id}/cancel`)).status, 202);
    const ended = await api.analysisEnded(id);
    assert.deepEqual(outcome(ended), ['canceled', false, undefined, undefined, undefined]);
    assert.equal(ended.executionStatus, 'CANCELED');
    assert.deepEqual(stages(ended)[1], ['Run Canary #1', 'SUCCEEDED']);
    assert.deepEqual(stages(ended).at(-1), [SETUP, 'CANCELED']);
  });

  const past = (changes: object = {}, length = 4) => ({
    startTimeIso: new Date(NOW - 60_000).toISOString(),
    endTimeIso: new Date(NOW - 60_000 + length * MINUTE_MS).toISOString(),
    ...changes,
  });
  const retrospective = (experimentScope: string, changes: object = {}, of: object = {}) =>
    requestFor(experimentScope, { scopes: [scope({ experimentScope, ...past(of) })], ...changes });

  test('undecided: every canary lets it go on, and the result does not pass', async () => {
    const judge = { name: 'SequentialJudge-v1.0', judgeConfigurations: UNDECIDABLE };
    const earlier = { controlOffsetInMinutes: 20, ...past({}, 20) };
    const looks = retrospective('ok', { analysisIntervalMins: 10 }, earlier);
    const id = await run(looks, kayentaConfig('open', { judge }));
    const ended = await api.analysisEnded(id);
    assert.deepEqual(outcome(ended), [
      'succeeded',
      false,
      false,
      'Final canary score 80.0 is below the pass score threshold.',
      [80, 80],
    ]);
    const native = await api.call('get', `/api/v1/analyses/${id}`);
    assert.deepEqual([native.body.verdict, native.body.decision], ['undecided', 'hold']);
  });

  test('retrospective: an end means no waits, growing windows from the start, lifetime from the times', async () => {
    const id = await run(
      retrospective('ok', { beginAfterMins: 1, analysisIntervalMins: 3, lifetimeDurationMins: 9 }),
    );
    const ended = await api.analysisEnded(id);
    assert.deepEqual(stages(ended), [
      ['Warmup Wait', 'SUCCEEDED'],
      ['Run Canary #1', 'SUCCEEDED'],
      [SETUP, 'SUCCEEDED'],
      [GENERATE, 'SUCCEEDED'],
    ]);
    const [only] = ended.canaryAnalysisExecutionResult!.canaryExecutionResults;
    assert.equal(only?.judgementStartTimeMillis, NOW - 60_000);
    assert.equal(only?.judgementEndTimeMillis, NOW - 60_000 + 3 * MINUTE_MS);
    assert.ok(only.startTimeMillis! >= ended.buildTimeMillis! + MINUTE_MS);
  });

  test('a sliding window may begin before the start; the offset moves the baseline alone', async () => {
    const id = await run(
      retrospective('ok', { lookbackMins: 3 }, { controlOffsetInMinutes: 2, ...past({}, 2) }),
    );
    const ended = await api.analysisEnded(id);
    const ends = ended.canaryAnalysisExecutionResult!.canaryExecutionResults;
    assert.deepEqual(
      ends.map(({ judgementStartTimeMillis: at }) => at),
      [1, 2].map((index) => NOW - 60_000 + (index - 3 - 2) * MINUTE_MS),
    );
    const { body } = await api.call('get', `/canary/${ends[0]!.executionId}`);
    const { controlScope, experimentScope } = body.canaryExecutionRequest.scopes.default;
    assert.equal(Date.parse(experimentScope.start) - Date.parse(controlScope.start), 2 * MINUTE_MS);
  });

  test('between marginal and pass it succeeds without passing; marginal itself fails', async () => {
    const thresholds = (pass: number, marginal: number) => ({ thresholds: { pass, marginal } });
    const between = await run(retrospective('bad', thresholds(90, 30)));
    assert.deepEqual(outcome(await api.analysisEnded(between)), [
      'succeeded',
      false,
      false,
      'Final canary score 40.0 is below the pass score threshold.',
      [40, 40, 40, 40],
    ]);
    const equal = await run(retrospective('bad', thresholds(90, 40)));
    assert.deepEqual(outcome(await api.analysisEnded(equal)).slice(0, 3), [
      'terminal',
      false,
      false,
    ]);
  });

  test('a canary that could not be judged breaks it: exception, score 0', async () => {
    const config = kayentaConfig('alone', {
      metrics: [kayentaMetric('nonsense', 'avg(latency{app="${scope}"}')],
    });
    const ended = await api.analysisEnded(await run(retrospective('ok'), config));
    assert.deepEqual(outcome(ended), [
      'terminal',
      true,
      false,
      'Final canary score 0.0 is not above the marginal score threshold.',
      [0],
    ]);
    assert.ok(Array.isArray(ended.exception!.details['errors']));
    const [only] = ended.canaryAnalysisExecutionResult!.canaryExecutionResults;
    assert.deepEqual([only?.executionStatus, only?.result], ['TERMINAL', undefined]);
  });

  test('a canary cancelled by its own id breaks it, in the words of a cancelled canary', async () => {
    const silent = await startStubServer(() => 'never');
    const own = await startKayentaOn(silent.url, { CANARY_LIMITS_SHUTDOWN_GRACE: '50ms' });
    const { body } = await own.call('post', '/standalone_canary_analysis', {
      body: {
        canaryConfig: kayentaConfig('child'),
        executionRequest: requestFor('ok', {
          scopes: [scope({ endTimeIso: new Date(NOW + 600_000).toISOString(), step: 60 })],
        }),
      },
    });
    const id = body.canaryAnalysisExecutionId as string;
    const child = await until(async () => {
      const { body: status } = await own.call('get', `/standalone_canary_analysis/${id}`);
      return silent.requests.length > 0 ? (status.stageStatus[0].executionId as string) : undefined;
    });
    assert.equal((await own.call('put', `/pipelines/${child}/cancel`)).status, 202);
    const ended = await own.analysisEnded(id);
    assert.deepEqual(outcome(ended).slice(0, 3), ['terminal', true, false]);
    assert.deepEqual(ended.exception, {
      details: { errors: ['Canary execution was canceled.'] },
    });
    assert.deepEqual(stages(ended)[0], ['Run Canary #1', 'TERMINAL']);
    const [run] = ended.canaryAnalysisExecutionResult!.canaryExecutionResults;
    assert.deepEqual([run?.executionId, run?.executionStatus], [child, 'CANCELED']);
    assert.equal((await own.ended(child)).status, 'canceled');
    const listed = async (statuses: string) => {
      const { body: found } = await own.call('get', `/canary/executions?statuses=${statuses}`);
      return (found as { pipelineId: string }[]).map(({ pipelineId }) => pipelineId);
    };
    assert.deepEqual(await listed('canceled'), [child]);
    assert.deepEqual(await listed('terminal'), []);
    assert.equal((await own.call('put', `/pipelines/${child}/cancel`)).status, 202);
    await own.close();
    await silent.close();
  });

  test('with a stored config, as Referee reads it', async () => {
    const { body: made } = await api.call('post', '/canaryConfig', {
      body: kayentaConfig('stored-standalone'),
    });
    const started = await api.call(
      'post',
      `/standalone_canary_analysis/${made.canaryConfigId}?parentPipelineExecutionId=P`,
      { body: retrospective('ok') },
    );
    const ended = await api.analysisEnded(started.body.canaryAnalysisExecutionId);
    assert.deepEqual(
      [ended.application, ended.user, ended.parentPipelineExecutionId, ended.canaryConfigId],
      ['ad-hoc', 'anonymous', 'P', made.canaryConfigId],
    );
    assert.deepEqual(
      [ended.storageAccountName, ended.metricsAccountName, 'configurationAccountName' in ended],
      ['results-s3', 'prom-eu', false],
    );
  });

  test('what can never work is refused at once', async () => {
    const refusal = async (request: object, config?: object) => {
      const { status, body } = await post(request, config);
      assert.equal(status, 400, JSON.stringify(body));
      return body.message as string;
    };
    const { lifetimeDurationMins: _, ...endless } = requestFor('ok');
    const cases: [object, RegExp][] = [
      [{ ...endless, scopes: [] }, /must contain at least one scope\.$/],
      [endless, /must include either `endTime` or `lifetimeDuration`\.$/],
      [requestFor('ok', { lifetimeDurationMins: 0 }), /at least a minute/],
      [requestFor('ok', { lifetimeDurationMins: -5 }), /lifetimeDurationMins must not be -5/],
      [requestFor('ok', { lifetimeDurationMins: 100_000 }), /more than 1440/],
      [requestFor('ok', { thresholds: null }), /must contain thresholds/],
      [requestFor('ok', { thresholds: { pass: 90 } }), /marginal/],
      [requestFor('ok', { scopes: [scope({ startTimeIso: 'today' })] }), /startTimeIso 'today'/],
      [requestFor('ok', { scopes: [scope({ step: 0 })] }), /Step is required/],
      [requestFor('ok', { scopes: [scope(), scope()] }), /given twice/],
      [requestFor('ok', { scopes: [scope({ scopeName: 'x' })] }), /not provided.*\[default\]/],
    ];
    for (const [request, message] of cases) assert.match(await refusal(request), message);
    const template = kayentaConfig('x', { metrics: [kayentaMetric('a', '${nothing}')] });
    assert.match(
      await refusal(requestFor('ok'), template),
      /Problem evaluating custom filter template/,
    );
    const judge = kayentaConfig('x', { judge: { name: 'ghost' } });
    assert.equal(await refusal(requestFor('ok'), judge), "Unable to resolve canary judge 'ghost'.");
    const nothing = await api.call('post', '/standalone_canary_analysis', { body: {} });
    assert.equal(nothing.body.message, 'canaryConfig must be provided for ad-hoc requests');
    assert.equal((await api.call('get', '/standalone_canary_analysis/ghost')).status, 404);
  });
});
