// The routes that only people and scripts call: archive, lists, judging what is stored, pipelines, admin.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  kayentaConfig,
  kayentaMetric,
  kayentaRequest,
  startKayenta,
  startKayentaOn,
  type KayentaService,
} from '../support/kayenta.ts';
import { OPERATOR } from '../../../support/service.ts';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';
import { startWebhookReceiver } from '../../../support/webhook-receiver.ts';

const GHOST = '01KF0PZZ000000000000000000';

describe('maintenance routes', { skip: PROMETHEUS_SKIP }, () => {
  let api: KayentaService;
  before(async () => {
    api = await startKayenta(OPERATOR);
  });
  after(() => api.close());

  const canary = async (experiment = 'ok') => {
    const { body } = await api.call('post', '/canary?application=upkeep', {
      body: { canaryConfig: kayentaConfig('upkeep'), executionRequest: kayentaRequest(experiment) },
    });
    return api.ended(body.canaryExecutionId);
  };

  test('archived results: created once, replaced, read as canaries, deleted', async () => {
    const status = await canary();
    const id = 'old-result';
    const post = (query: string) =>
      api.call('post', `/canaryResultArchive?${query}`, { body: status });
    assert.deepEqual((await post(`pipelineId=${id}`)).body, { pipelineId: id });
    assert.deepEqual(
      [(await post(`pipelineId=${id}`)).body.message],
      [`Archived canary result '${id}' already exists.`],
    );
    assert.match((await post('')).body.pipelineId, /^[0-9a-f-]{36}$/);
    assert.deepEqual((await api.call('get', `/canaryResultArchive/${id}`)).body, status);
    assert.deepEqual((await api.call('get', `/canary/${id}`)).body, status);
    const own = await api.call('get', `/canaryResultArchive/${status.pipelineId}`);
    assert.deepEqual(own.body, status);
    const { body: list } = await api.call('get', '/canaryResultArchive');
    const listed = (wanted: unknown) => list.some((item: { id: string }) => item.id === wanted);
    assert.ok(listed(id) && listed(status.pipelineId));
    const lists = await api.call('get', '/metricSetPairList');
    assert.ok(lists.body.some((item: { id: string }) => item.id === status.metricSetPairListId));
    const put = (name: string) =>
      api.call('put', `/canaryResultArchive/${name}`, { body: { ...status, application: 'new' } });
    assert.equal((await put(id)).status, 200);
    assert.equal((await api.call('get', `/canary/${id}`)).body.application, 'new');
    assert.equal(
      (await put('ghost')).body.message,
      "Archived canary result 'ghost' does not exist.",
    );
    assert.equal((await api.call('delete', `/canaryResultArchive/${id}`)).status, 204);
    assert.equal((await api.call('get', `/canaryResultArchive/${id}`)).status, 404);
  });

  test('metric set lists and pair lists keep NaN, and what cannot be judged is refused', async () => {
    const sets = [
      { name: 'a', tags: {}, values: [1, 'NaN', '2'], attributes: {}, stepMillis: '60' },
    ];
    const made = await api.call('post', '/metricSetList?accountName=', { body: sets });
    const { body } = await api.call('get', `/metricSetList/${made.body.metricSetListId}`);
    assert.deepEqual(body, [{ ...sets[0], values: [1, 'NaN', 2], stepMillis: 60 }]);
    const { body: list } = await api.call('get', '/metricSetList');
    assert.equal(list[0].id, made.body.metricSetListId);
    const path = `/metricSetList/${made.body.metricSetListId}`;
    assert.equal((await api.call('delete', path)).status, 204);
    assert.equal((await api.call('get', path)).status, 404);
    const nulls = [{ name: 'a', values: { control: [null], experiment: [] } }];
    assert.equal((await api.call('post', '/metricSetPairList', { body: nulls })).status, 400);
  });

  test('judges what is stored: a posted pair list and that of a canary, with one judge or two', async () => {
    const config = kayentaConfig('judge-stored', {
      metrics: [kayentaMetric('latency', 'x')],
      classifier: { groupWeights: { latency: 100 } },
    });
    const { body: stored } = await api.call('post', '/canaryConfig', { body: config });
    const values = (level: number) => Array.from({ length: 20 }, (_, index) => level + (index % 5));
    const { body: posted } = await api.call('post', '/metricSetPairList', {
      body: [
        {
          name: 'latency',
          id: 'own',
          tags: {},
          values: { control: values(10), experiment: [...values(50), 'NaN'] },
        },
      ],
    });
    const judge = (listId: string, route = 'judge', more = '') =>
      api.call(
        'post',
        `/judges/${route}?canaryConfigId=${stored.canaryConfigId}&metricSetPairListId=${listId}&passThreshold=90&marginalThreshold=70${more}`,
      );
    const { status, body: result } = await judge(posted.metricSetPairListId);
    assert.deepEqual(
      [status, result.score.classification, result.results[0].id, result.results[0].classification],
      [200, 'Fail', 'own', 'High'],
    );
    const two = await judge(posted.metricSetPairListId, 'comparison');
    const { body: compared } = await api.call(
      'get',
      `/judges/comparison/${two.body.canaryExecutionId}`,
    );
    assert.deepEqual(compared.comparisonResult.judge1Result, result);
    assert.deepEqual(compared.comparisonResult.judge2Result, result);
    const bad = await judge(
      posted.metricSetPairListId,
      'comparison',
      '&overrideCanaryJudge2=ghost',
    );
    const { body: failed } = await api.call(
      'get',
      `/judges/comparison/${bad.body.canaryExecutionId}`,
    );
    assert.deepEqual(failed.exceptions['Perform Analysis with Judge 2'].details.errors, [
      "Unable to resolve canary judge 'ghost'.",
    ]);
    const asCanary = await api.call('get', `/canary/${two.body.canaryExecutionId}`);
    assert.match(asCanary.body.message, /^Unable to find StageExecution 'mixMetrics'/);
    assert.equal((await judge(GHOST)).status, 404);
    const missing = await api.call('post', '/judges/judge?canaryConfigId=x&metricSetPairListId=y');
    assert.match(missing.body.detail, /Required parameter 'passThreshold' is not present\./);
  });

  test('pipelines: listed, read and deleted once they have ended', async () => {
    const { pipelineId: id } = await canary();
    const { body: ids } = await api.call('get', '/pipelines');
    assert.ok(ids.includes(id));
    const { body: pipeline } = await api.call('get', `/pipelines/${id}`);
    assert.deepEqual(
      [pipeline.id, pipeline.status, pipeline.name, pipeline.application],
      [id, 'SUCCEEDED', 'Standard Canary Pipeline', 'upkeep'],
    );
    assert.equal((await api.call('delete', `/pipelines/${id}`)).status, 200);
    assert.equal((await api.call('delete', `/pipelines/${id}`)).status, 404);
    assert.equal((await api.call('get', `/canary/${id}`)).status, 404);
  });

  test('admin: a stopped instance lets canaries wait, a pipeline that runs is not deleted', async () => {
    const enable = (body: object) => api.call('post', '/admin/orca/instance/enabled', { body });
    assert.equal((await enable({})).body.message, "The field 'enabled' must be set.");
    assert.equal((await enable({ enabled: 'false' })).status, 200);
    const off = await api.call('get', '/ready');
    assert.deepEqual([off.status, off.body.ready], [503, false]);
    assert.match(off.body.reason, /switched off by POST \/admin\/orca\/instance\/enabled/);
    const { body } = await api.call('post', '/canary?application=waits', {
      body: { canaryConfig: kayentaConfig('waits'), executionRequest: kayentaRequest('ok') },
    });
    const id = body.canaryExecutionId as string;
    const { body: waiting } = await api.call('get', `/canary/${id}`);
    assert.deepEqual([waiting.complete, waiting.status], [false, 'not_started']);
    const refused = await api.call('delete', `/pipelines/${id}`);
    assert.deepEqual([refused.status, refused.text], [401, '']);
    assert.equal((await enable({ enabled: true })).status, 200);
    assert.equal((await api.call('get', '/ready')).status, 200);
    assert.equal((await api.ended(id)).status, 'succeeded');
  });

  test('without a token nobody deletes, replaces or switches anything, and with one it is logged', async () => {
    const open = await startKayentaOn(api.prometheusUrl);
    const tries = [
      await open.call('delete', `/pipelines/${GHOST}`),
      await open.call('post', '/admin/orca/instance/enabled', { body: { enabled: false } }),
      await open.call('put', '/canaryResultArchive/x', { body: await canary() }),
    ];
    const ready = await open.call('get', '/ready');
    await open.close();
    for (const { status, body } of tries) {
      assert.equal(status, 403);
      assert.match(body.message, /this service has no tokens .*: set server\.tokens$/);
    }
    assert.equal(ready.status, 200);
    const said = [
      'a pipeline was deleted',
      'judging is switched off',
      'judging goes on',
      'replaced',
    ];
    for (const what of said) {
      const line = api.log.find((text) => text.includes(what));
      assert.match(line ?? what, /"by":"ops"/);
    }
  });

  test('an analysis that started natively is visible here too', async () => {
    const submitted = await api.call('post', '/api/v1/analyses', {
      body: {
        config: {
          name: 'native',
          metrics: [
            { name: 'latency', query: { source: 'prometheus', promql: 'latency{app="${scope}"}' } },
          ],
        },
        baseline: { scope: 'base' },
        canary: { scope: 'ok' },
        window: {
          start: kayentaRequest('x').scopes.default.controlScope.start,
          end: kayentaRequest('x').scopes.default.controlScope.end,
        },
        labels: { application: 'native-app' },
      },
    });
    const ended = await api.ended(submitted.body.id);
    assert.deepEqual([ended.status, ended.application], ['succeeded', 'native-app']);
    assert.equal(ended.result?.canaryDuration, 'PT50M');
    assert.equal(ended.config?.metrics?.[0]?.query?.type, 'prometheus');
    const listed = await api.call('get', '/canary/executions?application=native-app');
    assert.equal(listed.body.length, 1);
  });
});

test(
  'a configured receiver hears of a canary that started here',
  { skip: PROMETHEUS_SKIP },
  async () => {
    const receiver = await startWebhookReceiver();
    const api = await startKayenta({
      CANARY_KAYENTA_CALLBACKS: `[{url: "${receiver.url}/hook", events: [analysis.completed]}]`,
    });
    const { body } = await api.call('post', '/canary', {
      body: { canaryConfig: kayentaConfig('hooked'), executionRequest: kayentaRequest('ok') },
    });
    const [event] = await receiver.waitForRequests(1);
    assert.equal(
      (JSON.parse(event!.body) as { data: { id: string } }).data.id,
      body.canaryExecutionId,
    );
    await api.close();
    await receiver.close();
  },
);
