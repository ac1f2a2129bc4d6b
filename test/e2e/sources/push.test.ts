// Metrics that are sent here: by the OpenTelemetry SDK in both of its encodings, and as samples to an analysis itself.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
import { runCanary } from '../../support/canary.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { OPERATOR, startTestService, until, type TestService } from '../../support/service.ts';

let service: TestService;
before(async () => {
  service = await startTestService(OPERATOR);
});
after(() => service.close());

const HEADERS = { authorization: `Bearer ${OPERATOR.TEST_OPERATOR}` };
const STEPS = 9;

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
  const provider = new MeterProvider({ resource, readers: [reader], views });
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

async function submit(
  config: object,
  { baseline, canary }: { baseline: string; canary: string },
  window: object = { duration: '10m', step: '1s' },
): Promise<string> {
  const request = { config, baseline: { scope: baseline }, canary: { scope: canary }, window };
  const { status, body } = await service.call('post', '/api/v1/analyses', { body: request });
  assert.equal(status, 202, JSON.stringify(body));
  return (body as { id: string }).id;
}

interface Ended {
  state: string;
  verdict: string;
  reason: string;
  judgement: { metrics: { metric: string; classification: string }[] };
}

async function concluded(id: string): Promise<Ended> {
  await service.call('post', `/api/v1/analyses/${id}/conclude`);
  const { body } = await service.call('get', `/api/v1/analyses/${id}?wait=60s`);
  return body as Ended;
}

const WAYS = [
  { kind: 'json', temporality: 'CUMULATIVE', isExponential: false },
  { kind: 'protobuf', temporality: 'DELTA', isExponential: true },
] as const;
const MANNERS = {
  base: { failed: 1, slow: false },
  good: { failed: 1, slow: false },
  bad: { failed: 30, slow: true },
};

test('an SDK sends in either encoding and temporality: a healthy canary passes, a faulty one fails', async () => {
  const started = await Promise.all(
    WAYS.map(async ({ kind, temporality, isExponential }) => {
      const sides = { baseline: `${kind}-base` };
      const good = await submit(CONFIG, { ...sides, canary: `${kind}-good` });
      const bad = await submit(CONFIG, { ...sides, canary: `${kind}-bad` });
      const workloads = Object.entries(MANNERS).map(([name, manner]) => ({
        manner,
        ...startWorkload(`${kind}-${name}`, exporterOf(kind, temporality), isExponential),
      }));
      return { good, bad, workloads };
    }),
  );
  const workloads = started.flatMap((one) => one.workloads);
  for (let step = 0; step < STEPS; step++) {
    for (const { work, manner } of workloads) work(manner, step);
    await Promise.all(workloads.map(({ flush }) => flush()));
    await nextSecond();
  }
  await Promise.all(workloads.map(({ close }) => close()));
  for (const ids of started) {
    const [good, bad] = [await concluded(ids.good), await concluded(ids.bad)];
    assert.equal(good.verdict, 'pass', good.reason);
    assert.equal(bad.verdict, 'fail', bad.reason);
    const failed = bad.judgement.metrics.filter(({ classification }) => classification === 'High');
    assert.deepEqual(failed.map(({ metric }) => metric).sort(), ['errors', 'latency']);
  }
  const { text } = await service.call('get', '/metrics');
  assert.match(text, /canary_pushed_points_total\{protocol="otlp",outcome="unasked"\} [1-9]/);
  assert.match(text, /canary_pushed_points_total\{protocol="otlp",outcome="rejected"\} 0/);
});

const LOAD_TEST = {
  name: 'load-test',
  judge: 'NetflixACAJudge-v1.0',
  metrics: [
    {
      name: 'errors',
      direction: 'increase',
      kind: 'count',
      query: { source: 'push', samples: 'sum' },
      exposure: { source: 'push', samples: 'exposure' },
    },
    {
      name: 'latency',
      direction: 'increase',
      query: { source: 'push', samples: 'quantile', quantile: 0.9 },
    },
  ],
};

/** What a load test has measured in each second of its last minute. */
function measured(
  side: string,
  { failed, slow }: { failed: number; slow: boolean },
  startAt: number,
) {
  return Array.from({ length: 60 }, (_, second) => second).flatMap((second) => {
    const at = (offset: number) => new Date(startAt + second * 1000 + offset).toISOString();
    const latencies = [100, 300, 500, 700, 900].map((offset) => ({
      metric: 'latency',
      side,
      time: at(offset),
      value: (slow ? 90 : 40) + ((second * 7 + offset / 100) % 20),
    }));
    return [...latencies, { metric: 'errors', side, time: at(999), value: failed, exposure: 100 }];
  });
}

test('a load test sends its samples with the command line, and concludes: the verdict comes from them', async () => {
  const startAt = Math.floor(Date.now() / 1000) * 1000 - 61_000;
  const start = new Date(startAt).toISOString();
  const window = { start, duration: '10m', step: '1s' };
  using home = temporaryDirectory();
  const file = join(home.path, 'samples.jsonl');
  const server = { CANARY_URL: service.url, CANARY_TOKEN: OPERATOR.TEST_OPERATOR };
  const push = (id: string, args: string[]) =>
    runCanary(['push', id, '--samples', file, ...args], { env: server });
  const verdicts: string[] = [];
  for (const manner of [MANNERS.good, MANNERS.bad]) {
    const id = await submit(LOAD_TEST, { baseline: 'old', canary: 'new' }, window);
    const sides = [
      ...measured('baseline', MANNERS.base, startAt),
      ...measured('canary', manner, startAt),
    ];
    await writeFile(file, sides.map((sample) => JSON.stringify(sample)).join('\n'));
    const first = await push(id, []);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /^720 samples stored/);
    const again = await push(id, []);
    assert.match(again.stdout, /^0 samples stored .*; 720 were there before/);
    const ended = await concluded(id);
    verdicts.push(ended.verdict);
    const late = await push(id, []);
    assert.equal(late.code, 3);
    assert.match(late.stderr, /409: analysis \w+ takes no samples any more: it is completed/);
  }
  assert.deepEqual(verdicts, ['pass', 'fail']);
  const id = await submit(LOAD_TEST, { baseline: 'old', canary: 'new' }, window);
  await writeFile(file, '{"value":1}\n{"metric":"latency","value":2}\n');
  const wrong = await push(id, ['--metric', 'memory', '--side', 'canary']);
  assert.equal(wrong.code, 3);
  assert.match(wrong.stderr, /line 1, "metric": the config has no metric "memory" that takes/);
  await writeFile(file, '{"value":1\n');
  assert.match((await push(id, [])).stderr, /line 1 is not JSON/);
});

/** Steps are of a second here: what is exported once in each is one growth of each. */
async function nextSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1000);
  await until(() => Promise.resolve(Math.floor(Date.now() / 1000) > second ? true : undefined));
}
