// Executions as pipelines: what is read can be started again, here as in Kayenta.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Response } from 'supertest';
import {
  kayentaConfig,
  kayentaMetric,
  kayentaRequest,
  NOW,
  startKayenta,
  startKayentaOn,
  type CanaryStatus,
  type KayentaService,
} from '../support/kayenta.ts';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';
import { OPERATOR, until } from '../../../support/service.ts';
import { startStubServer } from '../../../support/stub-server.ts';

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const GHOST = '01KF0PZZ000000000000000000';
const MINUTE_MS = 2000;

/** Half of it is bad: a score that nothing else has by chance. */
const CONFIG = kayentaConfig('again', {
  metrics: [
    kayentaMetric('latency', 'avg(latency{app="${scope}"})'),
    {
      ...kayentaMetric('cpu', ''),
      query: { type: 'prometheus', metricName: 'cpu', customFilterTemplate: 'by-app' },
    },
  ],
  templates: { 'by-app': 'app="${scope}"' },
});

describe('pipelines', { skip: PROMETHEUS_SKIP }, () => {
  let api: KayentaService;
  before(async () => {
    api = await startKayenta(OPERATOR, { minuteMs: MINUTE_MS });
  });
  after(() => api.close());

  const pipelineOf = async (id: string) => (await api.call('get', `/pipelines/${id}`)).body;
  const begin = async (pipeline: object): Promise<string> => {
    const { status, text, headers } = await api.call('post', '/pipelines/start', {
      body: pipeline,
    });
    assert.equal(status, 200, text);
    assert.match(headers['content-type'] ?? '', /^text\/plain/);
    assert.match(text, ULID);
    return text;
  };
  const canary = async (experiment: string, query = '') => {
    const { body } = await api.call('post', `/canary?application=again${query}`, {
      body: { canaryConfig: CONFIG, executionRequest: kayentaRequest(experiment) },
    });
    return api.ended(body.canaryExecutionId);
  };
  const analysis = async (experimentScope: string, endMins = 4) => {
    const { body, text } = await api.call(
      'post',
      '/standalone_canary_analysis?application=again&user=ci&parentPipelineExecutionId=P',
      {
        body: {
          canaryConfig: CONFIG,
          executionRequest: {
            scopes: [
              {
                controlScope: 'base',
                experimentScope,
                startTimeIso: new Date(NOW - 60_000).toISOString(),
                endTimeIso: new Date(NOW - 60_000 + endMins * MINUTE_MS).toISOString(),
                step: 1,
              },
            ],
            thresholds: { pass: 90, marginal: 20 },
            analysisIntervalMins: 2,
          },
        },
      },
    );
    assert.ok(body.canaryAnalysisExecutionId, text);
    return api.analysisEnded(body.canaryAnalysisExecutionId);
  };
  /** What must not depend on when a canary ran. */
  const essence = ({
    application,
    canaryConfigId,
    config,
    canaryExecutionRequest,
    result,
    ...rest
  }: CanaryStatus) => ({
    application,
    canaryConfigId,
    config,
    canaryExecutionRequest,
    parent: rest.parentPipelineExecutionId,
    accounts: [rest.metricsAccountName, rest.storageAccountName, rest.configurationAccountName],
    scores: [result?.judgeResult.score, result?.judgeResult.groupScores],
    labels: result?.judgeResult.results.map(({ classification }) => classification),
  });

  test('a finished canary that is read and posted runs again, to the same score', async () => {
    const first = await canary('bad', '&parentPipelineExecutionId=P');
    assert.equal(first.result?.judgeResult.score.score, 40);
    const again = await api.ended(await begin(await pipelineOf(first.pipelineId!)));
    assert.notEqual(again.pipelineId, first.pipelineId);
    assert.deepEqual(essence(again), essence(first));
    const third = await api.ended(await begin(await pipelineOf(again.pipelineId!)));
    assert.deepEqual(essence(third), essence(first));
  });

  test('with a stored config: its id and account are kept, a later change of it is not taken', async () => {
    const { body: made } = await api.call('post', '/canaryConfig', {
      body: { ...CONFIG, name: 'kept' },
    });
    const path = `/canary/${made.canaryConfigId}`;
    const { body } = await api.call(
      'post',
      `${path}?application=again&configurationAccountName=configs-s3`,
      {
        body: kayentaRequest('bad'),
      },
    );
    const first = await api.ended(body.canaryExecutionId);
    const pipeline = await pipelineOf(first.pipelineId!);
    await api.call('delete', `/canaryConfig/${made.canaryConfigId}`);
    const again = await api.ended(await begin(pipeline));
    assert.deepEqual(essence(again), essence(first));
    assert.deepEqual(
      [again.canaryConfigId, again.configurationAccountName],
      [made.canaryConfigId, 'configs-s3'],
    );
  });

  test('a standalone analysis runs again with all its looks, and each look alone as a canary', async () => {
    const first = await analysis('bad');
    const pipeline = await pipelineOf(first.pipelineId);
    assert.deepEqual(
      [pipeline.name, pipeline.status, pipeline.pipelineConfigId],
      [
        'Standalone Canary Analysis Pipeline',
        'SUCCEEDED',
        'again-canary-analysis-referee-pipeline',
      ],
    );
    const again = await api.analysisEnded(await begin(pipeline));
    assert.notEqual(again.pipelineId, first.pipelineId);
    const kept = (status: typeof first) => [
      status.application,
      status.user,
      status.parentPipelineExecutionId,
      status.canaryConfig,
      status.canaryAnalysisExecutionRequest,
      status.canaryAnalysisExecutionResult?.canaryScores,
      status.stageStatus.map(({ name }) => name),
    ];
    assert.deepEqual(kept(again), kept(first));
    assert.deepEqual(first.canaryAnalysisExecutionResult?.canaryScores, [40, 40]);
    const child = first.canaryAnalysisExecutionResult.canaryExecutionResults[0]!.executionId;
    const alone = await api.ended(await begin(await pipelineOf(child)));
    assert.equal(alone.result?.judgeResult.score.score, 40);
  });

  test('as Kayenta shows a canary: contexts with the request as text', async () => {
    const first = await canary('ok');
    const { stages, status, name, pipelineConfigId } = await pipelineOf(first.pipelineId!);
    assert.deepEqual(
      [status, name, pipelineConfigId],
      ['SUCCEEDED', 'Standard Canary Pipeline', 'again-standard-canary-pipeline'],
    );
    assert.deepEqual(
      stages.map((stage: Record<string, unknown>) => [
        stage['refId'],
        stage['type'],
        stage['status'],
      ]),
      [
        ['setupContext', 'setupCanary', 'SUCCEEDED'],
        ['fetchControl0', 'prometheusFetch', 'SUCCEEDED'],
        ['fetchControl1', 'prometheusFetch', 'SUCCEEDED'],
        ['fetchExperiment0', 'prometheusFetch', 'SUCCEEDED'],
        ['fetchExperiment1', 'prometheusFetch', 'SUCCEEDED'],
        ['mixMetrics', 'metricSetMixer', 'SUCCEEDED'],
        ['judge', 'canaryJudge', 'SUCCEEDED'],
      ],
    );
    assert.equal(new Set(stages.map(({ id }: { id: string }) => id)).size, 7);
    assert.ok(stages.every(({ id }: { id: string }) => ULID.test(id)));
    const [{ context }] = stages;
    assert.match(context.canaryConfig.templates['by-app'], /\$\\\{scope\}/);
    assert.deepEqual(JSON.parse(context.canaryExecutionRequest), first.canaryExecutionRequest);
  });

  test('as it is started in Kayenta: fields in the stages; in old ones only the config’s id and the judge’s request', async () => {
    const request = JSON.stringify(kayentaRequest('bad'));
    const flat = {
      name: 'Standard Canary Pipeline',
      application: 'again',
      limitConcurrent: false,
      stages: [
        {
          type: 'setupCanary',
          refId: 'setupContext',
          canaryConfig: CONFIG,
          canaryExecutionRequest: kayentaRequest('bad'),
        },
        { type: 'prometheusFetch', refId: 'fetchControl0', metricsAccountName: 'prom-eu' },
        { type: 'metricSetMixer', refId: 'mixMetrics' },
        { type: 'canaryJudge', refId: 'judge' },
      ],
    };
    const status = await api.ended(await begin(flat));
    assert.deepEqual(
      [status.application, status.metricsAccountName, status.result?.judgeResult.score.score],
      ['again', 'prom-eu', 40],
    );
    const { body: made } = await api.call('post', '/canaryConfig', {
      body: { ...CONFIG, name: 'old' },
    });
    const old = {
      application: 'again',
      stages: [
        { type: 'setupCanary', context: { canaryConfigId: made.canaryConfigId } },
        { type: 'canaryJudge', context: { canaryExecutionRequest: request } },
      ],
    };
    const second = await api.ended(await begin(old));
    assert.deepEqual(
      [second.canaryConfigId, second.result?.judgeResult.score.score],
      [made.canaryConfigId, 40],
    );
  });

  test('what cannot be run is refused, naming the types of stages that can', async () => {
    const refusal = async (pipeline: unknown) => {
      const answer: Response = await api.call('post', '/pipelines/start', {
        body: pipeline as object,
      });
      assert.equal(answer.status, 400, answer.text);
      return answer.body.message as string;
    };
    const setup = {
      type: 'setupCanary',
      canaryConfig: CONFIG,
      canaryExecutionRequest: kayentaRequest('ok'),
    };
    const deploy = await refusal({ stages: [{ type: 'deploy' }, { type: 'wait' }] });
    assert.match(
      deploy,
      /^This service cannot run stages of type deploy, wait: it runs standard canary pipelines \(setupCanary, prometheusFetch, metricSetMixer, canaryJudge\) and standalone canary analyses \(setupAndExecuteCanariesStage, wait, runCanary, generateCanaryAnalysisResultStage\)\.$/,
    );
    assert.match(
      await refusal({ stages: [setup, { type: 'canaryJudge' }, { type: 'compareJudgeResults' }] }),
      /^This service cannot run stages of type compareJudgeResults beside setupCanary: /,
    );
    assert.match(
      await refusal({ stages: [setup, { type: 'datadogFetch' }] }),
      /type datadogFetch beside/,
    );
    assert.match(
      await refusal({ stages: [setup, { type: 'setupAndExecuteCanariesStage' }] }),
      /beside/,
    );
    assert.match(await refusal({}), /needs a list of stages/);
    assert.match(await refusal({ stages: [null, 1, []] }), /needs a list of stages/);
    assert.match(await refusal({ stages: [{ type: 'setupCanary' }] }), /holds no canaryConfig/);
    assert.match(
      await refusal({ stages: [{ ...setup, canaryExecutionRequest: '{' }] }),
      /not the JSON of a request/,
    );
    assert.match(
      await refusal({ stages: [{ ...setup, canaryConfig: { metrics: 7 } }] }),
      /^canaryConfig\/metrics must be a list/,
    );
    assert.equal(
      await refusal({ stages: [{ ...setup, metricsAccountName: 'ghost' }] }),
      'Unable to resolve account ghost.',
    );
    assert.match(
      await refusal({ stages: [{ type: 'setupAndExecuteCanariesStage' }] }),
      /holds no canaryConfig/,
    );
  });

  test('an analysis that started natively is shown, but cannot be started from here', async () => {
    const { start, end } = kayentaRequest('x').scopes.default.controlScope;
    const query = { source: 'prometheus', promql: 'latency{app="${scope}"}' };
    const { body } = await api.call('post', '/api/v1/analyses', {
      body: {
        config: { name: 'native', metrics: [{ name: 'latency', query }] },
        baseline: { scope: 'base' },
        canary: { scope: 'ok' },
        window: { start, end },
      },
    });
    await api.ended(body.id);
    const answer = await api.call('post', '/pipelines/start', { body: await pipelineOf(body.id) });
    assert.equal(answer.status, 400);
    assert.match(
      answer.body.message,
      /holds no canaryConfig: only what was started by the routes of Kayenta/,
    );
  });

  test('a canary of an analysis is deleted alone; the analysis stays readable as it was', async () => {
    const { pipelineId: parent } = await analysis('bad');
    const read = async () => (await api.call('get', `/standalone_canary_analysis/${parent}`)).body;
    const before = await read();
    const shownBefore = await pipelineOf(parent);
    const runs = before.canaryAnalysisExecutionResult.canaryExecutionResults as {
      executionId: string;
      metricSetPairListId: string;
    }[];
    assert.equal(runs.length, 2);
    for (const { executionId: child, metricSetPairListId } of runs) {
      const deleted = await api.call('delete', `/pipelines/${child}`);
      assert.deepEqual([deleted.status, deleted.text], [200, '']);
      for (const path of [
        `/canary/${child}`,
        `/pipelines/${child}`,
        `/canaryResultArchive/${child}`,
      ]) {
        assert.equal((await api.call('get', path)).status, 404, path);
      }
      assert.equal((await api.call('delete', `/pipelines/${child}`)).status, 404);
      assert.equal((await api.call('put', `/pipelines/${child}/cancel`)).status, 404);
      const { body: listed } = await api.call(
        'get',
        '/canary/executions?application=again&limit=100',
      );
      assert.ok(!listed.some(({ pipelineId }: CanaryStatus) => pipelineId === child));
      const { body: ids } = await api.call('get', '/pipelines');
      assert.deepEqual([ids.includes(child), ids.includes(parent)], [false, true]);
      const pairs = await api.call('get', `/metricSetPairList/${metricSetPairListId}`);
      assert.equal(pairs.body.length, 2);
    }
    assert.deepEqual(await read(), before);
    assert.deepEqual(await pipelineOf(parent), shownBefore);
    const native = await api.call('get', `/api/v1/analyses/${parent}`);
    assert.equal(native.body.intervals.length, 2);
    assert.equal((await api.call('delete', `/pipelines/${parent}`)).status, 200);
    assert.equal((await api.call('get', `/standalone_canary_analysis/${parent}`)).status, 404);
    assert.equal((await api.call('delete', `/pipelines/${GHOST}`)).status, 404);
  });

  test('a canary of an analysis that has not ended is not deleted: 401 without a body', async () => {
    const silent = await startStubServer(() => 'never');
    const own = await startKayentaOn(silent.url, {
      ...OPERATOR,
      CANARY_LIMITS_SHUTDOWN_GRACE: '50ms',
    });
    const { body } = await own.call('post', '/standalone_canary_analysis', {
      body: {
        canaryConfig: CONFIG,
        executionRequest: {
          scopes: [
            {
              controlScope: 'base',
              experimentScope: 'ok',
              endTimeIso: new Date(NOW + 600_000).toISOString(),
            },
          ],
          thresholds: { pass: 90, marginal: 20 },
        },
      },
    });
    const parent = body.canaryAnalysisExecutionId as string;
    const child = await until(async () => {
      const { body: status } = await own.call('get', `/standalone_canary_analysis/${parent}`);
      return silent.requests.length > 0 ? (status.stageStatus[0].executionId as string) : undefined;
    });
    for (const id of [child, parent]) {
      const { status, text } = await own.call('delete', `/pipelines/${id}`);
      assert.deepEqual([status, text], [401, '']);
    }
    assert.equal((await own.call('put', `/pipelines/${child}/cancel`)).status, 202);
    await own.analysisEnded(parent);
    assert.equal((await own.call('delete', `/pipelines/${child}`)).status, 200);
    assert.equal((await own.analysisEnded(parent)).status, 'terminal');
    await own.close();
    await silent.close();
  });

  test('where standalone analyses are switched off, none starts as a pipeline either', async () => {
    const pipeline = await pipelineOf((await analysis('ok', 2)).pipelineId);
    const other = await startKayentaOn(api.prometheusUrl, {
      CANARY_KAYENTA_STANDALONE_ANALYSIS: 'false',
    });
    const { status, body } = await other.call('post', '/pipelines/start', { body: pipeline });
    await other.close();
    assert.equal(status, 400);
    assert.match(body.message, /switched off by kayenta\.standaloneAnalysis/);
  });
});
