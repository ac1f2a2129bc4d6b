import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../../src/errors.ts';
import { SECRET, bench, fetchSeries, matrix } from '../../support/prometheus-bench.ts';

for (const [name, answer, why] of [
  ['nothing', { body: '' }, /not JSON but nothing/],
  ['cut JSON', { body: '{"status":"success","data":{' }, /not JSON but something else/],
  ['a web page', { body: ' <!doctype html><p>Sign in' }, /a web page; is the url/],
  [
    'an error with status 200',
    { body: '{"status":"error","errorType":"x","error":"boom"}' },
    /status "error": x: boom/,
  ],
  ['no data', { body: '{"status":"success"}' }, /without data/],
  [
    'a vector',
    { body: '{"status":"success","data":{"resultType":"vector","result":[]}}' },
    /a vector, not a matrix/,
  ],
  [
    'no result',
    { body: '{"status":"success","data":{"resultType":"matrix"}}' },
    /a matrix without result/,
  ],
  ['a number that is none', matrix([[[1000, '1x']]]), /a point that is no/],
  ['a bare number', matrix([[[1000, 1]]]), /a point that is no/],
  [
    'two values for one instant',
    matrix([
      [
        [1000, '1'],
        [1000, '2'],
      ],
    ]),
    /two values for 1970-01-01T00:16:40.000Z/,
  ],
  ['an instant outside the window', matrix([[[940, '1']]]), /outside the window/],
] as const) {
  test(`${name} is no answer to the question`, async (t) => {
    const { source, server } = await bench(t, () => answer);
    await assert.rejects(fetchSeries(source), (error) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.code, 'source-answer');
      assert.match(error.message, /^source "prod-prom" answered .* for metric "latency p99"$/);
      assert.match(error.message, why);
      return true;
    });
    assert.equal(server.requests.length, 1);
  });
}

test('order does not matter, equal duplicates are one, special numbers are read', async (t) => {
  const points = [
    [1180, '-Inf'],
    [1000, 'NaN'],
    [1120.4, '+Inf'],
    [1180, '-Inf'],
  ];
  const { source } = await bench(t, () => matrix([points]));
  const [series] = (await fetchSeries(source)).series;
  assert.deepEqual(series?.values, [NaN, NaN, Infinity, -Infinity]);
  assert.deepEqual(series.tags, { pod: 'p0' });
  assert.deepEqual(series.attributes, { query: 'up{app="checkout"}' });
});

test('what a server says of its answer is kept, once, by its kind and without secrets', async (t) => {
  const warnings = ['store 1 is away', 'store 1 is away', `PromQL warning: ${SECRET}`];
  const infos = ['PromQL info: metric might not be a counter'];
  const answer = matrix([], { warnings: [...warnings, 'PromQL info: old form'], infos });
  const { source } = await bench(t, () => answer, { bearerToken: SECRET });
  assert.deepEqual((await fetchSeries(source)).remarks, [
    { kind: 'partial', text: 'store 1 is away' },
    { kind: 'warning', text: 'PromQL warning: [redacted]' },
    { kind: 'info', text: 'PromQL info: old form' },
    { kind: 'info', text: 'PromQL info: metric might not be a counter' },
  ]);
});

test('the isPartial of a VictoriaMetrics cluster is told, its absence and false are not', async (t) => {
  const { source } = await bench(t, (_request, index) =>
    matrix([], index === 0 ? { isPartial: true } : { isPartial: false }),
  );
  assert.deepEqual(
    (await fetchSeries(source)).remarks.map(({ kind }) => kind),
    ['partial'],
  );
  assert.deepEqual((await fetchSeries(source)).remarks, []);
});

test('a huge answer and too many series are limits, not memory', async (t) => {
  const huge = await bench(t, () => ({ body: ' '.repeat(100_000) }), { maxAnswerBytes: 50_000 });
  await assert.rejects(fetchSeries(huge.source), {
    code: 'source-limit',
    message:
      'source "prod-prom" answered more than 50000 bytes for metric "latency p99"; ask for fewer series or points',
  });
  const long = await bench(t, () => matrix([[]]), { maxPoints: 3 });
  await assert.rejects(fetchSeries(long.source), {
    code: 'source-limit',
    message: /has 4 points per series for metric "latency p99", more than 3/,
  });
  assert.equal(long.server.requests.length, 0);
  const many = await bench(t, () => matrix([[], [], []]), { maxSeries: 2 });
  await assert.rejects(fetchSeries(many.source), { code: 'source-limit', message: /has 3 series/ });
});
