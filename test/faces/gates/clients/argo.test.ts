// Argo Rollouts' web provider and its controller, by their rules, over examples/argo/analysis-template.yaml.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';
import { readExample } from '../support/examples.ts';
import { startGates, type GatesService, type Outcome } from '../support/gates.ts';
import { startWorld } from '../support/world.ts';

type Phase = 'Successful' | 'Failed' | 'Inconclusive' | 'Error';

interface Measurement {
  phase: Phase;
  value?: string;
  message?: string;
}

interface WebMetric {
  count?: number;
  interval?: string;
  consecutiveErrorLimit?: number;
  successCondition: string;
  failureCondition: string;
  provider: {
    web: { method: string; url: string; jsonPath: string; jsonBody: Record<string, string> };
  };
}

interface Template {
  spec: { args: { name: string; value?: string }[]; metrics: WebMetric[] };
}

const PATH = 'argo/analysis-template.yaml';

/** The metric of the template with the arguments of an AnalysisRun; one that has no value stops it. */
function metricOf(url: string, given: Record<string, string>): WebMetric {
  const { spec } = parse(readExample(PATH, url)) as Template;
  const values = Object.fromEntries(
    spec.args.map(({ name, value }) => [name, given[name] ?? value]),
  );
  const text = JSON.stringify(spec.metrics[0]).replaceAll(/\{\{args\.([\w-]+)\}\}/g, (_, name) => {
    assert.ok(values[name] !== undefined, `args.${name} was not resolved`);
    return values[name];
  });
  return JSON.parse(text) as WebMetric;
}

/** One exchange: any status but 2xx is an error whose body is lost, and the conditions judge the value of the path. */
async function measure({ provider: { web }, ...metric }: WebMetric): Promise<Measurement> {
  let answer: Response;
  try {
    answer = await fetch(web.url, {
      method: web.method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(web.jsonBody),
      signal: AbortSignal.timeout(10_000),
    });
  } catch (error) {
    return { phase: 'Error', message: String(error) };
  }
  const { status } = answer;
  const text = await answer.text();
  if (status < 200 || status > 299) {
    return { phase: 'Error', message: `received non 2xx response code: ${status}` };
  }
  const field = /^\{\$\.(\w+)\}$/.exec(web.jsonPath)?.[1] ?? '';
  const value = (JSON.parse(text) as Record<string, unknown>)[field];
  if (value === undefined) return { phase: 'Error', message: `${field} is not found` };
  const holds = (condition: string) => {
    const wanted = /^result == "(\w+)"$/.exec(condition)?.[1];
    assert.ok(wanted, `this client does not understand ${condition}`);
    return value === wanted;
  };
  const result = { value: JSON.stringify(value) };
  if (holds(metric.failureCondition)) return { ...result, phase: 'Failed' };
  return { ...result, phase: holds(metric.successCondition) ? 'Successful' : 'Inconclusive' };
}

/** Without interval and count one measurement that is no error ends the run; the wait of 10 s is left out. */
async function run(metric: WebMetric): Promise<{ phase: Phase; measurements: Measurement[] }> {
  assert.deepEqual([metric.interval, metric.count], [undefined, undefined]);
  const { consecutiveErrorLimit = 4 } = metric;
  const measurements: Measurement[] = [];
  for (;;) {
    const measurement = await measure(metric);
    measurements.push(measurement);
    if (measurement.phase !== 'Error') return { phase: measurement.phase, measurements };
    if (measurements.length > consecutiveErrorLimit) return { phase: 'Error', measurements };
    await delay(25);
  }
}

describe('Argo Rollouts, web provider', { skip: PROMETHEUS_SKIP }, () => {
  let api: GatesService;
  before(async () => {
    api = await startGates();
  });
  after(() => api.close());

  const ARGS = { config: 'checkout', namespace: 'shop', step: '2' };
  /** The example over a window in the past, whose sides are those of the history. */
  function metricFor(url: string, rollout: string, outcome: Outcome): WebMetric {
    const { baseline, canary, ...others } = api.parametersFor(outcome);
    const hashes = { 'stable-hash': baseline!, 'latest-hash': canary! };
    const metric = metricOf(url, { ...ARGS, ...hashes, rollout });
    const { jsonBody } = metric.provider.web;
    delete jsonBody['duration'];
    delete jsonBody['interval'];
    Object.assign(jsonBody, others);
    return metric;
  }

  const ENDS: [Outcome, Phase, string][] = [
    ['pass', 'Successful', 'pass'],
    ['fail', 'Failed', 'fail'],
    ['marginal', 'Inconclusive', 'marginal'],
    ['undecided', 'Inconclusive', 'undecided'],
    ['nodata', 'Inconclusive', 'nodata'],
    ['error', 'Inconclusive', 'error'],
  ];
  for (const [outcome, phase, value] of ENDS) {
    test(`web: ${outcome} is ${phase}`, async () => {
      const ended = await run(metricFor(api.url, outcome, outcome));
      assert.equal(ended.phase, phase);
      assert.equal(ended.measurements.at(-1)!.value, JSON.stringify(value));
      const errors = ended.measurements.slice(0, -1).map(({ message }) => message);
      assert.ok(errors.every((message) => message === 'received non 2xx response code: 503'));
    });
  }

  test('web: a config that does not exist is Inconclusive at once', async () => {
    const ended = await run(
      metricOf(api.url, {
        ...ARGS,
        config: 'nothing',
        rollout: 'typo',
        'stable-hash': 'base',
        'latest-hash': 'ok',
      }),
    );
    assert.deepEqual([ended.phase, ended.measurements.length], ['Inconclusive', 1]);
  });

  test('web: the example itself starts a run of half an hour with six looks', async () => {
    const hashes = { 'stable-hash': 'base', 'latest-hash': 'ok' };
    const metric = metricOf(api.url, { ...ARGS, ...hashes, rollout: 'real' });
    assert.equal((await measure(metric)).phase, 'Error');
    const [started] = await api.analysesOf('shop/real/ok/2');
    const { body } = await api.call('get', started!.links.self);
    assert.deepEqual([body.window.duration, body.window.interval], ['30m', '5m']);
    assert.equal(body.scopes.default.canary.location, 'shop');
  });

  test('web: two controllers that ask at once have one analysis and one end', async () => {
    const metric = metricFor(api.url, 'double', 'pass');
    const ends = await Promise.all([run(metric), run(metric)]);
    assert.deepEqual(
      ends.map(({ phase }) => phase),
      ['Successful', 'Successful'],
    );
    assert.equal((await api.analysesOf('shop/double/ok/2')).length, 1);
  });

  test('web: a restart in the middle is some more errors, then the end', async (context) => {
    const world = await startWorld(context, api.prometheusUrl);
    world.hang();
    const metric = metricFor(world.url, 'restart', 'pass');
    assert.equal((await measure(metric)).phase, 'Error');
    const started = await world.analyses();
    await world.kill();
    assert.match((await measure(metric)).message!, /fetch failed/);
    await world.comeBack();
    assert.equal((await run(metric)).phase, 'Successful');
    assert.deepEqual([started.length, await world.analyses()], [1, started]);
  });

  test('the step of a Rollout gives every argument that the template wants', () => {
    const [step] = parse(readExample('argo/rollout-step.yaml', api.url)) as {
      analysis: { templates: { templateName: string }[]; args: { name: string }[] };
    }[];
    const template = parse(readExample(PATH, api.url)) as Template & { metadata: { name: string } };
    assert.equal(step!.analysis.templates[0]!.templateName, template.metadata.name);
    const wanted = template.spec.args.filter(({ value }) => value === undefined);
    assert.deepEqual(
      step!.analysis.args.map(({ name }) => name).sort(),
      wanted.map(({ name }) => name).sort(),
    );
  });
});
