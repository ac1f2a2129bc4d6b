// Orca's webhook stage, by its rules, over examples/spinnaker/webhook-stage.json.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';
import { readExample } from '../support/examples.ts';
import { startGates, type GatesService, type Outcome } from '../support/gates.ts';
import {
  createOrcaStage,
  evaluate,
  type OrcaStage,
  type StageStatus,
  type WebhookStage,
} from '../support/orca-webhook.ts';
import { startWorld } from '../support/world.ts';

describe('the webhook stage of Spinnaker', { skip: PROMETHEUS_SKIP }, () => {
  let api: GatesService;
  before(async () => {
    api = await startGates();
  });
  after(() => api.close());

  const example = (url: string, executionId: string) =>
    JSON.parse(
      evaluate(readExample('spinnaker/webhook-stage.json', url), executionId),
    ) as WebhookStage;
  /** The example over a window in the past instead of half an hour to come. */
  function stageFor(url: string, executionId: string, outcome: Outcome): WebhookStage {
    const stage = example(url, executionId);
    const { key } = stage.payload;
    return { ...stage, payload: { key: key!, ...api.parametersFor(outcome) } };
  }
  async function finish(stage: OrcaStage): Promise<OrcaStage> {
    while (stage.status === 'RUNNING') {
      await stage.run();
      await delay(20);
    }
    return stage;
  }

  const ENDS: [Outcome, StageStatus, RegExp][] = [
    ['pass', 'SUCCEEDED', /^pass: score 100/],
    ['fail', 'TERMINAL', /^fail: score 40/],
    ['marginal', 'TERMINAL', /^marginal: /],
    ['undecided', 'TERMINAL', /^undecided: /],
    ['nodata', 'TERMINAL', /^not enough data: /],
    ['error', 'TERMINAL', /broken/],
  ];
  for (const [outcome, status, progress] of ENDS) {
    test(`stage: ${outcome} is ${status}`, async () => {
      const ended = await finish(createOrcaStage(stageFor(api.url, outcome, outcome)));
      assert.equal(ended.status, status, ended.error);
      assert.equal(ended.error, undefined);
      assert.match(ended.progress!, progress);
    });
  }

  test('stage: the status is asked at the address of the start as well', async () => {
    const stage = stageFor(api.url, 'by get', 'pass');
    const query = new URLSearchParams(stage.payload);
    const url = `${stage.url}?${query.toString()}`;
    const byGet = { ...stage, url, statusUrlResolution: 'getMethod' as const };
    assert.equal((await finish(createOrcaStage(byGet))).status, 'SUCCEEDED');
  });

  test('stage: a config that does not exist is terminal at once, with the reason', async () => {
    const stage = stageFor(api.url, 'typo', 'pass');
    const bad = { ...stage, payload: { ...stage.payload, config: 'nothing' } };
    const ended = await finish(createOrcaStage(bad));
    assert.equal(ended.status, 'TERMINAL');
    assert.match(ended.error!, /there is no config/);
  });

  test('stage: a start that is sent twice is one analysis', async () => {
    const stages = [1, 2].map(() => createOrcaStage(stageFor(api.url, 'double', 'pass')));
    const ends = await Promise.all(stages.map(finish));
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['SUCCEEDED', 'SUCCEEDED'],
    );
    assert.equal((await api.analysesOf('double')).length, 1);
  });

  test('stage: cancelled with its pipeline, the analysis ends too', async () => {
    const stage = createOrcaStage(stageFor(api.url, 'stopped', 'running'));
    await stage.run();
    await stage.run();
    assert.equal(stage.status, 'RUNNING');
    assert.match(stage.progress!, /^running: it is looked at next at/);
    await stage.cancel();
    const [only] = await api.analysesOf('stopped');
    assert.equal(only!.state, 'cancelled');
    await stage.cancel();
  });

  test('stage: a restart between two questions is not noticed', async (context) => {
    const world = await startWorld(context, api.prometheusUrl);
    world.hang();
    const stage = createOrcaStage(stageFor(world.url, 'restart', 'pass'));
    await stage.run();
    await stage.run();
    const started = await world.analyses();
    assert.equal(started.length, 1);
    await world.kill();
    await world.comeBack();
    assert.equal((await finish(stage)).status, 'SUCCEEDED');
    assert.deepEqual(await world.analyses(), started);
  });

  test('stage: the example itself starts half an hour with six looks', async () => {
    await createOrcaStage(example(api.url, '01EXAMPLE')).run();
    const [started] = await api.analysesOf('01EXAMPLE');
    const { body } = await api.call('get', started!.links.self);
    assert.deepEqual([body.window.duration, body.window.interval], ['30m', '5m']);
  });

  test('a status that nobody has started is 404, and so is its cancellation', async () => {
    const { status } = await api.call('get', '/gates/spinnaker?key=nobody');
    assert.equal(status, 404);
    const cancelled = await api.call('post', '/gates/spinnaker/cancel?key=nobody');
    assert.equal(cancelled.status, 404);
  });

  test('the preconfigured webhook is the same stage, and starts an analysis', async () => {
    const text = evaluate(readExample('spinnaker/orca-local.yml', api.url), '01PRECONFIGURED');
    const { webhook } = parse(text) as {
      webhook: { preconfigured: (Omit<WebhookStage, 'payload'> & { payload: string })[] };
    };
    const [preconfigured] = webhook.preconfigured;
    const values: Record<string, string> = api.parametersFor('pass');
    const payload = JSON.parse(
      preconfigured!.payload.replaceAll(
        /\$\{parameterValues\['(\w+)'\]\}/g,
        (_, name: string) => values[name] ?? '30m',
      ),
    ) as Record<string, string>;
    const plain = example(api.url, '01PRECONFIGURED');
    for (const field of [
      'url',
      'method',
      'statusUrlResolution',
      'statusJsonPath',
      'progressJsonPath',
      'successStatuses',
      'terminalStatuses',
      'cancelEndpoint',
      'cancelMethod',
    ] as const)
      assert.equal(preconfigured![field], plain[field], field);
    const stage = createOrcaStage({ ...preconfigured!, payload });
    await stage.run();
    assert.equal((await api.analysesOf('01PRECONFIGURED')).length, 1);
    await stage.cancel();
  });
});
