// The calls of Orca's canary stage, with its parameters, and every field that it reads.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import supertest from 'supertest';
import {
  kayentaConfig,
  kayentaMetric,
  kayentaRequest,
  kayentaScope,
  startKayenta,
  startKayentaOn,
  type KayentaService,
} from '../support/kayenta.ts';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';
import { startStubServer } from '../../../support/stub-server.ts';

const PARENT = '01KF0PZZ0000000000000PARENT';
const WORDS = ['not_started', 'running', 'succeeded', 'terminal', 'canceled'];

describe('Orca', { skip: PROMETHEUS_SKIP }, () => {
  let api: KayentaService;
  let configId: string;
  before(async () => {
    api = await startKayenta();
    const { body } = await api.call('post', '/canaryConfig', { body: kayentaConfig('orca') });
    configId = body.canaryConfigId;
  });
  after(() => api.close());

  const query = `application=checkout&parentPipelineExecutionId=${PARENT}&metricsAccountName=prom-eu&configurationAccountName=configs-s3&storageAccountName=results-s3`;
  const start = (body: object, id = configId) =>
    api.call('post', `/canary/${id}?${query}`, { body: { ...body, siteLocal: {} } });

  test('9.1 starts a canary: 200 with canaryExecutionId, unknown keys tolerated', async () => {
    const { status, body } = await start({ ...kayentaRequest('ok'), other: { a: 1 } });
    assert.equal(status, 200);
    assert.match(body.canaryExecutionId, /^[0-9A-HJKMNP-TV-Z]{26}$/);
    assert.deepEqual(Object.keys(body), ['canaryExecutionId']);
    await api.ended(body.canaryExecutionId);
  });

  test('9.1 reads a healthy canary: every field that it takes for granted', async () => {
    const { body } = await start(kayentaRequest('ok'));
    const seen = new Set<string>();
    const ended = await api.ended(body.canaryExecutionId);
    seen.add(ended.status);
    assert.ok([...seen].every((word) => WORDS.includes(word)));
    assert.equal(ended.application, 'checkout');
    assert.equal(ended.parentPipelineExecutionId, PARENT);
    assert.equal(ended.pipelineId, body.canaryExecutionId);
    assert.equal(ended.status, 'succeeded');
    assert.equal(ended.exception, undefined);
    assert.deepEqual(Object.entries(ended.stageStatus ?? {}), [
      ['setupContext', 'succeeded'],
      ['fetchControl0', 'succeeded'],
      ['fetchControl1', 'succeeded'],
      ['fetchExperiment0', 'succeeded'],
      ['fetchExperiment1', 'succeeded'],
      ['mixMetrics', 'succeeded'],
      ['judge', 'succeeded'],
    ]);
    const { judgeResult, canaryDuration } = ended.result!;
    assert.equal(canaryDuration, 'PT50M');
    assert.deepEqual(judgeResult.score, {
      score: 100,
      classification: 'Pass',
      classificationReason: '',
    });
    for (const metric of judgeResult.results) {
      assert.equal(metric.controlMetadata.stats['count'], 51);
      assert.equal(metric.classification, 'Pass');
    }
    for (const name of ['buildTime', 'startTime', 'endTime'] as const) {
      assert.equal(Date.parse(ended[`${name}Iso`]!), ended[`${name}Millis`]);
    }
    const scopes = Object.values(ended.canaryExecutionRequest?.scopes ?? {});
    for (const { controlScope, experimentScope } of scopes) {
      for (const scope of [controlScope!, experimentScope!]) {
        assert.ok(Date.parse(scope.start!) < Date.parse(scope.end!));
      }
    }
    assert.deepEqual(
      [ended.metricsAccountName, ended.storageAccountName, ended.configurationAccountName],
      ['prom-eu', 'results-s3', 'configs-s3'],
    );
  });

  test('9.1 reads a faulty canary: the score falls with its group', async () => {
    const { body } = await start(kayentaRequest('bad'));
    const { status, result } = await api.ended(body.canaryExecutionId);
    assert.equal(status, 'succeeded');
    const { score, results } = result!.judgeResult;
    assert.deepEqual([score.score, score.classification], [40, 'Fail']);
    const [latency] = results;
    assert.deepEqual(
      [latency?.classification, latency?.classificationReason],
      ['High', 'latency was classified as High'],
    );
  });

  test('9.1 one who starts it sees it natively too: the analysis, its report and its label', async () => {
    const { body } = await start(kayentaRequest('ok'));
    await api.ended(body.canaryExecutionId);
    const native = await api.call('get', `/api/v1/analyses/${body.canaryExecutionId}`);
    assert.deepEqual(
      [native.body.verdict, native.body.config, native.body.labels],
      ['pass', 'orca', { application: 'checkout' }],
    );
    assert.equal((await supertest(api.url).get(native.body.links.report)).status, 200);
  });

  test('9.1 an unknown canary is 404 and stays so', async () => {
    const unknown = await api.call('get', '/canary/01KF0PZZ000000000000000000');
    assert.equal(unknown.status, 404);
    assert.equal(typeof unknown.body.message, 'string');
  });

  test('9.1 finds a config by name and application in the list, at once', async () => {
    await api.call('post', '/canaryConfig', { body: kayentaConfig('orca-by-name') });
    const { body } = await api.call('get', '/canaryConfig');
    for (const item of body) {
      assert.equal(typeof item.id, 'string');
      assert.equal(typeof item.name, 'string');
      assert.ok(Array.isArray(item.applications));
    }
    const found = body.filter(
      ({ name, applications }: { name: string; applications: string[] }) =>
        name === 'orca-by-name' && applications.includes('checkout'),
    );
    assert.equal(found.length, 1);
  });

  test('9.1 lists accounts with name and type', async () => {
    const { body } = await api.call('get', '/credentials');
    assert.deepEqual(
      body.map(({ name, type }: { name: string; type: string }) => [name, type]),
      [
        ['prom-eu', 'prometheus'],
        ['results-s3', 'canary-verdict'],
        ['configs-s3', 'canary-verdict'],
      ],
    );
  });

  test('9.1 cancels: 202 for any body and content type, again and after the end; 404 only when unknown', async () => {
    const stub = await startStubServer(() => 'never');
    const slow = await startKayentaOn(stub.url, { CANARY_LIMITS_SHUTDOWN_GRACE: '100ms' });
    const cancel = (id: string) =>
      fetch(`${slow.url}/pipelines/${id}/cancel`, {
        method: 'PUT',
        body: '""',
        headers: { 'content-type': 'text/plain' },
      });
    const { body } = await slow.call('post', '/canary?application=checkout', {
      body: { canaryConfig: kayentaConfig('slow'), executionRequest: kayentaRequest('ok') },
    });
    const first = await cancel(body.canaryExecutionId);
    assert.deepEqual([first.status, await first.text()], [202, '']);
    const ended = await slow.ended(body.canaryExecutionId);
    assert.deepEqual([ended.status, ended.complete, ended.result], ['canceled', true, undefined]);
    assert.equal((await cancel(body.canaryExecutionId)).status, 202);
    assert.equal((await cancel('01KF0PZZ000000000000000000')).status, 404);
    await slow.close();
    await stub.close();
  });

  test('a window of one instant is taken, with a warning in the native view', async () => {
    const { start: at } = kayentaScope('ok');
    const scope = kayentaScope('ok', { end: at });
    const scopes = { default: { controlScope: scope, experimentScope: scope } };
    const { body } = await start({ ...kayentaRequest('ok'), scopes });
    const native = await api.call('get', `/api/v1/analyses/${body.canaryExecutionId}`);
    assert.deepEqual(
      native.body.warnings.map(({ pointer }: { pointer: string }) => pointer),
      ['/scopes/default/controlScope/end', '/scopes/default/experimentScope/end'],
    );
  });

  test('a template that cannot be filled in ends the canary with its text, in the stage of its query', async () => {
    const config = kayentaConfig('broken-template', {
      metrics: [
        kayentaMetric('latency', 'avg(latency{app="${scope}"})'),
        kayentaMetric('broken', 'x{a="${namespace}"}'),
      ],
    });
    const { body: made } = await api.call('post', '/canaryConfig', { body: config });
    const { body } = await start(kayentaRequest('ok'), made.canaryConfigId);
    const ended = await api.ended(body.canaryExecutionId);
    assert.deepEqual([ended.status, ended.result], ['terminal', undefined]);
    const { exceptionType, operation, details } = ended.exception!;
    assert.deepEqual([exceptionType, operation], ['IllegalArgumentException', 'prometheusFetch']);
    const [error = ''] = details['errors'] as string[];
    const text =
      /^metric "broken", baseline: Problem evaluating custom filter template: (.*?) \((.*)\)$/.exec(
        error,
      );
    assert.equal(text?.[1], 'PromQL:x{a="${namespace}"}', error);
    assert.match(
      text?.[2] ?? '',
      /uses "namespace", which is not defined \(known: location, scope\)/,
    );
    assert.equal(ended.stageStatus?.['fetchControl0'], 'canceled'); // asked at the same time, and broken off
    assert.equal(ended.stageStatus?.['fetchControl1'], 'terminal');
    assert.deepEqual(
      [ended.stageStatus?.['mixMetrics'], ended.stageStatus?.['judge']],
      ['not_started', 'not_started'],
    );
  });

  test('a dead metric source ends the canary within the deadline, with the source’s own error', async () => {
    const stub = await startStubServer(() => ({ status: 500, body: 'down' }));
    const dead = await startKayentaOn(stub.url, { CANARY_LIMITS_EXECUTION_DEADLINE: '2s' });
    const begin = performance.now();
    const { body } = await dead.call('post', '/canary', {
      body: { canaryConfig: kayentaConfig('dead'), executionRequest: kayentaRequest('ok') },
    });
    const ended = await dead.ended(body.canaryExecutionId);
    assert.ok(performance.now() - begin < 6000);
    assert.equal(ended.status, 'terminal');
    assert.match(String(ended.exception!.details['errors']), /source "prom-eu" answered 500/);
    await dead.close();
    await stub.close();
  });

  test('an unknown judge ends the canary in Kayenta’s words', async () => {
    const judge = { name: 'ghost', judgeConfigurations: {} };
    const { body } = await api.call('post', '/canary', {
      body: {
        canaryConfig: kayentaConfig('judge', { judge }),
        executionRequest: kayentaRequest('ok'),
      },
    });
    const ended = await api.ended(body.canaryExecutionId);
    assert.deepEqual(ended.exception!.details['errors'], [
      "Unable to resolve canary judge 'ghost'.",
    ]);
    assert.deepEqual(
      [ended.stageStatus?.['mixMetrics'], ended.stageStatus?.['judge']],
      ['succeeded', 'terminal'],
    );
  });

  test('a start that cannot work is 400 in Kayenta’s words', async () => {
    const refusal = async (body: object, config?: object) => {
      const answer =
        config === undefined
          ? await start(body)
          : await api.call('post', '/canary', {
              body: { canaryConfig: config, executionRequest: body },
            });
      assert.equal(answer.status, 400, answer.text);
      return answer.body.message as string;
    };
    const request = kayentaRequest('ok');
    assert.match(
      await refusal(request, kayentaConfig('x', { metrics: [] })),
      /^The canary config must specify at least one metric\./,
    );
    assert.equal(
      await refusal({ thresholds: request.thresholds }),
      'Canary metrics require scopes, but no scopes were provided in the execution request.',
    );
    assert.equal(
      await refusal({ ...request, scopes: {} }),
      'Canary metrics require scopes which were not provided in the execution request: [default]',
    );
    assert.equal(
      await refusal({ ...request, scopes: { default: { controlScope: kayentaScope('a') } } }),
      'Canary scope for named scope default is missing experimentScope or controlScope keys',
    );
    const datadog = { ...kayentaMetric('a', 'b'), query: { type: 'datadog', metricName: 'x' } };
    assert.equal(
      await refusal(request, kayentaConfig('x', { metrics: [datadog] })),
      "Unable to resolve canary scope factory for 'datadog'.",
    );
    const unscoped = { ...kayentaMetric('a', 'b'), scopeName: null };
    assert.equal(
      await refusal(request, kayentaConfig('x', { metrics: [unscoped] })),
      "Canary scope for metric named 'a' is null.",
    );
    assert.equal(
      await refusal({ scopes: request.scopes }),
      'Execution request must contain thresholds',
    );
    const endless = {
      controlScope: kayentaScope('a', { end: null }),
      experimentScope: kayentaScope('b'),
    };
    assert.equal(
      await refusal({ ...request, scopes: { default: endless } }),
      'End time is required.',
    );
    const account = await api.call('post', `/canary/${configId}?metricsAccountName=ghost`, {
      body: request,
    });
    assert.deepEqual(
      [account.status, account.body],
      [400, { message: 'Unable to resolve account ghost.' }],
    );
    const storage = await api.call('post', `/canary/${configId}?storageAccountName=prom-eu`, {
      body: request,
    });
    assert.equal(storage.body.message, 'Unable to resolve storage service prom-eu.');
    const config = await api.call('post', '/canary/ghost', { body: request });
    assert.equal(config.status, 404);
  });
});
