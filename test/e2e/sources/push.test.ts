// Metrics that are sent here: by the OpenTelemetry SDK in both of its encodings, and as samples to an analysis itself.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { OPERATOR, startTestService, until, type TestService } from '../../support/service.ts';

let service: TestService;
before(async () => {
  service = await startTestService(OPERATOR);
});
after(() => service.close());

const HEADERS = { authorization: `Bearer ${OPERATOR.TEST_OPERATOR}` };
const STEPS = 12;

type Temporality = 'CUMULATIVE' | 'DELTA';

function exporterOf(kind: 'json' | 'protobuf', temporality: Temporality): PushMetricExporter {
  const Exporter = kind === 'json' ? JsonExporter : ProtobufExporter;
  const url = `${service.url}/v1/metrics`;
  const preference = AggregationTemporality[temporality];
  return new Exporter({ url, headers: HEADERS, temporalityPreference: preference as never });
}

/** One instance of a version, which exports when it is told. */
function startWorkload(version: string, exporter: PushMetricExporter, isExponential: boolean) {
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const resource = resourceFromAttributes({
    'service.version': version,
    'service.instance.id': `${version}-1`,
  });
  const type = AggregationType.EXPONENTIAL_HISTOGRAM;
  const views = isExponential ? [{ instrumentName: '*.duration', aggregation: { type } }] : [];
  const provider = new MeterProvider({ resource, readers: [reader], views: views as never });
  const meter = provider.getMeter('shop');
  const requests = meter.createCounter('shop.requests');
  const latency = meter.createHistogram('shop.duration', {
    advice: { explicitBucketBoundaries: [10, 20, 40, 80, 160, 320] },
  });
  meter.createCounter('nobody.asks').add(1);
  const memory = meter.createGauge('shop.memory');
  return {
    work({ failed, slow }: { failed: number; slow: boolean }, step: number) {
      requests.add(100 - failed, { 'http.response.status_code': 200 });
      if (failed > 0) requests.add(failed, { 'http.response.status_code': 500 });
      for (let index = 0; index < 50; index++)
        latency.record((slow ? 60 : 15) + ((index * 7 + step * 3) % 25));
      memory.record(500 + ((step * 37) % 11));
    },
    flush: () => reader.forceFlush(),
    close: () => provider.shutdown(),
  };
}

const CONFIG = {
  name: 'shop',
  judge: 'NetflixACAJudge-v1.0',
  metrics: [
    {
      name: 'errors',
      direction: 'increase',
      kind: 'count',
      query: {
        source: 'push',
        count: 'shop.requests',
        labels: { 'http.response.status_code': '500' },
      },
      exposure: { source: 'push', count: 'shop.requests' },
    },
    {
      name: 'latency',
      direction: 'increase',
      query: { source: 'push', histogram: 'shop.duration', quantile: 0.9 },
    },
    { name: 'memory', direction: 'increase', query: { source: 'push', gauge: 'shop.memory' } },
  ],
};

async function submit(config: object, canary: string): Promise<string> {
  const request = {
    config,
    baseline: { scope: 'v1' },
    canary: { scope: canary },
    window: { duration: '10m', step: '1s' },
  };
  const { status, body } = await service.call('post', '/api/v1/analyses', { body: request });
  assert.equal(status, 202, JSON.stringify(body));
  return (body as { id: string }).id;
}

interface Ended {
  state: string;
  verdict: string;
  reason: string;
  judgement: { metrics: { name: string; classification: string }[] };
}

async function concluded(id: string): Promise<Ended> {
  await service.call('post', `/api/v1/analyses/${id}/conclude`);
  const { body } = await service.call('get', `/api/v1/analyses/${id}?wait=60s`);
  return body as Ended;
}

for (const [kind, temporality, isExponential] of [
  ['json', 'CUMULATIVE', false],
  ['protobuf', 'DELTA', true],
] as const) {
  test(`an SDK sends ${kind}, ${temporality.toLowerCase()}: a healthy canary passes and a faulty one fails`, async () => {
    const ids = [await submit(CONFIG, `${kind}-good`), await submit(CONFIG, `${kind}-bad`)];
    const start = (version: string) =>
      startWorkload(version, exporterOf(kind, temporality), isExponential);
    const workloads = ['v1', `${kind}-good`, `${kind}-bad`].map(start);
    const manners = [
      { failed: 1, slow: false },
      { failed: 1, slow: false },
      { failed: 30, slow: true },
    ];
    for (let step = 0; step < STEPS; step++) {
      workloads.forEach((workload, index) => workload.work(manners[index]!, step));
      await Promise.all(workloads.map((workload) => workload.flush()));
      await nextSecond();
    }
    await Promise.all(workloads.map((workload) => workload.close()));
    const [good, bad] = [await concluded(ids[0]!), await concluded(ids[1]!)];
    assert.equal(good.verdict, 'pass', JSON.stringify(good));
    assert.equal(bad.verdict, 'fail', bad.reason);
    const failed = bad.judgement.metrics.filter(({ classification }) => classification === 'high');
    assert.deepEqual(failed.map(({ name }) => name).sort(), ['errors', 'latency']);
  });
}

/** Steps are of a second here: what is exported once in each is one growth of each. */
async function nextSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1000);
  await until(() => Promise.resolve(Math.floor(Date.now() / 1000) > second ? true : undefined));
}
