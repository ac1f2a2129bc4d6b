// Every pack against a real Prometheus: a healthy canary does not fail and leaves no metric without data, a faulty fails.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PACKS } from '../../src/packs/catalog.ts';
import { metricsOf } from '../../src/packs/pack-metrics.ts';
import type { components } from '../../src/openapi.d.ts';
import { PROMETHEUS_SKIP, startPrometheus, type RunningPrometheus } from '../support/prometheus.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { PACK_WINDOW, packHistory, type State } from './pack-history.ts';
import { WORKLOADS } from './pack-workloads.ts';

type Analysis = components['schemas']['Analysis'];

test('every pack has a workload to be tried on', () => {
  assert.deepEqual(Object.keys(WORKLOADS).sort(), PACKS.map(({ name }) => name).sort());
});

describe('packs on a real Prometheus', { skip: PROMETHEUS_SKIP }, () => {
  let prometheus: RunningPrometheus;
  let api: TestService;
  before(async () => {
    prometheus = await startPrometheus(packHistory());
    api = await startTestService({
      CANARY_ACCOUNTS: `[{name: prom, source: prometheus, url: '${prometheus.url}', scrapeInterval: 15s}]`,
    });
  });
  after(async () => {
    await api.close();
    await prometheus.stop();
  });

  async function analyse(
    pack: string,
    state: State,
    config: object = {},
    scope = WORKLOADS[pack]!.scope(state),
  ): Promise<Analysis> {
    const workload = WORKLOADS[pack]!;
    const side = (of: State) => ({
      scope: workload.scope(of),
      parameters: workload.parameters(of),
    });
    const accepted = await api.call('post', '/api/v1/analyses', {
      body: {
        config: { name: pack, use: [pack], ...config },
        baseline: side('baseline'),
        canary: { ...side(state), scope },
        window: {
          start: new Date(PACK_WINDOW.startAt).toISOString(),
          end: new Date(PACK_WINDOW.endAt).toISOString(),
          step: '60s',
        },
      },
    });
    assert.equal(accepted.status, 202, accepted.text);
    const { body } = await api.call('get', `/api/v1/analyses/${accepted.body.id}?wait=60s`);
    return body as Analysis;
  }

  for (const pack of PACKS) {
    test(pack.name, async () => {
      const [healthy, faulty] = await Promise.all([
        analyse(pack.name, 'healthy'),
        analyse(pack.name, 'faulty'),
      ]);
      const told = `${healthy.state} ${healthy.judgement?.reason}`;
      assert.ok(healthy.judgement !== undefined && healthy.verdict !== 'fail', told);
      assert.deepEqual(
        healthy.judgement.findings.map(({ sentence }) => sentence),
        [],
      );
      const names = healthy.judgement.metrics.map(({ metric }) => metric).sort();
      assert.deepEqual(
        names,
        metricsOf(pack)
          .map(({ name }) => `${pack.name} ${name}`)
          .sort(),
      );
      const empty = healthy.judgement.metrics.filter(
        ({ classification }) => classification === 'Nodata',
      );
      assert.deepEqual(
        empty.map(({ metric, sentence }) => `${metric}: ${sentence}`),
        [],
      );
      assert.equal(faulty.verdict, 'fail', faulty.judgement?.reason);
    });
  }

  test('a side that is not there has no data, though zeros stand for errors', async () => {
    const { verdict, judgement } = await analyse('linkerd', 'healthy', {}, 'misspelled');
    assert.equal(verdict, 'nodata', judgement?.reason);
  });

  test('a judge that does not count gets shares of events, and finds them too', async () => {
    const judge = 'NetflixACAJudge-v1.0';
    const { verdict, judgement } = await analyse('tgi', 'faulty', { judge });
    assert.equal(verdict, 'fail', judgement?.reason);
    const errors = judgement?.metrics.find(({ metric }) => metric === 'tgi errors');
    assert.equal(errors?.classification, 'High', errors?.sentence);
  });
});
