import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { createPrometheusSource } from '../../../src/sources/prometheus/prometheus.ts';
import type { MetricSource, SeriesRequest } from '../../../src/sources/source.ts';
import { testMetricSource } from '../../contracts/metric-source.ts';
import { CHECKOUT, checkoutHistory } from '../../support/checkout-history.ts';
import {
  PROMETHEUS_SKIP,
  startPrometheus,
  type HistoryFamily,
  type RunningPrometheus,
} from '../../support/prometheus.ts';

const skip = PROMETHEUS_SKIP;
const MINUTE = 60_000;
const LONG_START = Date.parse('2026-01-10T00:00:00Z');

const HOSTILE = [
  'plain',
  'back\\slash',
  'quo"te',
  "apo'strophe",
  'new\nline',
  'a.*b|c',
  '"} or vector(1) #',
  '${scope}',
  '(un[balanced',
  '$1 ${1} $$',
  'ünï ✓ ^$',
];

/** Labels to fear, and a gauge with a hole of half an hour, infinities and 12,001 minutes before it. */
function specialHistory(): HistoryFamily[] {
  const hostile = HOSTILE.map((app, value) => ({
    suffix: '',
    labels: { app },
    at: CHECKOUT.endAt,
    value,
  }));
  const holed = Array.from({ length: 61 }, (_, minute) => ({
    suffix: '',
    labels: { kind: 'holed' },
    at: CHECKOUT.startAt + minute * MINUTE,
    value: minute === 2 ? Infinity : minute,
  })).filter((_, minute) => minute <= 10 || minute >= 40);
  const long = Array.from({ length: 12_001 }, (_, second) => ({
    suffix: '',
    labels: { kind: 'long' },
    at: LONG_START + second * 1000,
    value: second,
  }));
  return [
    { name: 'hostile', type: 'gauge', samples: hostile },
    { name: 'special', type: 'gauge', samples: [...long, ...holed] },
  ];
}

const client = createOutboundClient({ profile: 'source' });
let prometheus: RunningPrometheus | undefined;
let source: MetricSource;

before(async () => {
  if (skip !== false) return;
  prometheus = await startPrometheus([...checkoutHistory(), ...specialHistory()]);
  const account = { source: 'prometheus', name: 'real', url: prometheus.url, attempts: 1 } as const;
  source = createPrometheusSource(account, { client, now: Date.now });
});

after(async () => {
  await client.close();
  await prometheus?.stop();
});

function ask(promql: string, scope: Partial<SeriesRequest['scope']> = {}): SeriesRequest {
  return {
    metric: 'the metric',
    query: { source: 'prometheus', promql },
    side: 'canary',
    scope: {
      scope: CHECKOUT.healthy,
      location: '',
      startAt: CHECKOUT.startAt,
      endAt: CHECKOUT.endAt,
      stepSeconds: 60,
      parameters: {},
      ...scope,
    },
    templates: {},
  };
}

function askAsKayenta(query: Record<string, unknown>): SeriesRequest {
  return {
    ...ask('', { parameters: { namespace: CHECKOUT.namespace } }),
    query: { source: 'prometheus', ...query },
    templates: { 'by-app': 'app="${scope}",namespace="$\\{namespace}"' },
  };
}

function fetchSeries(request: SeriesRequest) {
  return source.fetch(request, AbortSignal.timeout(10_000));
}

test('windows of counts follow the scrape interval of the account', () => {
  const account = { source: 'prometheus', name: 'slow', url: 'http://127.0.0.1:1' } as const;
  const describe = (more: object) =>
    createPrometheusSource({ ...account, ...more }, { client, now: Date.now }).describe(
      ask('increase(x[${countWindow}]) * ${countFactor}'),
    );
  assert.equal(describe({}), 'increase(x[1m15s]) * 0.8');
  assert.equal(describe({ scrapeIntervalMs: 60_000 }), 'increase(x[2m]) * 0.5');
});

testMetricSource(
  'a real Prometheus',
  async () => ({
    source,
    answered: ask('sum by (pod) (rate(http_requests_total{app="${scope}"}[1m]))'),
    empty: ask('no_such_metric'),
    unusable: ask('up{app="${unknown}"}'),
    close: async () => {},
  }),
  skip,
);

test('a healthy canary looks like the baseline and a faulty one does not', { skip }, async () => {
  const rate =
    'sum(increase(http_errors_total{app="${scope}"}[1h])) / sum(increase(http_requests_total{app="${scope}"}[1h]))';
  const lastValue = async (scope: string): Promise<number> => {
    const { series } = await fetchSeries(ask(rate, { scope }));
    return series[0]!.values.at(-1)!;
  };
  const baseline = await lastValue(CHECKOUT.baseline);
  assert.ok(Math.abs((await lastValue(CHECKOUT.healthy)) / baseline - 1) < 0.15);
  assert.ok((await lastValue(CHECKOUT.faulty)) / baseline > 4);
});

test('tags are the labels without the name', { skip }, async () => {
  const { series } = await fetchSeries(ask('memory_bytes{app="${scope}"}'));
  assert.deepEqual(
    series.map(({ tags }) => tags),
    ['a', 'b'].map((pod) => ({
      app: CHECKOUT.healthy,
      namespace: CHECKOUT.namespace,
      pod: `${CHECKOUT.healthy}-${pod}`,
    })),
  );
});

test('a gap is NaN in its place and an infinity is one', { skip }, async () => {
  const { series } = await fetchSeries(ask('last_over_time(special{kind="holed"}[30s])'));
  const expected = Array.from({ length: 61 }, (_, minute) =>
    minute === 2 ? Infinity : minute <= 10 || minute >= 40 ? minute : NaN,
  );
  assert.deepEqual(series[0]!.values, expected);
});

test('a window over 11,000 points is asked in parts and joined', { skip }, async () => {
  const window = { startAt: LONG_START, endAt: LONG_START + 12_000_000, stepSeconds: 1 };
  const { series } = await fetchSeries(ask('special{kind="long"}', window));
  assert.equal(series.length, 1);
  assert.deepEqual(
    series[0]!.values,
    Array.from({ length: 12_001 }, (_, second) => second),
  );
});

test(
  'hostile label values select themselves and nothing else, in every kind of string',
  { skip },
  async () => {
    const forms = [
      'hostile{app="${scope}"}',
      "hostile{app='${scope}'}",
      'hostile{app=~"${scope}"}',
      "hostile{app=~'${parameters.name}'}",
      'hostile{app =~ `${name}`}',
      'hostile{app!="", app=`${name}`}',
    ];
    for (const form of forms) {
      for (const [value, app] of HOSTILE.entries()) {
        const at = { startAt: CHECKOUT.endAt, endAt: CHECKOUT.endAt };
        const { series } = await fetchSeries(
          ask(form, { scope: app, parameters: { name: app }, ...at }),
        );
        assert.deepEqual(
          series.map((one) => [one.tags['app'], one.values]),
          [[app, [value]]],
          `${form} with ${app}`,
        );
      }
    }
  },
);

test('hostile values are themselves in the arguments of label_replace', { skip }, async () => {
  const copy =
    'label_replace(hostile{app="${scope}"}, "copy", "<${scope}>", "app", "${scope}") or vector(-1)';
  for (const [value, app] of HOSTILE.entries()) {
    const at = { startAt: CHECKOUT.endAt, endAt: CHECKOUT.endAt };
    const { series } = await fetchSeries(ask(copy, { scope: app, ...at }));
    const found = series.find(({ tags }) => tags['copy'] !== undefined);
    assert.deepEqual([found?.tags['copy'], found?.values], [`<${app}>`, [value]], app);
  }
});

test('Kayenta-shaped queries run as Kayenta would build them', { skip }, async () => {
  const average = await fetchSeries(
    askAsKayenta({
      metricName: 'memory_bytes',
      customFilterTemplate: 'by-app',
      groupByFields: ['pod'],
    }),
  );
  assert.equal(average.series.length, 2);
  const verbatim = await fetchSeries(
    askAsKayenta({ customInlineTemplate: 'PromQL:sum(memory_bytes{app="${scope}"})' }),
  );
  const [first, second] = average.series.map(({ values }) => values[7]!);
  assert.ok(Math.abs(verbatim.series[0]!.values[7]! - (first! + second!)) < 1e-3);
});

test('a query Prometheus cannot read is refused with its own words', { skip }, async () => {
  await assert.rejects(fetchSeries(ask('sum(')), {
    code: 'source-refused',
    retryable: false,
    message: /^source "real" answered 400 for metric "the metric": bad_data: .*parse error/,
  });
});

test('a query in Kayenta’s form answers only the values that were there', { skip }, async () => {
  const customInlineTemplate = 'PromQL:last_over_time(special{kind="holed"}[30s])';
  const { series } = await fetchSeries(askAsKayenta({ customInlineTemplate }));
  const minutes = Array.from({ length: 61 }, (_, minute) => minute);
  const present = minutes.filter((minute) => minute <= 10 || minute >= 40);
  assert.deepEqual(
    [series[0]!.startAt, series[0]!.stepMs, series[0]!.values],
    [CHECKOUT.startAt, MINUTE, present.map((minute) => (minute === 2 ? Infinity : minute))],
  );
});
