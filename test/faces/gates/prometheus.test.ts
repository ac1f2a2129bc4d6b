// The gate that looks like a Prometheus: numbers only where they decide, one sample at most, no number that is none.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PROMETHEUS_SKIP } from '../../support/prometheus.ts';
import { OUTCOMES, startGates, type GatesService, type Outcome } from './support/gates.ts';

const NUMBERS: Record<Outcome, { verdict: string[]; score: string[] }> = {
  running: { verdict: [], score: [] },
  pass: { verdict: ['1'], score: ['100'] },
  fail: { verdict: ['0'], score: ['40'] },
  marginal: { verdict: [], score: ['40'] },
  undecided: { verdict: [], score: [] },
  nodata: { verdict: [], score: [] },
  error: { verdict: [], score: [] },
  cancelled: { verdict: [], score: [] },
};

describe('the gate of Prometheus clients', { skip: PROMETHEUS_SKIP }, () => {
  let api: GatesService;
  before(async () => {
    api = await startGates();
  });
  after(() => api.close());

  const PATH = '/gates/prometheus/api/v1/query';
  const byPost = (query: string, more: Record<string, string> = {}) =>
    api.call('post', PATH, { body: String(new URLSearchParams({ query, ...more })) });
  const byGet = (query: string) =>
    api.call('get', `${PATH}?${String(new URLSearchParams({ query }))}`);
  interface Sample {
    metric: Record<string, string>;
    value: [number, string];
  }
  const valuesOf = ({ body }: { body: { data: { result: Sample[] } } }) =>
    body.data.result.map(({ value }) => value[1]);

  for (const outcome of OUTCOMES) {
    const { verdict, score } = NUMBERS[outcome];
    test(`${outcome}: verdict ${verdict[0] ?? 'empty'}, score ${score[0] ?? 'empty'}`, async () => {
      const question = { key: outcome, ...api.parametersFor(outcome) };
      await api.call('post', '/gates/ci', { body: question });
      const { id } = await api.reached(outcome, outcome);
      for (const ask of [byGet, byPost]) {
        const asked = await ask(`canary_verdict{key="${outcome}"}`);
        assert.equal(asked.status, 200, asked.text);
        assert.deepEqual([asked.body.status, asked.body.data.resultType], ['success', 'vector']);
        assert.deepEqual(valuesOf(asked), verdict);
        assert.match(asked.body.warnings.join(' '), new RegExp(`/analyses/${id}$`));
        assert.deepEqual(valuesOf(await ask(`canary_score{key="${outcome}"}`)), score);
      }
    });
  }

  test('the change of a metric is a ratio, empty where none was judged', async () => {
    const change = async (key: string, metric: string) =>
      valuesOf(await byPost(`canary_metric_change{key="${key}",metric="${metric}"}`)).map(Number);
    const [worse] = await change('fail', 'latency');
    assert.ok(worse! > 1.5 && worse! < 2, String(worse));
    assert.ok(Math.abs((await change('pass', 'cpu'))[0]! - 1) < 0.05);
    for (const [key, metric] of [
      ['nodata', 'latency'],
      ['running', 'latency'],
      ['pass', 'no such metric'],
    ] as const)
      assert.deepEqual(await change(key, metric), []);
  });

  test('the probe of Flagger is answered 1, whatever the white space', async () => {
    assert.deepEqual(valuesOf(await byGet('vector(1)')), ['1']);
    assert.deepEqual(valuesOf(await byGet(' vector( 1 ) ')), ['1']);
  });

  test('a sample has the labels of the query and the time that was asked for', async () => {
    const query = `canary_verdict{ key = 'pass' , gate="ci", }`;
    const { body } = await byPost(query, { time: '1700000000.5', timeout: '30s', limit: '1' });
    assert.deepEqual(body.data.result, [
      {
        metric: { __name__: 'canary_verdict', key: 'pass', gate: 'ci' },
        value: [1700000000.5, '1'],
      },
    ]);
    const instant = await byPost(query, { time: '2023-11-14T22:13:20Z' });
    assert.equal(instant.body.data.result[0].value[0], 1_700_000_000);
  });

  test('a key that nobody has asked with is empty, as is the key of another gate', async () => {
    assert.deepEqual(valuesOf(await byPost('canary_verdict{key="nobody"}')), []);
    assert.deepEqual(valuesOf(await byPost('canary_verdict{key="pass",gate="argo"}')), []);
  });

  test('a key with quotes and backslashes is read as it is written', async () => {
    const key = String.raw`a "b" \c, d}`;
    await api.call('post', '/gates/ci', { body: { key, ...api.parametersFor('pass') } });
    await api.reached(key, 'pass');
    const query = `canary_verdict{key=${JSON.stringify(key)}}`;
    assert.deepEqual(valuesOf(await byPost(query)), ['1']);
  });

  for (const query of [
    'up',
    'canary_verdict',
    'canary_verdict{}',
    'canary_verdict{key=~"pass"}',
    'canary_verdict{key="pass"} >= 1',
    'sum(canary_verdict{key="pass"})',
    'canary_verdict{key="pass",team="shop"}',
    'canary_metric_change{key="pass"}',
    'canary_verdict{key="pass" gate="ci"}',
    'vector(2)',
    'constructor{key="pass"}',
  ]) {
    test(`${query} is refused in Prometheus' words`, async () => {
      const answer = await byPost(query);
      assert.deepEqual(
        [answer.status, answer.body.status, answer.body.errorType],
        [400, 'error', 'bad_data'],
      );
      assert.match(answer.body.error, /canary_/);
    });
  }

  test('no query and a time that is none are refused too', async () => {
    assert.equal((await api.call('get', PATH)).status, 400);
    assert.equal((await byPost('vector(1)', { time: 'soon' })).status, 400);
  });
});
