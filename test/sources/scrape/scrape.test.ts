import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import { pino } from 'pino';
import { createOutboundClient } from '../../../src/outbound/client.ts';
import { createPageCheck } from '../../../src/outbound/refuse-page.ts';
import { createScrapeSource, type SampleLog } from '../../../src/sources/scrape/scrape.ts';
import type { MetricSource, SeriesRequest } from '../../../src/sources/source.ts';
import { testMetricSource } from '../../contracts/metric-source.ts';
import { startStubServer, type StubServer } from '../../support/stub-server.ts';

const STEP_SECONDS = 0.1;

type ContentType =
  typeof Registry.PROMETHEUS_CONTENT_TYPE | typeof Registry.OPENMETRICS_CONTENT_TYPE;

function memoryLog(): SampleLog {
  const streams = new Map<string, { at: number; document: unknown }[]>();
  return {
    async append(stream, at, document) {
      streams.set(stream, [...(streams.get(stream) ?? []), { at, document }]);
    },
    read: async (stream, from, to) =>
      (streams.get(stream) ?? []).filter(({ at }) => at >= from && at <= to),
  };
}

/** A real service: it counts 10 requests, 1 of them an error, each time its metrics are read. */
async function startInstance(
  contentType: ContentType = Registry.PROMETHEUS_CONTENT_TYPE,
): Promise<StubServer> {
  const registry = new Registry(contentType);
  const registers = [registry];
  const requests = new Counter({
    name: 'requests_total',
    help: 'h',
    labelNames: ['code'],
    registers,
  });
  const level = new Gauge({ name: 'level', help: 'h', registers });
  const seconds = new Histogram({ name: 'seconds', help: 'h', buckets: [1, 2], registers });
  return startStubServer(async () => {
    requests.inc({ code: '200' }, 9);
    requests.inc({ code: '500' }, 1);
    level.set(7);
    for (const value of [0.5, 0.5, 1.5, 1.5]) seconds.observe(value);
    return { headers: { 'content-type': contentType }, body: await registry.metrics() };
  });
}

interface Bench {
  source: MetricSource;
  samples: SampleLog;
  close(): Promise<void>;
}

function openBench(samples = memoryLog(), allow = ['127.0.0.0/8']): Bench {
  const client = createOutboundClient({ profile: 'scrape', allow });
  const log = pino({ level: 'silent' });
  const source = createScrapeSource({
    account: 'scrape',
    client,
    refuse: createPageCheck(allow),
    samples,
    now: Date.now,
    log,
  });
  return {
    source,
    samples,
    async close() {
      await source.close?.();
      await client.close();
    },
  };
}

function request(query: Record<string, unknown>, instances: string, steps = 6): SeriesRequest {
  const startAt = Date.now() + 20;
  return {
    metric: 'm',
    query: { source: 'scrape', ...query },
    side: 'canary',
    scope: {
      scope: '',
      location: '',
      startAt,
      endAt: startAt + steps * STEP_SECONDS * 1000,
      stepSeconds: STEP_SECONDS,
      parameters: { instances },
    },
    templates: {},
  };
}

/** Observes what is asked until its window has been read. */
async function observed(made: Bench, asked: SeriesRequest): Promise<SeriesRequest> {
  made.source.observe?.(asked, asked.scope.endAt, 'an analysis');
  await untilRead(made, asked);
  return asked;
}

/** Until each instance has a reading, or a failed one, for the last point of the window. */
async function untilRead({ source, samples }: Bench, { scope }: SeriesRequest): Promise<void> {
  const half = (STEP_SECONDS * 1000) / 2;
  const deadline = Date.now() + 60_000;
  for (const instance of scope.parameters['instances']!.split(',')) {
    const url = instance.trim().replace(/^(?!http)/, 'http://');
    const read = () => samples.read(`scrape:${url}/metrics`, scope.endAt - half, Infinity);
    while ((await read()).length === 0) {
      assert.ok(Date.now() < deadline, `${source.kind} did not read ${url} in time`);
      await delay(5);
    }
  }
}

function fetchSeries({ source }: Bench, asked: SeriesRequest) {
  return source.fetch(asked, AbortSignal.timeout(10_000));
}

function bench(t: TestContext, samples?: SampleLog, allow?: string[]): Bench {
  const made = openBench(samples, allow);
  t.after(() => made.close());
  return made;
}

let shared: { instance: StubServer; made: Bench; answered: SeriesRequest };

before(async () => {
  const instance = await startInstance();
  const made = openBench();
  const answered = await observedWell(made, () => request({ gauge: 'level' }, instance.url, 8));
  shared = { instance, made, answered };
});

/** A machine that is very busy leaves out readings: then another window is looked at. */
async function observedWell(made: Bench, ask: () => SeriesRequest): Promise<SeriesRequest> {
  for (;;) {
    const asked = await observed(made, ask());
    const { series } = await fetchSeries(made, asked);
    const values = series[0]?.values ?? [];
    if (values.filter(Number.isFinite).length * 2 > values.length) return asked;
  }
}

after(async () => {
  await shared.made.close();
  await shared.instance.close();
});

testMetricSource('scrape', async () => ({
  source: shared.made.source,
  answered: shared.answered,
  empty: { ...shared.answered, query: { source: 'scrape', gauge: 'no_such_gauge' } },
  unusable: { ...shared.answered, query: { source: 'scrape' } },
  close: async () => {},
}));

for (const contentType of [Registry.PROMETHEUS_CONTENT_TYPE, Registry.OPENMETRICS_CONTENT_TYPE]) {
  test(`what a real client library shows is measured: ${contentType}`, async (t) => {
    const instance = await startInstance(contentType);
    t.after(() => instance.close());
    const made = bench(t);
    const ratio = {
      numerator: { counter: 'requests_total', labels: { code: '500' } },
      denominator: { counter: 'requests_total' },
    };
    const queries = [
      { ratio },
      { histogram: 'seconds', quantile: 0.25 },
      { gauge: 'level' },
      { rate: 'requests_total' },
    ];
    const asked = queries.map((query) => request(query, instance.url));
    for (const one of asked) made.source.observe?.(one, one.scope.endAt, 'an analysis');
    await untilRead(made, asked.at(-1)!);
    const [ratios, quantiles, gauges, rates] = await Promise.all(
      asked.map(async (one) => {
        const { series, remarks } = await fetchSeries(made, one);
        assert.deepEqual(remarks, []);
        return series[0]!.values.filter((value) => !Number.isNaN(value));
      }),
    );
    for (const found of [ratios, quantiles, gauges, rates])
      assert.ok(found!.length >= 3, String(found));
    assert.ok(
      ratios!.every((value) => Math.abs(value - 0.1) < 1e-12),
      String(ratios),
    );
    assert.ok(
      quantiles!.every((value) => value === 0.5),
      String(quantiles),
    );
    assert.ok(gauges!.every((value) => value === 7));
    // about 100 a second, and less where the machine is busy
    assert.ok(
      rates!.every((value) => value > 0 && value < 1000),
      String(rates),
    );
  });
}

test('one loop reads a page for all who observe it', async (t) => {
  const instance = await startInstance();
  t.after(() => instance.close());
  const made = bench(t);
  const asked = request({ gauge: 'level' }, instance.url, 10);
  for (let analysis = 0; analysis < 20; analysis += 1)
    made.source.observe?.(asked, asked.scope.endAt, `analysis ${analysis}`);
  await untilRead(made, asked);
  assert.ok(
    instance.requests.length >= 6 && instance.requests.length <= 13,
    `${instance.requests.length} readings`,
  );
});

test('reading ends with the last window', async (t) => {
  const instance = await startInstance();
  t.after(() => instance.close());
  const made = bench(t);
  await observed(made, request({ gauge: 'level' }, instance.url, 2));
  const count = instance.requests.length;
  const other = await startInstance();
  t.after(() => other.close());
  await observed(made, request({ gauge: 'level' }, other.url, 6));
  assert.ok(other.requests.length > 2);
  assert.equal(instance.requests.length, count);
});

test('a page is read until the last who observes it has ended', async (t) => {
  const [instance, other] = [await startInstance(), await startInstance()];
  t.after(() => Promise.all([instance.close(), other.close()]));
  const made = bench(t);
  const observe = (url: string, observer: string) => {
    const asked = request({ gauge: 'level' }, url, 600);
    made.source.observe?.(asked, asked.scope.endAt, observer);
  };
  const readings = async (server: StubServer, more: number) => {
    const wanted = server.requests.length + more;
    while (server.requests.length < wanted) await delay(10);
  };
  observe(instance.url, 'first');
  observe(instance.url, 'second');
  observe(other.url, 'third');
  made.source.unobserve?.('first');
  await readings(instance, 3);
  made.source.unobserve?.('second');
  await readings(other, 1); // a reading of the first page that was under way has ended
  const count = instance.requests.length;
  await readings(other, 3);
  assert.equal(instance.requests.length, count);
});

test('what was kept before a restart is still there after it', async (t) => {
  const instance = await startInstance();
  t.after(() => instance.close());
  const before = openBench();
  const asked = await observed(before, request({ gauge: 'level' }, instance.url));
  const { series } = await fetchSeries(before, asked);
  await before.close();
  const after = bench(t, before.samples);
  assert.deepEqual((await fetchSeries(after, asked)).series, series);
});

test('an instance that fails is a gap and a counted warning', async (t) => {
  const instance = await startStubServer((_request, index) =>
    index % 2 === 0 ? { body: 'level 1\n' } : { status: 500 },
  );
  t.after(() => instance.close());
  const made = bench(t);
  const asked = await observed(
    made,
    request({ gauge: 'level' }, `${instance.url}, 127.0.0.1:1`, 10),
  );
  const { series, remarks } = await fetchSeries(made, {
    ...asked,
    query: { ...asked.query, aggregate: 'instance' },
  });
  assert.equal(series.length, 2);
  assert.ok(series[0]!.values.includes(1) && series[0]!.values.includes(NaN));
  assert.ok(series[1]!.values.every(Number.isNaN));
  assert.match(
    remarks[0]!.text,
    /^instance http:\/\/127\.0\.0\.1:\d+\/metrics could not be read in \d+ of \d+ scrapes: it answered 500$/,
  );
  assert.match(
    remarks[1]!.text,
    /^instance http:\/\/127\.0\.0\.1:1\/metrics could not be read in (\d+) of \1 scrapes: 127\.0\.0\.1:1 refused/,
  );
  assert.deepEqual(
    remarks.map(({ kind }) => kind),
    ['warning', 'partial'],
  );
});

test('lines that are no metric are told by number and kind, without their text', async (t) => {
  const instance = await startStubServer(() => ({
    body: 'level 1\nother secret\n',
  }));
  const torn = await startStubServer(() => ({ body: 'level 1\nlevel{a="secret"\nsecret\n' }));
  t.after(() => Promise.all([instance.close(), torn.close()]));
  const made = bench(t);
  const asked = await observed(made, request({ gauge: 'level' }, `${instance.url},${torn.url}`, 2));
  const { series, remarks } = await fetchSeries(made, asked);
  assert.equal(series[0]!.values.at(-1), 2);
  assert.deepEqual(
    remarks.map(({ kind }) => kind),
    ['warning', 'partial'],
  );
  assert.match(remarks[0]!.text, /in (\d+) of \1 scrapes, last 1 of them \(line 2\)$/);
  assert.match(remarks[1]!.text, /last 2 of them \(line 2, 3\)$/);
  assert.doesNotMatch(JSON.stringify(remarks), /secret/);
});

test('a page that is none, and one nobody observed, are told', async (t) => {
  const instance = await startStubServer(() => ({ body: '<html>' }));
  t.after(() => instance.close());
  const made = bench(t);
  const asked = await observed(made, request({ gauge: 'level' }, instance.url, 2));
  assert.match(
    (await fetchSeries(made, asked)).remarks[0]!.text,
    /scrapes: its page is no metrics page: no metric from line 1 on$/,
  );
  const unobserved = request({ gauge: 'level' }, 'localhost:2');
  assert.deepEqual(await fetchSeries(made, unobserved), {
    series: [],
    remarks: [
      { kind: 'partial', text: 'instance http://localhost:2/metrics was not read in this window' },
    ],
  });
});

test('a page that is not allowed is refused before anything is sent', async (t) => {
  const instance = await startInstance();
  t.after(() => instance.close());
  const made = bench(t, memoryLog(), ['10.0.0.0/8']);
  const asked = request({ gauge: 'level' }, instance.url, 2);
  const refusal = {
    code: 'address-refused',
    message: `the metrics page of "${new URL(instance.url).host}" was refused: it leads to an address of the range loopback, which outbound.scrape.allow does not name`,
  };
  assert.throws(() => made.source.describe(asked), refusal);
  await assert.rejects(fetchSeries(made, asked), refusal);
  made.source.observe?.(asked, asked.scope.endAt, 'analysis');
  await made.source.close?.();
  assert.equal(instance.requests.length, 0);
});
