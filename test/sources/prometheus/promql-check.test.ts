import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { checkPromql } from '../../../src/sources/prometheus/promql-check.ts';
import { standIn } from '../../../src/sources/prometheus/promql-stand-in.ts';
import { fetchSeries, GOOD, bench } from '../../support/prometheus-bench.ts';
import {
  PROMETHEUS_SKIP,
  startPrometheus,
  type RunningPrometheus,
} from '../../support/prometheus.ts';

/** What is said of a query whose step is a minute, without the place in words. */
function said(query: string): [string, string, string][] {
  return checkPromql(query, 60).map(({ severity, from, to, message }) => [
    severity,
    query.slice(from, to),
    message.replace(/^line \d+, column \d+: /, ''),
  ]);
}

const RIGHT = [
  'up',
  'sum by (pod) (rate(http_requests_total{app="${scope}", code=~"5.."}[5m]))',
  'rate(x[${step}]) / rate(y[${window}] offset ${shift}) > ${limit}',
  'topk(${k}, ${metric}_total{${label}="a"}) @ ${end}',
  'max_over_time(x[${range}:${resolution}]) and on (${label}) group_left y',
  'histogram_quantile(0.${p}, sum by (le) (rate(x_bucket[${n}m])))',
  'x > ${whole}.5 or x offset -${shift}',
  'label_replace(x, "a", "$1-$${2}", "b", "(.*)-(.*)") # { comment ("',
  'x{a=\'}{)(\', b=`"`, c="\\""}',
  '{__name__=~"${metric}.*"}',
  '-x ^ 2 % 3 == bool 1 unless ignoring (a) y',
];

for (const query of RIGHT) {
  test(`nothing is wrong with ${query}`, () => {
    assert.deepEqual(said(query), []);
    assert.equal(standIn(query)!.length, query.length);
  });
}

for (const [query, at, message] of [
  ['', '', /^the query is empty$/],
  ['sum(rate(x[5m])', '(', /^this \( is never closed$/],
  ['sum(x))', ')', /^this \) closes nothing$/],
  ['x[5m)', ')', /^this \) cannot close a \[$/],
  ['x{a="${scope}}', '"', /^this " is never closed$/],
  ['x{a=b}', 'b', /^the value of a label must be in quotes, not b$/],
  ['x{a=${scope}}', '${scope}', /^the value of a label must be in quotes, not x+$/],
  ['foo bar', 'bar', /^"bar" cannot follow here: an operator or a comma is missing before it$/],
  ['x + ', '', /^something is missing at the end$/],
  ['1 +* 2', '', /^"\*" is not expected here$/],
] as const) {
  test(`refused with its place: ${query}`, () => {
    const [[severity, place, what] = [], ...more] = said(query);
    assert.deepEqual([severity, place, more], ['error', at, []]);
    assert.match(what!, message);
  });
}

test('the place is told by line and column of the text as written', () => {
  const [problem] = checkPromql('sum(\n  rate(x{app="${scope}"}[5m]) foo\n)');
  assert.match(problem!.message, /^line 2, column 31: "foo" cannot follow/);
});

for (const [query, at, advice] of [
  ['x{a="{{ target }}"}', '{{ target }}', 'write ${scope}'],
  ['rate(x[{{ interval }}])', '{{ interval }}', 'write ${step}'],
  ['x{a="{{args.service-name}}"}', '{{args.service-name}}', 'write ${scope}'],
  [
    'x{a="{{args.team}}"}',
    '{{args.team}}',
    'write ${team} and give each scope the parameter "team"',
  ],
  ['rate(x[$__rate_interval])', '$__rate_interval', 'write ${step}'],
  ['rate(x[$__interval])', '$__interval', 'write ${step}'],
  ['x{a=~"${app:regex}"}', '${app:regex}', 'write ${scope}'],
  ['x{a="[[namespace]]"}', '[[namespace]]', 'write ${namespace} and give'],
] as const) {
  test(`${at} is another tool's`, () => {
    const [[severity, place, what] = [], ...more] = said(query);
    assert.deepEqual([severity, place, more], ['error', at, []]);
    assert.ok(what!.includes(`: ${advice}`), what);
  });
}

test('what may be meant is a warning', () => {
  const severities = (query: string) => checkPromql(query, 60).map(({ severity }) => severity);
  for (const query of [
    'x{a=~"$namespace"}',
    'rate(x[1m])',
    'rat(x[5m])',
    'WITH (a = 5) a',
    'sum(x) limit 3',
    'rate(x[5m]) keep_metric_names',
    'rate(x[5i])',
    'x{a="b" or c="d"}',
  ]) {
    assert.deepEqual(severities(query), ['warning'], query);
  }
  assert.match(said('rat(x[5m])')[0]![2], /no function "rat"; did you mean "rate"\? \(Victoria/);
  assert.deepEqual(severities('${function}(x))'), []); // nobody knows yet what it will be
});

test('rate windows below two steps are told, others and unknown ones are not', () => {
  const windows = (query: string, stepSeconds?: number) =>
    checkPromql(query, stepSeconds).map(({ from, to }) => query.slice(from, to));
  const query = 'rate(a[1m]) + increase(b{c="[1s]"}[119s]) + rate(c[2m]) + max_over_time(d[1s])';
  assert.deepEqual(windows(query, 60), ['1m', '119s']);
  assert.deepEqual(windows(query, 30), []);
  assert.deepEqual(windows(query), []);
  assert.deepEqual(windows('rate(a[${step}]) + rate(a[${window}]) + rate(a[1m:10s])', 60), []);
  assert.match(
    said('rate(a[1m])')[0]![2],
    /^the window 1m is shorter than two steps of 1m: .* write 2m or more$/,
  );
});

test('long queries are right too, and cost no more than their length', () => {
  for (const query of ['a+'.repeat(999) + 'a', 'rate(x[9m]) or '.repeat(600) + 'a']) {
    assert.deepEqual(said(query), []);
  }
  assert.equal(said(`${'rate(x[9m]) or '.repeat(600)}(a`).length, 1);
  for (const piece of ['{{ ', '${a}', '{', '"', '$', 'a ', ', ', '\n', '1.']) {
    checkPromql(piece.repeat(10_000 / piece.length), 60);
  }
});

test('no text makes the check fail, and every place lies in the text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...RIGHT,
      '{{',
      '}}',
      '$__',
      '${',
      '[',
      '(',
      ')',
      '"',
      '`',
      '\\',
      '#',
      '\n',
      ' by ',
    ),
    fc.string({ maxLength: 5, unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const text = pieces.join('');
      for (const { from, to, message } of checkPromql(text, 60)) {
        assert.ok(0 <= from && from <= to && to <= text.length, message);
        assert.match(message, /^line \d+, column \d+: ./);
      }
    }),
  );
});

let prometheus: RunningPrometheus | undefined;
before(async () => {
  if (PROMETHEUS_SKIP === false)
    prometheus = await startPrometheus([
      {
        name: 'x',
        type: 'gauge',
        samples: [{ suffix: '', labels: {}, at: 1_768_471_200_000, value: 1 }],
      },
    ]);
});
after(() => prometheus?.stop());

async function isAccepted(query: string): Promise<boolean> {
  const body = new URLSearchParams({ query });
  return (await fetch(`${prometheus!.url}/api/v1/format_query`, { method: 'POST', body })).ok;
}

test('whatever a real Prometheus takes is no error here', { skip: PROMETHEUS_SKIP }, async () => {
  const queries = RIGHT.map((query) => standIn(query)!);
  // it also looks at types, of which names that stand for numbers know nothing
  const accepted = await Promise.all(queries.map(isAccepted));
  assert.ok(accepted.filter(Boolean).length >= 6, String(accepted));
  for (const wrong of ['sum(x', 'x{a=b}', 'foo bar', 'x + ', '1 +* 2', 'x[5m)']) {
    assert.equal(await isAccepted(wrong), false, wrong);
  }
  const mutated = fc
    .record({ query: fc.constantFrom(...queries), at: fc.nat(80), length: fc.nat(3) })
    .map(({ query, at, length }) => query.slice(0, at) + query.slice(at + length));
  await fc.assert(
    fc.asyncProperty(mutated, async (query) => {
      const errors = checkPromql(query).filter(({ severity }) => severity === 'error');
      if (errors.length > 0) assert.equal(await isAccepted(query), false, query);
    }),
    { numRuns: 300 },
  );
});

test('a Prometheus source checks native queries, and leaves those of Kayenta alone', async (t) => {
  const { source, server } = await bench(t, () => GOOD);
  const check = (query: object) => source.check!({ source: 'prometheus', ...query }, 60);
  assert.equal((await check({ promql: 'sum(' })).length, 1);
  assert.deepEqual(await check({ customInlineTemplate: 'PromQL:sum(' }), []);
  assert.equal(server.requests.length, 0);
  await fetchSeries(source);
});
