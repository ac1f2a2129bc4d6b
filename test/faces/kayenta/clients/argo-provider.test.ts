// Argo Rollouts' kayenta provider and its controller, by their rules, over examples/argo/kayenta-template.yaml.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';
import { resume, run, type KayentaProvider, type Measurement } from '../support/argo-provider.ts';
import {
  kayentaConfig,
  NOW,
  startKayenta,
  startKayentaOn,
  type KayentaService,
} from '../support/kayenta.ts';

const TEMPLATE = readFileSync(
  new URL('../../../../examples/argo/kayenta-template.yaml', import.meta.url),
  'utf8',
);
const ADDRESS = 'http://canary-verdict.canary:8090';
/** The provider asks every 15 seconds. */
const POLL_MS = 50;
/** Errors in a row that end an AnalysisRun, and the pause between them. */
const CONSECUTIVE_ERROR_LIMIT = 4;

/** The provider of the template with the arguments of an AnalysisRun put in. */
function providerOf(url: string, canary: string, config = 'golden'): KayentaProvider {
  const values: Record<string, string> = {
    config,
    application: 'checkout',
    namespace: 'shop',
    'stable-hash': 'base',
    'latest-hash': canary,
    start: new Date(NOW - 3_600_000).toISOString(),
    end: new Date(NOW - 600_000).toISOString(),
  };
  const text = TEMPLATE.replaceAll(ADDRESS, url)
    .replaceAll(/\{\{args\.([\w-]+)\}\}/g, (_, name: string) => values[name]!)
    .replace('metricsAccountName: prom', 'metricsAccountName: prom-eu')
    .replaceAll('canary-verdict\n', 'results-s3\n');
  const { spec } = parse(text) as {
    spec: { metrics: { provider: { kayenta: KayentaProvider } }[] };
  };
  const { kayenta } = spec.metrics[0]!.provider;
  return { ...kayenta, configurationAccountName: '' };
}

async function measure(provider: KayentaProvider): Promise<Measurement> {
  let measurement = await run(provider);
  while (measurement.phase === 'Running') {
    await delay(POLL_MS);
    measurement = await resume(provider, measurement);
  }
  return measurement;
}

/** An AnalysisRun of one measurement: errors are repeated until there are too many. */
async function analysisRun(provider: KayentaProvider): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (;;) {
    const measurement = await measure(provider);
    measurements.push(measurement);
    const isOver = measurements.length > CONSECUTIVE_ERROR_LIMIT;
    if (measurement.phase !== 'Error' || isOver) return measurements;
  }
}

const native = {
  name: 'native',
  metrics: [
    {
      name: 'latency',
      direction: 'increase',
      query: { source: 'prometheus', promql: 'avg(latency{app="${scope}"})' },
    },
  ],
};

describe('the kayenta provider of Argo Rollouts', { skip: PROMETHEUS_SKIP }, () => {
  let api: KayentaService;
  before(async () => {
    api = await startKayenta();
    await api.call('post', '/canaryConfig', { body: kayentaConfig('golden') });
    await api.call('post', '/api/v1/configs', { body: native });
  });
  after(() => api.close());

  const ENDS: [name: string, canary: string, config: string, phase: string][] = [
    ['provider: a pass is Successful', 'ok', 'golden', 'Successful'],
    ['provider: a fail is Failed', 'bad', 'golden', 'Failed'],
    ['provider: nodata is Inconclusive with a native config', 'ghost', 'native', 'Inconclusive'],
    ['provider: a fail of a native config is Failed', 'bad', 'native', 'Failed'],
  ];
  for (const [name, canary, config, phase] of ENDS) {
    test(name, async () => {
      const all = await analysisRun(providerOf(api.url, canary, config));
      assert.deepEqual(
        all.map((one) => one.phase),
        [phase],
      );
    });
  }

  test('provider: an analysis that fails is an Error, and tried again', async () => {
    const provider = { ...providerOf(api.url, 'ok'), metricsAccountName: 'nobody' };
    const all = await analysisRun(provider);
    assert.deepEqual(
      all.map(({ phase, message }) => [phase, message]),
      Array.from({ length: CONSECUTIVE_ERROR_LIMIT + 1 }, () => ['Error', 'Invalid Response']),
    );
  });

  test('provider: a config that is not there is an Error', async () => {
    const { phase } = await measure(providerOf(api.url, 'ok', 'nobody'));
    assert.equal(phase, 'Error');
  });

  test('provider: two controllers that ask at once have an analysis each, and one end', async () => {
    const both = await Promise.all([1, 2].map(() => measure(providerOf(api.url, 'bad'))));
    const [one, other] = both as [Measurement, Measurement];
    assert.notEqual(one.canaryExecutionId, other.canaryExecutionId);
    assert.deepEqual([one.phase, one.value], [other.phase, other.value]);
  });

  test('provider: a restart between two questions is not noticed', async () => {
    using directory = temporaryDirectory();
    const place = { directory: directory.path };
    const first = await startKayentaOn(api.prometheusUrl, {}, place);
    await first.call('post', '/canaryConfig', { body: kayentaConfig('golden') });
    const started = await run(providerOf(first.url, 'bad'));
    await first.close();
    const second = await startKayentaOn(api.prometheusUrl, {}, place);
    try {
      const provider = providerOf(second.url, 'bad');
      let measurement = started;
      while (measurement.phase === 'Running') measurement = await resume(provider, measurement);
      assert.equal(measurement.phase, 'Failed');
    } finally {
      await second.close();
    }
  });
});
