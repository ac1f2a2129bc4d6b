// Flagger's scheduler and HTTP client, by their rules, over examples/flagger/canary.yaml.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';
import { readExample } from '../support/examples.ts';
import {
  createFlaggerClient,
  parseCanary,
  type CanaryObject,
  type FlaggerCanary,
  type FlaggerClient,
} from '../support/flagger-client.ts';
import { startGates, type GatesService, type Outcome } from '../support/gates.ts';
import { startWorld } from '../support/world.ts';

describe('Flagger', { skip: PROMETHEUS_SKIP }, () => {
  let api: GatesService;
  before(async () => {
    api = await startGates();
  });
  after(() => api.close());

  /** The example under another name, over a window in the past instead of ten minutes to come. */
  function canaryFor(url: string, name: string, outcome: Outcome): CanaryObject {
    const canary = parseCanary(readExample('flagger/canary.yaml', url));
    canary.metadata.name = name;
    const [start] = canary.spec.analysis.webhooks;
    assert.deepEqual([start!.type, start!.metadata!['config']], ['rollout', 'checkout']);
    start!.metadata = api.parametersFor(outcome);
    return canary;
  }

  /** Ticks until there is nothing to wait for; a tick of a minute lasts as long as it takes to ask again. */
  async function reconcile(
    { canary, tick }: FlaggerClient,
    until: (canary: FlaggerCanary) => boolean,
    ticks = 10_000,
  ): Promise<void> {
    for (let count = 0; count < ticks && !until(canary); count += 1) {
      await tick();
      await delay(5);
    }
    assert.ok(until(canary), JSON.stringify(canary));
  }
  const hasEnded = ({ phase }: FlaggerCanary) => phase === 'Succeeded' || phase === 'Failed';

  test('hooks: a pass is promoted', async () => {
    const client = createFlaggerClient(canaryFor(api.url, 'passes', 'pass'), 'c1');
    await reconcile(client, hasEnded);
    assert.deepEqual([client.canary.phase, client.canary.failedChecks], ['Succeeded', 0]);
    assert.ok(client.canary.events.includes('Advance canary weight 50'));
    assert.equal((await api.analysesOf('shop/passes/c1')).length, 1);
  });

  test('hooks: a fail is rolled back, whatever the threshold', async () => {
    const object = canaryFor(api.url, 'fails', 'fail');
    object.spec.analysis.threshold = 1000;
    const client = createFlaggerClient(object, 'c1');
    await reconcile(client, hasEnded);
    assert.equal(client.canary.phase, 'Failed');
    assert.ok(client.canary.failedChecks <= 1);
  });

  test('hooks: without the rollback hook a fail is rolled back by the threshold, with the reason', async () => {
    const object = canaryFor(api.url, 'fails-slowly', 'fail');
    const { analysis } = object.spec;
    analysis.webhooks = analysis.webhooks.filter(({ type }) => type !== 'rollback');
    const client = createFlaggerClient(object, 'c1');
    await reconcile(client, hasEnded);
    assert.deepEqual([client.canary.phase, client.canary.failedChecks], ['Failed', 5]);
    assert.match(
      client.canary.events.at(-1)!,
      /rollout start failed fail: score 40 .*\/analyses\//,
    );
  });

  for (const outcome of ['running', 'nodata', 'undecided', 'marginal', 'error'] as const) {
    test(`hooks: ${outcome} waits for a person, and spends no failed check`, async () => {
      const client = createFlaggerClient(canaryFor(api.url, `waits-${outcome}`, outcome), 'c1');
      await reconcile(client, ({ phase }) => phase === 'WaitingPromotion');
      await api.reached(`shop/waits-${outcome}/c1`, outcome);
      for (let count = 0; count < 10; count += 1) await client.tick();
      const { phase, weight, failedChecks } = client.canary;
      assert.deepEqual([phase, weight, failedChecks], ['WaitingPromotion', 50, 0]);
    });
  }

  test('hooks: a config that does not exist fails the checks, and says why', async () => {
    const object = canaryFor(api.url, 'typo', 'pass');
    object.spec.analysis.webhooks[0]!.metadata!['config'] = 'nothing';
    const client = createFlaggerClient(object, 'c1');
    await reconcile(client, hasEnded);
    assert.equal(client.canary.phase, 'Failed');
    assert.match(client.canary.events.at(-1)!, /there is no config "nothing"/);
  });

  test('hooks: the same canary from two controllers at once has one analysis', async () => {
    const clients = [1, 2].map(() =>
      createFlaggerClient(canaryFor(api.url, 'double', 'running'), 'c1'),
    );
    await Promise.all(
      clients.map((client) => reconcile(client, ({ phase }) => phase === 'WaitingPromotion')),
    );
    assert.equal((await api.analysesOf('shop/double/c1')).length, 1);
  });

  test('hooks: a spec that is rolled out again is judged again', async () => {
    const client = (outcome: Outcome) =>
      createFlaggerClient(canaryFor(api.url, 'again', outcome), 'c1');
    const first = client('fail');
    await reconcile(first, hasEnded);
    const second = client('pass');
    await reconcile(second, hasEnded);
    assert.deepEqual([first.canary.phase, second.canary.phase], ['Failed', 'Succeeded']);
    assert.equal((await api.analysesOf('shop/again/c1')).length, 2);
  });

  test('hooks: a restart in the middle loses at most the check of that tick', async (context) => {
    const world = await startWorld(context, api.prometheusUrl);
    world.hang();
    const client = createFlaggerClient(canaryFor(world.url, 'restart', 'pass'), 'c1');
    await reconcile(client, ({ weight }) => weight === 20);
    const started = await world.analyses();
    assert.equal(started.length, 1);
    await world.kill();
    await client.tick();
    assert.deepEqual([client.canary.phase, client.canary.failedChecks], ['Progressing', 1]);
    await world.comeBack();
    await reconcile(client, hasEnded);
    assert.deepEqual([client.canary.phase, client.canary.failedChecks], ['Succeeded', 1]);
    assert.deepEqual(await world.analyses(), started);
  });

  test('the example itself starts ten minutes with a look each minute', async () => {
    const client = createFlaggerClient(
      parseCanary(readExample('flagger/canary.yaml', api.url)),
      'c1',
    );
    await reconcile(client, ({ weight }) => weight === 20);
    const [started] = await api.analysesOf('shop/podinfo/c1');
    const { body } = await api.call('get', started!.links.self);
    const { baseline, canary } = body.scopes.default;
    assert.deepEqual(
      [body.window.duration, body.window.interval, baseline.scope, canary.scope],
      ['10m', '1m', 'podinfo-primary', 'podinfo'],
    );
    assert.equal(client.canary.failedChecks, 0);
  });
});
