// VictoriaMetrics speaks Prometheus' API with manners of its own; here a real one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { createPrometheusSource } from '../../../src/sources/prometheus/prometheus.ts';
import type { MetricSource, SeriesRequest } from '../../../src/sources/source.ts';
import { testMetricSource } from '../../contracts/metric-source.ts';
import type { RunningServer } from '../../support/metric-server.ts';
import { startVictoriaMetrics, VICTORIA_METRICS_SKIP } from '../../support/victoria-metrics.ts';

const skip = VICTORIA_METRICS_SKIP;
const MINUTE = 60_000;
/** 37 s after a multiple of the step. */
const START = Date.parse('2026-01-15T10:00:37Z');

const client = createOutboundClient({ profile: 'source' });
let server: RunningServer | undefined;

before(async () => {
  if (skip !== false) return;
  const seconds = Array.from({ length: 7300 }, (_, second) => second);
  server = await startVictoriaMetrics(
    seconds.map((second) => ['second{app="a"}', START + second * 1000, second]),
  );
});

after(async () => {
  await client.close();
  await server?.stop();
});

function source(): MetricSource {
  const account = { source: 'prometheus', name: 'vm', url: server!.url, attempts: 1 } as const;
  return createPrometheusSource(account, { client, now: Date.now });
}

function ask(promql: string, points: number): SeriesRequest {
  return {
    metric: 'm',
    query: { source: 'prometheus', promql },
    side: 'canary',
    scope: {
      scope: 'a',
      location: '',
      startAt: START,
      endAt: START + (points - 1) * MINUTE,
      stepSeconds: 60,
      parameters: {},
    },
    templates: {},
  };
}

testMetricSource(
  'a real VictoriaMetrics',
  async () => ({
    source: source(),
    answered: ask('second{app="${scope}"}', 60),
    empty: ask('no_such_metric', 60),
    unusable: ask('second{app="${unknown}"}', 60),
    close: async () => {},
  }),
  skip,
);

for (const points of [49, 50, 51, 121]) {
  test(`${points} points stand at the instants that were asked for`, { skip }, async () => {
    const { series, remarks } = await source().fetch(
      ask('second{app="${scope}"}', points),
      AbortSignal.timeout(10_000),
    );
    assert.deepEqual(
      series.map(({ values }) => values),
      [Array.from({ length: points }, (_, minute) => minute * 60)],
    );
    assert.deepEqual(remarks, []);
  });
}
