// The calls of Deck through Gate: configs, manual analyses, lists and reports.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  kayentaConfig,
  kayentaMetric,
  kayentaRequest,
  kayentaScope,
  startKayenta,
  type KayentaService,
} from '../support/kayenta.ts';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';

describe('Gate and Deck', { skip: PROMETHEUS_SKIP }, () => {
  let api: KayentaService;
  before(async () => {
    api = await startKayenta();
  });
  after(() => api.close());

  const create = (config: object) => api.call('post', '/canaryConfig', { body: config });

  test('9.2 stores, reads, lists, replaces and deletes a config', async () => {
    const created = await create(
      kayentaConfig('deck', { createdTimestamp: 1768467600000, isNew: true }),
    );
    assert.equal(created.status, 200);
    const id = created.body.canaryConfigId as string;
    const { body: read } = await api.call('get', `/canaryConfig/${id}`);
    assert.deepEqual(
      [read.id, read.createdTimestamp, read.createdTimestampIso, read.updatedTimestamp],
      [id, 1768467600000, '2026-01-15T09:00:00Z', 1768467600000],
    );
    assert.equal(read.isNew, undefined);
    const replaced = await api.call('put', `/canaryConfig/${id}`, {
      body: { ...read, description: 'new' },
    });
    assert.deepEqual([replaced.status, replaced.body], [200, { canaryConfigId: id }]);
    const { body: second } = await api.call('get', `/canaryConfig/${id}`);
    assert.deepEqual([second.description, second.createdTimestamp], ['new', 1768467600000]);
    assert.ok(second.updatedTimestamp > 1768467600000);
    const listed = await api.call('get', '/canaryConfig?application=other,checkout');
    const [summary] = listed.body.filter((item: { id: string }) => item.id === id);
    assert.deepEqual(summary, {
      id,
      name: 'deck',
      updatedTimestamp: second.updatedTimestamp,
      updatedTimestampIso: second.updatedTimestampIso,
      applications: ['checkout'],
    });
    const none = await api.call('get', '/canaryConfig?application=other&application=more');
    assert.deepEqual(none.body, []);
    assert.equal((await api.call('delete', `/canaryConfig/${id}`)).status, 204);
    assert.equal((await api.call('delete', `/canaryConfig/${id}`)).status, 400);
    assert.equal((await api.call('get', `/canaryConfig/${id}`)).status, 404);
    const gone = await api.call('put', `/canaryConfig/${id}`, { body: read });
    assert.deepEqual(
      [gone.status, gone.body.message],
      [400, `Canary config '${id}' does not exist.`],
    );
  });

  test('9.2 every query carries type and serviceType; unknown keys are dropped', async () => {
    const metric = kayentaMetric('a', 'x');
    const config = kayentaConfig('deck-query', {
      metrics: [{ ...metric, isNew: true, query: { ...metric.query, queryType: 'promql' } }],
    });
    const { body } = await create(config);
    const { body: read } = await api.call('get', `/canaryConfig/${body.canaryConfigId}`);
    assert.deepEqual(read.metrics, [metric]);
  });

  test('9.2 validates in Kayenta’s order and words', async () => {
    const refusal = async (changes: object) => {
      const { status, body } = await create(kayentaConfig('deck-invalid', { ...changes }));
      assert.equal(status, 400);
      assert.deepEqual(Object.keys(body), ['message']);
      return body.message as string;
    };
    const metric = kayentaMetric('a', 'x');
    assert.equal(
      await refusal({ name: '', applications: [] }),
      'Canary config must specify a name.',
    );
    assert.equal(
      await refusal({ name: 'a b', applications: null }),
      'Canary config must specify at least one application.',
    );
    assert.equal(
      await refusal({ name: 'a b' }),
      "Canary config cannot be named 'a b'. Names must contain only letters, numbers, dashes (-) and underscores (_).",
    );
    assert.equal(
      await refusal({ metrics: [{ ...metric, name: '' }] }),
      'Metric config must specify a name.',
    );
    assert.equal(
      await refusal({ metrics: [metric, metric] }),
      "Metric config name must be unique. 'a' is duplicated.",
    );
    assert.equal((await create(kayentaConfig('with,comma'))).status, 200);
    assert.equal((await create({ ...kayentaConfig('with.id'), name: 'x', id: 'a.b' })).status, 200);
    assert.equal((await api.call('get', '/canaryConfig/a.b/')).body.id, 'a.b');
    assert.equal(await refusal({ id: 'a.b', name: 'y' }), "Canary config 'a.b' already exists.");
  });

  test('9.2 a name is unique among configs that share an application', async () => {
    const two = { applications: ['cart', 'search'] };
    assert.equal((await create(kayentaConfig('same', two))).status, 200);
    const second = await create(kayentaConfig('same', { applications: ['search', 'other'] }));
    assert.deepEqual(
      [second.status, second.body.message],
      [
        400,
        "Canary config with name 'same' already exists in the scope of applications [search, other].",
      ],
    );
    const elsewhere = await create(kayentaConfig('same', { applications: ['elsewhere'] }));
    assert.equal(elsewhere.status, 200);
    const id = elsewhere.body.canaryConfigId as string;
    const moved = await api.call('put', `/canaryConfig/${id}`, {
      body: kayentaConfig('same', two),
    });
    assert.equal(moved.status, 400);
    assert.deepEqual((await api.call('get', `/canaryConfig/${id}`)).body.applications, [
      'elsewhere',
    ]);
  });

  test('9.2 scalars are coerced, dates and templates come in every form', async () => {
    const body = `{"name":"coerced","configVersion":1.0,"applications":["checkout",7],"createdTimestamp":"1768467600000.0"}`;
    const post = (text: string) =>
      api.call('post', '/canaryConfig', {
        body: text,
        headers: { 'content-type': 'application/json' },
      });
    const refused = await post(body);
    assert.equal(refused.status, 400);
    const made = await post(body.replace('"1768467600000.0"', '1768467600000.9'));
    const { body: read } = await api.call('get', `/canaryConfig/${made.body.canaryConfigId}`);
    assert.deepEqual(
      [read.configVersion, read.applications, read.createdTimestamp, read.metrics],
      ['1.0', ['checkout', '7'], 1768467600000, []],
    );
    const list = await post('{"name":["a"],"applications":["b"]}');
    assert.equal(list.status, 400);
    const unknown = await post('{"name":"a","metrics":[{"query":{"type":"ghost"}}]}');
    assert.equal(unknown.status, 400);
    const text = await api.call('post', '/canaryConfig', {
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    });
    assert.deepEqual(
      [text.status, text.body.title, text.body.instance],
      [415, 'Unsupported Media Type', '/canaryConfig'],
    );
    const broken = await post('{"name":');
    assert.deepEqual([broken.status, broken.body.title], [400, 'Bad Request']);
  });

  test('9.2 lists judges with visible, sources, accounts whose supportedTypes are lists', async () => {
    const { body: judges } = await api.call('get', '/judges');
    assert.deepEqual(judges[0], { name: 'NetflixACAJudge-v1.0', visible: true });
    const { body: sources } = await api.call('get', '/metricsServices');
    assert.deepEqual(sources, [
      { name: 'prom-eu', type: 'prometheus', locations: [], recommendedLocations: [] },
    ]);
    const { body: accounts } = await api.call('get', '/credentials/');
    assert.deepEqual(accounts[0], {
      name: 'prom-eu',
      type: 'prometheus',
      supportedTypes: ['METRICS_STORE'],
      locations: [],
      recommendedLocations: [],
      endpoint: { baseUrl: api.prometheusUrl },
    });
    assert.deepEqual(accounts[1].supportedTypes, ['OBJECT_STORE']);
  });

  test('9.2 searches metric names with filter and account', async () => {
    const find = (query: string) => api.call('get', `/metadata/metricsService?${query}`);
    const { body } = await find('filter=LATEN&metricsAccountName=prom-eu');
    assert.deepEqual(body, [{ name: 'latency' }]);
    assert.equal((await find('metricsAccountName=')).body.length, 2);
    assert.equal((await find('metricsAccountName=ghost')).status, 400);
  });

  test('9.2 a manual analysis: start, executions newest first, report data with equal ids', async () => {
    const { body: made } = await create(kayentaConfig('manual', { applications: ['manual-app'] }));
    const ids: string[] = [];
    for (const experiment of ['ok', 'bad']) {
      const started = await api.call(
        'post',
        `/canary/${made.canaryConfigId}?application=manual-app&metricsAccountName=prom-eu&storageAccountName=results-s3`,
        { body: kayentaRequest(experiment) },
      );
      await api.ended(started.body.canaryExecutionId);
      ids.push(started.body.canaryExecutionId);
    }
    const list = (query: string) =>
      api.call(
        'get',
        `/canary/executions?application=manual-app&storageAccountName=results-s3${query}`,
      );
    const { body: all } = await list('&limit=20');
    assert.deepEqual(
      all.map(({ pipelineId }: { pipelineId: string }) => pipelineId),
      ids.toReversed(),
    );
    const [newest] = all;
    assert.equal(newest.config.name, 'manual');
    assert.equal(newest.config.metrics[0].query.serviceType, 'prometheus');
    assert.equal(
      newest.config.metrics[0].query.customInlineTemplate,
      'PromQL:avg(latency{app="$\\{scope}"})',
    );
    assert.equal(newest.result.judgeResult.score.score, 40);
    assert.equal(newest.canaryExecutionRequest.thresholds.pass, 90);
    assert.ok(newest.startTimeIso);
    assert.equal((await list('&limit=1&page=2')).body[0].pipelineId, ids[0]);
    assert.equal((await list('&statuses=succeeded, TERMINAL')).body.length, 2);
    assert.deepEqual((await list('&statuses=running')).body, []);
    assert.equal((await list('&statuses=ghost')).status, 400);
    const pairs = await api.call(
      'get',
      `/metricSetPairList/${newest.metricSetPairListId}?accountName=results-s3`,
    );
    assert.deepEqual(
      pairs.body.map(({ id }: { id: string }) => id),
      newest.result.judgeResult.results.map(({ id }: { id: string }) => id),
    );
    const [pair] = pairs.body;
    assert.deepEqual(Object.keys(pair.values), ['control', 'experiment']);
    assert.deepEqual(
      [pair.scopes.control.stepMillis, pair.scopes.experiment.startTimeMillis],
      [60_000, Date.parse(kayentaScope('x').start)],
    );
    assert.match(pair.attributes.experiment.query, /^avg\(latency\{app="bad"\}\)$/);
    const one = await api.call(
      'get',
      `/metricSetPairList/${newest.metricSetPairListId}/${pair.id}`,
    );
    assert.deepEqual(one.body, pair);
    const none = await api.call('get', `/metricSetPairList/${newest.metricSetPairListId}/ghost`);
    assert.deepEqual([none.status, none.text], [404, '']);
  });

  test('9.2 tries a query out, and shows it with dryRun', async () => {
    const times = kayentaScope('ok');
    const query = new URLSearchParams({
      metricsAccountName: 'prom-eu',
      metricSetName: 'latency',
      metricName: 'latency',
      step: '60',
      scope: 'ok',
      labelBindings: 'zone="a"',
      customFilter: 'app="${scope}"',
      start: times.start,
      end: times.end,
    });
    const dry = await api.call('post', `/fetch/prometheus/query?${query.toString()}&dryRun=true`);
    assert.deepEqual(dry.body, { query: 'avg(latency{app="ok",zone="a"})' });
    const run = await api.call('post', `/fetch/prometheus/query?${query.toString()}`);
    const { body: sets } = await api.call('get', `/metricSetList/${run.body.metricSetListId}`);
    assert.deepEqual([sets.length, sets[0].name, sets[0].values.length], [1, 'latency', 51]);
    assert.equal(sets[0].endTimeMillis, Date.parse(times.end) + 60_000);
    query.delete('start');
    const endless = await api.call('post', `/fetch/prometheus/query?${query.toString()}`);
    assert.deepEqual([endless.status, endless.body.message], [400, 'Start time is required.']);
    query.delete('metricSetName');
    const nameless = await api.call('post', `/fetch/prometheus/query?${query.toString()}`);
    assert.match(nameless.body.detail, /Required parameter 'metricSetName' is not present\./);
    assert.equal((await api.call('post', `/fetch/datadog/query?${query.toString()}`)).status, 400);
  });
});
