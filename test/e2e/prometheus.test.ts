// The main job against a real Prometheus with a known history: one healthy canary, one faulty.
import assert from 'node:assert/strict';
import { NETFLIX_JUDGE } from '../../src/judges/netflix/judge.ts';
import { after, before, describe, test } from 'node:test';
import { CHECKOUT, checkoutHistory } from '../support/checkout-history.ts';
import { PROMETHEUS_SKIP, startPrometheus, type RunningPrometheus } from '../support/prometheus.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { startStubServer } from '../support/stub-server.ts';
import type { AnalysisView } from './requests.ts';

const TOKEN = 'wrong-token-that-must-stay-hidden';
const MINUTE = 60_000;
const iso = (at: number) => new Date(at).toISOString();

const PODS = 'app="${scope}", namespace="${namespace}"';
const query = (promql: string) => ({ source: 'prometheus', promql });

const errorRatio = {
  name: 'error ratio',
  group: 'errors',
  formula: 'errors / requests',
  queries: {
    errors: query(`sum(rate(http_errors_total{${PODS}}[1m]))`),
    requests: query(`sum(rate(http_requests_total{${PODS}}[1m]))`),
  },
  direction: 'increase',
  critical: true,
};
const latency = {
  name: 'latency p90',
  group: 'latency',
  unit: 's',
  query: query(
    `histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket{${PODS}}[1m])))`,
  ),
  direction: 'increase',
};
const memory = {
  name: 'memory',
  group: 'saturation',
  query: query(`memory_bytes{${PODS}}`),
  direction: 'increase',
};

describe('a real Prometheus', { skip: PROMETHEUS_SKIP }, () => {
  let prometheus: RunningPrometheus | undefined;
  let api: TestService;

  before(async () => {
    prometheus = await startPrometheus(checkoutHistory());
    api = await startTestService({
      CANARY_ACCOUNTS: `[{name: prom, source: prometheus, url: '${prometheus.url}', attempts: 2, health: true}]`,
    });
  });
  after(async () => {
    await api.close();
    await stopPrometheus();
  });

  const stopPrometheus = async () => {
    await prometheus?.stop();
    prometheus = undefined;
  };
  const scope = (app: string, more: object = {}) => ({
    scope: app,
    parameters: { namespace: CHECKOUT.namespace },
    ...more,
  });
  const judge = async (request: object, service = api): Promise<AnalysisView> => {
    const accepted = await service.call('post', '/api/v1/analyses', {
      body: {
        config: { name: 'checkout', judge: NETFLIX_JUDGE, metrics: [errorRatio, latency] },
        baseline: scope(CHECKOUT.baseline),
        canary: scope(CHECKOUT.healthy),
        window: { start: iso(CHECKOUT.startAt), end: iso(CHECKOUT.endAt), step: '60s' },
        ...request,
      },
    });
    assert.equal(accepted.status, 202, accepted.text);
    return (await service.call('get', `/api/v1/analyses/${accepted.body.id}?wait=60s`)).body;
  };
  const labels = ({ judgement }: AnalysisView) =>
    Object.fromEntries(
      (judgement?.metrics ?? []).map(({ metric, classification }) => [metric, classification]),
    );

  test('a healthy canary passes, a faulty one fails in every metric that shows it', async () => {
    const healthy = await judge({});
    assert.deepEqual([healthy.verdict, healthy.decision], ['pass', 'promote']);
    const faulty = await judge({ canary: scope(CHECKOUT.faulty) });
    assert.deepEqual([faulty.verdict, faulty.score], ['fail', 0]);
    assert.deepEqual(labels(faulty), { 'error ratio': 'High', 'latency p90': 'High' });
    const [errors] = faulty.judgement!.metrics;
    const ratio = errors?.evidence?.effect.value;
    assert.ok(typeof ratio === 'number' && ratio > 4.5 && ratio < 7.5, `6 times, not ${ratio}`);
    assert.match(errors!.sentence, /error ratio/);
  });

  test('series are paired by their tags, and each pair is judged', async () => {
    const perPod = {
      ...memory,
      query: query(`label_replace(memory_bytes{${PODS}}, "pod", "$1", "pod", ".*-(.)")`),
    };
    const byPod = {
      ...perPod,
      query: query(
        'sum by (pod) (label_replace(memory_bytes{' + PODS + '}, "pod", "$1", "pod", ".*-(.)"))',
      ),
    };
    const analysis = await judge({ config: { name: 'pods', metrics: [byPod] } });
    const { metrics } = analysis.judgement!;
    assert.deepEqual(
      metrics.map(({ tags, classification }) => [tags, classification]),
      [
        [{ pod: 'a' }, 'Pass'],
        [{ pod: 'b' }, 'Pass'],
      ],
    );
    const { body } = await api.call('get', `/api/v1/analyses/${analysis.id}/pairs`);
    assert.deepEqual(
      body.pairs.map(({ canary }: { canary: { values: unknown[] } }) => canary.values.length),
      [61, 61],
    );
  });

  test('the baseline may be the same workload at an earlier time', async () => {
    const window = {
      start: iso(CHECKOUT.startAt + 30 * MINUTE),
      end: iso(CHECKOUT.endAt),
      step: '30s',
    };
    const itself = scope(CHECKOUT.faulty);
    const before = scope(CHECKOUT.faulty, { offset: '30m' });
    const analysis = await judge({ window, baseline: before, canary: itself });
    assert.equal(analysis.verdict, 'pass', analysis.reason);
    const { body } = await api.call('get', `/api/v1/analyses/${analysis.id}/pairs`);
    const [{ baseline, canary }] = body.pairs;
    assert.equal(Date.parse(canary.start) - Date.parse(baseline.start), 30 * MINUTE);
    assert.notDeepEqual(baseline.values, canary.values);
    const earlier = scope(CHECKOUT.baseline, { offset: '30m' });
    assert.equal((await judge({ window, baseline: earlier, canary: itself })).verdict, 'fail');
  });

  test('one config may mix sources', async () => {
    const inline = { name: 'sales', query: { source: 'inline' }, direction: 'decrease' };
    const values = Array.from({ length: 61 }, (_, index) => 100 + (index % 7));
    const mixed = (canary: number[]) =>
      judge({
        config: { name: 'mixed', judge: NETFLIX_JUDGE, metrics: [errorRatio, inline] },
        pairs: [
          { metric: 'sales', start: iso(CHECKOUT.startAt), step: '60s', baseline: values, canary },
        ],
      });
    assert.equal((await mixed(values.toReversed())).verdict, 'pass');
    const worse = await mixed(values.map((value) => value / 2));
    assert.deepEqual(labels(worse), { 'error ratio': 'Pass', sales: 'Low' });
    assert.notEqual(worse.verdict, 'pass');
  });

  test('no value of a parameter can change what is asked', async () => {
    const hostile = [
      `${CHECKOUT.baseline}"} or memory_bytes{app="`,
      '.*',
      `${CHECKOUT.baseline}|${CHECKOUT.faulty}`,
      '"',
      '\\',
      '"} # ',
      'a\nb',
      "'; drop",
    ];
    const unfilled = await api.call('post', '/api/v1/analyses', {
      body: {
        config: { name: 'unfilled', metrics: [memory] },
        baseline: scope('${namespace}'),
        canary: scope('{{app}}'),
        window: { start: iso(CHECKOUT.startAt), end: iso(CHECKOUT.endAt) },
      },
    });
    assert.deepEqual([unfilled.status, unfilled.body.violations.length], [400, 2]);
    for (const app of hostile) {
      for (const operator of ['=', '=~']) {
        const metric = { ...memory, query: query(`memory_bytes{app${operator}"\${scope}"}`) };
        const dataPolicy = { 'same-query': 'ignore' };
        const config = { name: 'hostile', metrics: [metric], dataPolicy };
        const analysis = await judge({ config, baseline: scope(app), canary: scope(app) });
        assert.deepEqual(
          [analysis.state, analysis.verdict],
          ['completed', 'nodata'],
          `${operator} ${app}: ${analysis.reason}`,
        );
      }
    }
  });

  test('data that are not there are no verdict; a query that is wrong is a failure', async () => {
    const absent = await judge({ canary: scope('ghost') });
    assert.notEqual(absent.verdict, 'pass');
    const metrics = [{ ...memory, query: query('memory_bytes{app=~"${scope}("}') }];
    const wrong = await judge({ config: { name: 'wrong', metrics } });
    assert.deepEqual([wrong.state, wrong.verdict], ['failed', undefined]);
    assert.equal(wrong.failure?.code, 'source-refused');
    assert.match(
      wrong.failure.message,
      /source "prom" answered 400 for metric "memory": .*parse.*; correct the query; asked for the (baseline|canary): memory_bytes/,
    );
  });

  test('a token that is refused stays hidden', async (context) => {
    const guard = await startStubServer(({ headers }) => ({
      status: 401,
      body: JSON.stringify({
        status: 'error',
        errorType: 'unauthorized',
        error: `no access with ${String(headers['authorization'])}`,
      }),
    }));
    context.after(() => guard.close());
    const service = await startTestService({
      CANARY_ACCOUNTS: `[{name: prom, source: prometheus, url: '${guard.url}', bearerToken: env:PROM_TOKEN}]`,
      PROM_TOKEN: TOKEN,
    });
    context.after(() => service.close());
    const analysis = await judge({}, service);
    assert.deepEqual([analysis.state, analysis.failure?.code], ['failed', 'source-refused']);
    assert.match(guard.requests[0]!.headers['authorization'] as string, new RegExp(TOKEN));
    const id = analysis.id;
    const pages = [`/api/v1/analyses/${id}`, `/analyses/${id}`, '/metrics', '/health'];
    for (const page of pages)
      assert.ok(!(await (await fetch(service.url + page)).text()).includes(TOKEN), page);
    assert.ok(!service.log.join('').includes(TOKEN));
  });

  test('its health is a part of ours, where the account says so', async () => {
    const answer = await fetch(`${api.url}/health`);
    assert.equal(answer.status, 200);
    const { components } = (await answer.json()) as { components: Record<string, unknown> };
    const accounts = { prom: { status: 'UP' } };
    assert.deepEqual(components['prometheus'], { status: 'UP', details: { accounts } });
  });

  test('a Prometheus that is away is a failure after its attempts, and never a pass', async () => {
    await stopPrometheus();
    const analysis = await judge({});
    assert.deepEqual([analysis.state, analysis.verdict], ['failed', undefined]);
    assert.match(
      analysis.failure!.message,
      /source "prom" could not be asked .*refused the connection.*attempt 2 of 2/,
    );
    assert.match(analysis.reason!, /nothing was decided/);
  });
});
