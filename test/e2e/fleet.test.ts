// What a fleet's own past and its single instances say, against a real Prometheus.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { FLEET, fleetHistory } from '../support/fleet-history.ts';
import { PROMETHEUS_SKIP, startPrometheus, type RunningPrometheus } from '../support/prometheus.ts';
import { startTestService, type TestService } from '../support/service.ts';
import type { AnalysisView } from './requests.ts';

const HOUR = 3_600_000;
const iso = (at: number) => new Date(at).toISOString();
/** The hour under judgement: the last of the four. */
const NOW = { start: iso(FLEET.endAt - HOUR), end: iso(FLEET.endAt), step: '60s' };

const latency = {
  name: 'latency',
  unit: 'ms',
  query: { source: 'prometheus', promql: 'latency_ms{app="${scope}"}' },
  instances: 'pod',
  direction: 'increase',
};
const errors = {
  name: 'errors',
  query: { source: 'prometheus', promql: 'avg(error_ratio{app="${scope}"})' },
  direction: 'increase',
};

describe('a fleet in a real Prometheus', { skip: PROMETHEUS_SKIP }, () => {
  let prometheus: RunningPrometheus;
  let api: TestService;

  before(async () => {
    prometheus = await startPrometheus(fleetHistory());
    api = await startTestService({
      CANARY_ACCOUNTS: `[{name: prom, source: prometheus, url: '${prometheus.url}'}]`,
    });
  });
  after(async () => {
    await api.close();
    await prometheus.stop();
  });

  const judge = async (
    metric: object,
    { canary = FLEET.slower, ...more }: { canary?: string; [part: string]: unknown } = {},
  ): Promise<AnalysisView> => {
    const body = {
      config: { name: 'fleet', judge: 'SequentialJudge-v1.0', metrics: [metric] },
      baseline: { scope: FLEET.stable },
      canary: { scope: canary },
      window: NOW,
      history: [],
      ...more,
    };
    const accepted = await api.call('post', '/api/v1/analyses', { body });
    assert.equal(accepted.status, 202, accepted.text);
    return (await api.call('get', `/api/v1/analyses/${accepted.body.id}?wait=20s`)).body;
  };
  const metricOf = ({ judgement }: AnalysisView) => judgement!.metrics[0]!;

  test('pods are judged as one side by their mean, and the pairs that were judged show it', async () => {
    const analysis = await judge(latency);
    const { classification, tags, baseline, canary } = metricOf(analysis);
    assert.deepEqual([tags, classification], [{}, 'High']);
    assert.ok(Math.abs(baseline.mean! - 100) < 3 && Math.abs(canary.mean! - 120) < 3);
    const { body } = await api.call('get', `/api/v1/analyses/${analysis.id}/pairs`);
    assert.equal(body.pairs.length, 1);
    const summed = await judge({ ...latency, aggregate: 'sum' });
    assert.ok(Math.abs(metricOf(summed).baseline.mean! - 400) < 12);
  });

  test('what the same instances differed by before the rollout is expected of them', async () => {
    const analysis = await judge(latency, { window: { ...NOW, before: '2h' } });
    const { classification, sequential, sentence } = metricOf(analysis);
    assert.notEqual(classification, 'High');
    const { expected, observed, estimate } = sequential!;
    assert.deepEqual([expected?.hasBefore, expected?.runs], [true, 0]);
    assert.ok(Math.abs(expected!.ratio - 1.2) < 0.03, `expected ${expected!.ratio}`);
    assert.ok(Math.abs(observed! - 1.2) < 0.03 && Math.abs(estimate! - 1) < 0.03);
    assert.match(
      sentence,
      /(19|20|21)(\.\d)? % more expected from how they differed before the rollout/,
    );
  });

  test('so is what they differed by in the earlier analyses that the request names', async () => {
    const window = (hour: number) => ({
      start: iso(FLEET.startAt + hour * HOUR),
      end: iso(FLEET.startAt + (hour + 1) * HOUR),
      step: '60s',
    });
    const earlier = [];
    for (const hour of [0, 1, 2])
      earlier.unshift((await judge(latency, { window: window(hour) })).id);
    const analysis = await judge(latency, { history: earlier });
    assert.deepEqual(analysis.judgement!.learnedFrom, earlier);
    const { classification, sequential, sentence } = metricOf(analysis);
    assert.notEqual(classification, 'High');
    assert.deepEqual([sequential!.expected?.hasBefore, sequential!.expected?.runs], [false, 3]);
    assert.match(sentence, /expected from how they differed in the last 3 runs/);
  });

  test('an instance unlike its siblings is named, in the answer and on the page', async () => {
    const analysis = await judge(latency, { canary: FLEET.broken });
    const { sequential } = metricOf(analysis);
    const [outlying] = sequential!.instances!;
    assert.deepEqual([outlying?.side, outlying?.instance], ['canary', 'd']);
    assert.ok(Math.abs(outlying!.ratio - 6) < 0.3);
    const warnings = analysis.judgement!.warnings.join('\n');
    assert.match(
      warnings,
      /metric "latency": canary d is (5\.\d+|6|6\.\d+) times its siblings; without it/,
    );
    assert.equal(sequential!.labelWithoutInstances, 'Pass');
    const page = await (await fetch(`${api.url}/analyses/${analysis.id}`)).text();
    assert.match(page, /canary d/);
  });

  test('a change too small to matter is none, however sure it is', async () => {
    const tiny = metricOf(await judge(errors));
    assert.equal(tiny.classification, 'High');
    assert.equal(tiny.sequential!.minimumChange, undefined);
    const matters = metricOf(await judge({ ...errors, minimumChange: 0.001 }));
    assert.notEqual(matters.classification, 'High');
    assert.deepEqual(matters.sequential!.minimumChange, { amount: 0.001, isExceeded: false });
  });
});
