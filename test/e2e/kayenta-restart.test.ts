// The process is killed in the middle of a canary and of a standalone analysis: both finish, with their ids.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kayentaConfig, kayentaRequest, startKayentaOn } from '../support/kayenta.ts';
import { canaryHistory } from '../support/kayenta-history.ts';
import { PROMETHEUS_SKIP, startPrometheus } from '../support/prometheus.ts';
import { until } from '../support/service.ts';
import { startStubServer } from '../support/stub-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test(
  'Argo 9.3, Orca 9.1: a restart in the middle loses neither canary nor analysis',
  {
    skip: PROMETHEUS_SKIP,
  },
  async () => {
    using directory = temporaryDirectory();
    const minuteMs = 1500;
    const prometheus = await startPrometheus(
      canaryHistory(Date.now() - 3_700_000, Date.now() + 120_000, 5000),
    );
    const silent = await startStubServer(() => 'never');
    const options = { directory: directory.path, rehearsal: { minuteMs } };
    const first = await startKayentaOn(
      silent.url,
      { CANARY_LIMITS_SHUTDOWN_GRACE: '50ms' },
      options,
    );
    const canary = await first.call('post', '/canary?application=checkout', {
      body: { canaryConfig: kayentaConfig('restart'), executionRequest: kayentaRequest('ok') },
    });
    const analysis = await first.call('post', '/standalone_canary_analysis', {
      body: {
        canaryConfig: kayentaConfig('restart'),
        executionRequest: {
          scopes: [{ controlScope: 'base', experimentScope: 'ok', step: 1 }],
          thresholds: { pass: 90, marginal: 70 },
          lifetimeDurationMins: 2,
          analysisIntervalMins: 1,
        },
      },
    });
    const canaryId = canary.body.canaryExecutionId as string;
    const analysisId = analysis.body.canaryAnalysisExecutionId as string;
    await until(async () => (silent.requests.length > 0 ? true : undefined));
    const { body: running } = await first.call('get', `/canary/${canaryId}`);
    assert.deepEqual(
      [running.status, running.stageStatus.setupContext, running.stageStatus.fetchControl0],
      ['running', 'succeeded', 'running'],
    );
    await first.close();

    const second = await startKayentaOn(prometheus.url, {}, options);
    const finished = await second.ended(canaryId);
    assert.deepEqual(
      [finished.pipelineId, finished.status, finished.buildTimeMillis],
      [canaryId, 'succeeded', running.buildTimeMillis],
    );
    const whole = await second.analysisEnded(analysisId);
    assert.deepEqual(
      [whole.pipelineId, whole.status, whole.canaryAnalysisExecutionResult?.canaryScores],
      [analysisId, 'succeeded', [100, 100]],
    );
    await second.close();
    await silent.close();
    await prometheus.stop();
  },
);
