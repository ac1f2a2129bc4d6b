// The calls of Referee: inline configs, no account parameters, series with gaps.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  kayentaConfig,
  kayentaMetric,
  kayentaRequest,
  NOW,
  startKayenta,
  type KayentaService,
} from '../support/kayenta.ts';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';

describe('Referee', { skip: PROMETHEUS_SKIP }, () => {
  let api: KayentaService;
  before(async () => {
    api = await startKayenta();
  });
  after(() => api.close());

  const start = (canaryConfig: object, experiment = 'ok') =>
    api.call('post', '/canary?metricsAccountName=prom-eu&storageAccountName=results-s3', {
      body: { canaryConfig, executionRequest: kayentaRequest(experiment) },
    });

  test('9.4 an inline config is not held to the rules for stored names', async () => {
    const { status, body } = await start(kayentaConfig('a name, with everything!', { id: null }));
    assert.equal(status, 200);
    const ended = await api.ended(body.canaryExecutionId);
    assert.deepEqual(
      [ended.application, ended.canaryConfigId, 'configurationAccountName' in ended],
      ['ad-hoc', 'ad-hoc', false],
    );
    assert.ok(ended.canaryExecutionRequest?.scopes?.['default']);
    const listed = await api.call('get', '/canary/executions');
    assert.equal(listed.body[0].pipelineId, body.canaryExecutionId);
  });

  test('9.4 gaps and impossible ratios are the text "NaN", never null', async () => {
    const config = kayentaConfig('gaps', {
      metrics: [
        kayentaMetric('nothing', 'nothing{app="${scope}"}'),
        kayentaMetric('zero', 'avg(latency{app="${scope}"}) * 0 + (time() % 2)'),
      ],
    });
    const { body } = await start(config);
    const ended = await api.ended(body.canaryExecutionId);
    const pairs = await api.call('get', `/metricSetPairList/${ended.metricSetPairListId}`);
    const [nothing] = pairs.body;
    assert.deepEqual(new Set(nothing.values.control), new Set(['NaN']));
    assert.equal(nothing.values.control.length, 50);
    assert.ok(!pairs.text.includes('null'));
    assert.match(nothing.attributes.experiment.query, /nothing\{app="ok"\}/);
  });

  test('only values that were there count, also where gaps would count as zero', async () => {
    const sparse = 'avg(latency{app="${scope}"}) and on() (vector(time()) % 600 < 300)';
    const config = kayentaConfig('sparse', {
      metrics: [kayentaMetric('sparse', sparse, { nanStrategy: 'replace' })],
    });
    const { body } = await start(config);
    const ended = await api.ended(body.canaryExecutionId);
    const [metric] = ended.result!.judgeResult.results;
    const { count, min } = metric!.controlMetadata.stats;
    assert.ok(Number(count) > 20 && Number(count) < 31, String(count));
    assert.ok(Number(min) > 40, 'no gap became a zero');
  });

  test('9.4 an exception always has its list of texts', async () => {
    const { body } = await start(kayentaConfig('x', { metrics: [kayentaMetric('a', 'avg(')] }));
    const ended = await api.ended(body.canaryExecutionId);
    const { errors, error, stackTrace } = ended.exception!.details;
    assert.ok(Array.isArray(errors) && errors.length === 1);
    assert.deepEqual([typeof error, typeof stackTrace], ['string', 'string']);
    assert.match(String(errors), /parse error/);
  });

  test('9.4 a standalone report: runCanary stages, results, series, all without accounts', async () => {
    const times = {
      startTimeIso: new Date(NOW - 3_600_000).toISOString(),
      endTimeIso: new Date(NOW - 2_400_000).toISOString(),
    };
    const started = await api.call('post', '/standalone_canary_analysis', {
      body: {
        canaryConfig: kayentaConfig('report'),
        executionRequest: {
          scopes: [{ controlScope: 'base', experimentScope: 'ok', ...times }],
          thresholds: { pass: 90, marginal: 70 },
          analysisIntervalMins: 10,
          siteLocal: { applicationMetadata: { team: 'shop' } },
        },
      },
    });
    const ended = await api.analysisEnded(started.body.canaryAnalysisExecutionId);
    const runs = ended.stageStatus.filter(({ type }) => type === 'runCanary');
    assert.deepEqual(
      runs.map(({ name, status }) => [name, status]),
      [
        ['Run Canary #1', 'SUCCEEDED'],
        ['Run Canary #2', 'SUCCEEDED'],
      ],
    );
    const { canaryExecutionResults: results, canaryScores } = ended.canaryAnalysisExecutionResult!;
    assert.deepEqual(
      results.map(({ executionId }) => executionId),
      runs.map(({ executionId }) => executionId),
    );
    assert.deepEqual(canaryScores, [100, 100]);
    for (const { metricSetPairListId, result } of results) {
      const pairs = await api.call('get', `/metricSetPairList/${metricSetPairListId}`);
      assert.deepEqual(
        pairs.body.map(({ id }: { id: string }) => id),
        result!.judgeResult.results.map(({ id }) => id),
      );
    }
    assert.equal(ended.canaryAnalysisExecutionRequest?.scopes?.[0]?.scopeName, 'default');
    assert.deepEqual(ended.canaryAnalysisExecutionRequest.siteLocal, {
      applicationMetadata: { team: 'shop' },
    });
    assert.equal(ended.canaryConfig?.name, 'report');
    const plain = await api.call('get', `/canary/${ended.pipelineId}`);
    assert.match(plain.body.message, /^Only named pipelines of 'Standard Canary Pipeline'/);
  });
});
