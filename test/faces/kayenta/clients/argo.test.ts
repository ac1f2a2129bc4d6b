// The calls of Argo Rollouts' kayenta provider: empty parameters, its storage account everywhere.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  kayentaConfig,
  startKayenta,
  startKayentaOn,
  UNDECIDABLE,
  type KayentaService,
} from '../support/kayenta.ts';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

describe('Argo Rollouts', { skip: PROMETHEUS_SKIP }, () => {
  let api: KayentaService;
  let configId: string;
  before(async () => {
    api = await startKayenta();
    const { body } = await api.call('post', '/canaryConfig', { body: kayentaConfig('argo') });
    configId = body.canaryConfigId;
  });
  after(() => api.close());

  const scope = (name: string) => ({
    scope: name,
    location: '',
    step: 60,
    start: new Date(Date.now() - 3_000_000).toISOString().replace(/\.\d+Z$/, '+00:00'),
    end: new Date(Date.now() - 600_000).toISOString().replace(/\.\d+Z$/, '+00:00'),
  });
  const body = (experiment: string) => ({
    scopes: { default: { controlScope: scope('base'), experimentScope: scope(experiment) } },
    thresholds: { pass: 90, marginal: 75 },
  });
  const start = (experiment: string, accounts: string) =>
    api.call('post', `/canary/${configId}?application=checkout&${accounts}`, {
      body: body(experiment),
    });

  test('9.3 the list: a storage account as configurationAccountName, integers, names as texts', async () => {
    const listed = await api.call(
      'get',
      '/canaryConfig?application=checkout&configurationAccountName=results-s3',
    );
    assert.equal(listed.status, 200);
    const [item] = listed.body.filter(({ name }: { name: string }) => name === 'argo');
    assert.equal(item.id, configId);
    assert.ok(Number.isInteger(item.updatedTimestamp));
    assert.deepEqual(item.applications, ['checkout']);
    const empty = await api.call('get', '/canaryConfig?application=&configurationAccountName=');
    assert.deepEqual([empty.status, empty.body.length > 0], [200, true]);
  });

  test('9.3 starts with empty accounts and empty locations, exactly 200', async () => {
    const { status, body: started } = await start(
      'ok',
      'metricsAccountName=&configurationAccountName=&storageAccountName=',
    );
    assert.equal(status, 200);
    assert.ok(started.canaryExecutionId);
    const ended = await api.ended(started.canaryExecutionId);
    assert.equal(ended.complete, true);
    assert.equal(typeof ended.result!.judgeResult.score.score, 'number');
    assert.equal(ended.metricsAccountName, 'prom-eu');
  });

  test('9.3 the score decides: a faulty canary is below its thresholds', async () => {
    const accounts =
      'metricsAccountName=prom-eu&configurationAccountName=results-s3&storageAccountName=results-s3';
    const { body: started } = await start('bad', accounts);
    const ended = await api.ended(started.canaryExecutionId);
    assert.equal(Math.trunc(ended.result!.judgeResult.score.score), 40);
  });

  test('9.3 what was not decided is neither a success nor a failure', async () => {
    const judge = { name: 'SequentialJudge-v1.0', judgeConfigurations: UNDECIDABLE };
    const executionRequest = body('ok');
    const { controlScope, experimentScope } = executionRequest.scopes.default;
    // sides of different times are not alike to the last digit
    const half = new Date(Date.now() - 1_800_000).toISOString();
    controlScope.end = half;
    experimentScope.start = half;
    const { body: started } = await api.call('post', '/canary', {
      body: { canaryConfig: kayentaConfig('open', { judge }), executionRequest },
    });
    const ended = await api.ended(started.canaryExecutionId);
    const { score, results } = ended.result!.judgeResult;
    assert.equal(ended.status, 'succeeded');
    assert.ok(
      score.score > 75 && score.score < 90,
      `${score.score}, where Argo calls it inconclusive: ${score.classificationReason}`,
    );
    assert.equal(score.classification, 'Marginal');
    assert.match(score.classificationReason, /^undecided: no regression was found/);
    assert.deepEqual(
      results.map(({ classification }) => classification),
      ['Nodata', 'Nodata'],
    );
    assert.match(results[0]!.classificationReason!, /latency is .*would have been found/);
  });

  test("9.3 nor is a canary without data, unless the judge is Kayenta's own", async () => {
    const scoreUnder = async (name: string) => {
      const { body: started } = await api.call('post', '/canary', {
        body: {
          canaryConfig: kayentaConfig('gone', { judge: { name, judgeConfigurations: {} } }),
          executionRequest: body('ghost'),
        },
      });
      return (await api.ended(started.canaryExecutionId)).result!.judgeResult.score.score;
    };
    for (const name of ['SequentialJudge-v1.0', 'MannWhitneyJudge-v2.0']) {
      assert.equal(await scoreUnder(name), 82.5, name);
    }
    assert.equal(await scoreUnder('NetflixACAJudge-v1.0'), 0);
  });

  test('9.3 a canary without a result is complete without a score', async () => {
    const { body: started } = await start('ok', 'metricsAccountName=');
    await api.call('put', `/pipelines/${started.canaryExecutionId}/cancel`);
    const ended = await api.ended(started.canaryExecutionId);
    assert.equal(ended.complete, true);
    assert.equal(ended.result === undefined, ended.status === 'canceled');
  });

  test('9.3 a base address that ends in a slash makes two of them', async () => {
    const listed = await fetch(`${api.url}//canaryConfig?application=checkout`);
    assert.equal(listed.status, 200);
    const unknown = await fetch(`${api.url}//canary//nobody`);
    assert.deepEqual(
      [unknown.status, await unknown.json()],
      [404, { message: 'No PIPELINE found for nobody' }],
    );
  });

  test('9.3 an application may have a space in its name, which Argo does not escape', async () => {
    const config = kayentaConfig('spaced', { applications: ['my shop'] });
    const { body: created } = await api.call('post', '/canaryConfig', { body: config });
    const listed = await api.call('get', '/canaryConfig?application=my%20shop');
    assert.deepEqual(
      listed.body.map(({ id }: { id: string }) => id),
      [created.canaryConfigId],
    );
  });

  test('9.3 a refusal is one line', async () => {
    const metrics = Array.from({ length: 50 }, (_, i) => ({ name: `metric ${i}`, scopeName: 7 }));
    const { status, body: refusal } = await api.call('post', '/canary', {
      body: { canaryConfig: kayentaConfig('long', { metrics }), executionRequest: body('ok') },
    });
    assert.equal(status, 400);
    assert.ok(refusal.message.length <= 400, refusal.message);
  });

  test('9.3 a config of the native API is named like any other, and judged as it is', async () => {
    const latency = { source: 'prometheus', promql: 'avg(latency{app="${scope}"})' };
    const native = {
      name: 'own.golden',
      applications: ['checkout'],
      metrics: [{ name: 'latency', direction: 'increase', query: latency }],
    };
    const stored = await api.call('post', '/api/v1/configs', { body: native });
    assert.equal(stored.status, 201, stored.text);
    const named = async (application: string) =>
      (await api.call('get', `/canaryConfig?application=${application}`)).body.find(
        ({ name }: { name: string }) => name === native.name,
      );
    assert.equal(await named('other'), undefined);
    const { id, applications, updatedTimestamp } = await named('checkout');
    assert.deepEqual([id, applications], ['native:own.golden', ['checkout']]);
    assert.ok(Number.isInteger(updatedTimestamp));
    const shown = await api.call('get', `/canaryConfig/${id}`);
    assert.equal(shown.body.metrics[0].query.customInlineTemplate, `PromQL:${latency.promql}`);

    const { body: started } = await api.call('post', `/canary/${id}?application=checkout`, {
      body: body('bad'),
    });
    const ended = await api.ended(started.canaryExecutionId);
    assert.deepEqual(
      [ended.canaryConfigId, ended.result!.judgeResult.judgeName],
      [id, 'SequentialJudge-v1.0'],
    );
    assert.equal(ended.result!.judgeResult.results[0]!.classification, 'High');
  });

  test('9.3 and is read-only there', async () => {
    const id = 'native:own.golden';
    const answers = [
      await api.call('put', `/canaryConfig/${id}`, { body: kayentaConfig('own') }),
      await api.call('delete', `/canaryConfig/${id}`),
      await api.call('post', '/canaryConfig', { body: { ...kayentaConfig('own'), id } }),
    ];
    for (const { status, body: refusal } of answers) {
      assert.equal(status, 400);
      assert.match(refusal.message, /read-only here: change it at \/api\/v1\/configs\/own\.golden/);
    }
    const gone = await api.call('post', '/canary/native:nobody', { body: body('ok') });
    assert.deepEqual([gone.status, gone.body.message], [404, 'No such object named native:nobody']);
  });

  test('9.3 the status is still there after a restart, without storageAccountName', async () => {
    using directory = temporaryDirectory();
    const place = { directory: directory.path };
    const first = await startKayentaOn(api.prometheusUrl, {}, place);
    const { body: started } = await first.call('post', '/canary', {
      body: { canaryConfig: kayentaConfig('restart'), executionRequest: body('ok') },
    });
    const before = await first.ended(started.canaryExecutionId);
    await first.close();
    const second = await startKayentaOn(api.prometheusUrl, {}, place);
    const after = await second.call('get', `/canary/${started.canaryExecutionId}`);
    await second.close();
    assert.deepEqual([after.status, after.body], [200, before]);
  });
});
