// A running canary shows which queries are answered, asked and still to come; each answer waits for its word.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { ExecutionStatus } from '../../../../src/faces/kayenta/answers/stages.ts';
import {
  kayentaConfig,
  kayentaMetric,
  kayentaRequest,
  startKayentaOn,
  type CanaryStatus,
  type KayentaService,
} from '../support/kayenta.ts';
import { until } from '../../../support/service.ts';
import { startStubServer, type StubAnswer, type StubServer } from '../../../support/stub-server.ts';

const METRICS = ['latency', 'cpu', 'errors'];
const WORDS: Record<string, ExecutionStatus> = {
  '-': 'not_started',
  r: 'running',
  s: 'succeeded',
  t: 'terminal',
  c: 'canceled',
};

/** A metric source that answers a query when it is told to, and a judge that waits as well. */
interface Puppet extends StubServer {
  /** Lets one query, such as `cpu of base`, be answered. */
  answer(query: string, answer?: StubAnswer): Promise<void>;
  /** Waits until a query is asked. */
  asked(query: string): Promise<unknown>;
  /** Lets go of queries that nobody waits for any more. */
  forget(): void;
}

suite('stages of a running canary', () => {
  let source: Puppet;
  let judge: StubServer;
  let api: KayentaService;
  before(async () => {
    source = await startPuppet();
    judge = await startStubServer(() => 'never');
    api = await startKayentaOn(source.url, {
      CANARY_LIMITS_FETCH_CONCURRENCY: '3',
      CANARY_LIMITS_SHUTDOWN_GRACE: '50ms',
      CANARY_REMOTE_JUDGE_URL: judge.url,
    });
  });
  after(async () => {
    await api.close();
    await source.close();
    await judge.close();
  });

  /** Starts one canary, whose stages are then awaited as `control experiment mix judge`. */
  async function start(judgeName = 'NetflixACAJudge-v1.0') {
    const metrics = METRICS.map((name) => kayentaMetric(name, `${name}{app="\${scope}"}`));
    const canaryConfig = kayentaConfig('stages', {
      metrics,
      judge: { name: judgeName, judgeConfigurations: {} },
      classifier: { groupWeights: {} },
    });
    source.forget();
    const { body } = await api.call('post', '/canary', {
      body: { canaryConfig, executionRequest: kayentaRequest('ok') },
    });
    const id = body.canaryExecutionId as string;
    return { id, shows: (stages: string) => shows(api, id, stages) };
  }

  test('each query as it is answered, both chains on their own, up to the judgement', async () => {
    const { id, shows } = await start();
    await shows('r-- r-- - -');
    await source.answer('latency of base');
    await shows('sr- rr- - -'); // three at once: the next in turn is asked
    await source.answer('cpu of base');
    await shows('ssr rr- - -');
    await source.answer('errors of base');
    await source.answer('latency of ok');
    await shows('sss srr - -');
    assert.deepEqual(await progressOf(api, id), { step: 'fetch', answered: 4, total: 6 });
    await source.answer('cpu of ok');
    await shows('sss ssr - -');
    await source.answer('errors of ok');
    assert.equal((await api.ended(id)).status, 'succeeded');
    await shows('sss sss s s');
    assert.equal(await progressOf(api, id), undefined);
  });

  test('the judge at work, after all queries', async () => {
    const { id, shows } = await start('RemoteJudge-v1.0');
    await answerAll(source);
    await shows('sss sss s r');
    assert.deepEqual(await progressOf(api, id), { step: 'judge' });
  });

  test('a query that fails: the others that were asked are broken off, the rest has not begun', async () => {
    const { id, shows } = await start();
    await source.answer('latency of ok');
    await source.asked('cpu of ok');
    await source.answer('cpu of base', { status: 400, body: '{"status":"error","error":"no"}' });
    assert.equal((await api.ended(id)).status, 'terminal');
    await shows('ct- sc- - -');
  });

  test('a cancel: what was running is canceled', async () => {
    const { id, shows } = await start();
    await source.answer('latency of base');
    await shows('sr- rr- - -');
    assert.equal((await api.call('put', `/pipelines/${id}/cancel`)).status, 202);
    assert.equal((await api.ended(id)).status, 'canceled');
    await shows('sc- cc- - -');
  });
});

async function shows(api: KayentaService, id: string, stages: string): Promise<void> {
  const words = Array.from(stages.replaceAll(' ', ''), (letter) => WORDS[letter]!);
  const expected = Object.fromEntries(
    [
      'setupContext',
      ...METRICS.map((_, index) => `fetchControl${index}`),
      ...METRICS.map((_, index) => `fetchExperiment${index}`),
      'mixMetrics',
      'judge',
    ].map((stage, index) => [stage, index === 0 ? 'succeeded' : words[index - 1]]),
  );
  let seen: CanaryStatus['stageStatus'];
  await until(async () => {
    seen = ((await api.call('get', `/canary/${id}`)).body as CanaryStatus).stageStatus;
    return JSON.stringify(seen) === JSON.stringify(expected) || undefined;
  }).catch(() => assert.deepEqual(seen, expected));
}

/** As the native view tells it. */
async function progressOf(api: KayentaService, id: string): Promise<unknown> {
  const { body } = await api.call('get', `/api/v1/analyses/${id}`);
  return body.intervals[0].progress;
}

async function answerAll(source: Puppet): Promise<void> {
  for (const metric of METRICS) {
    for (const scope of ['base', 'ok']) await source.answer(`${metric} of ${scope}`);
  }
}

async function startPuppet(): Promise<Puppet> {
  const asked = new Map<string, (answer: StubAnswer) => void>();
  const stub = await startStubServer(({ body, path }) => {
    const query = new URLSearchParams(body || path.split('?')[1]).get('query') ?? '';
    const [, metric, scope] = /(\w+)\{app="(\w+)"\}/.exec(query) ?? [];
    return new Promise((resolve) => asked.set(`${metric} of ${scope}`, resolve));
  });
  return {
    ...stub,
    asked: (query) => until(async () => asked.get(query)),
    forget: () => asked.clear(),
    async answer(query, answer = { body: EMPTY }) {
      const resolve = await until(async () => asked.get(query));
      asked.delete(query);
      resolve({ headers: { 'content-type': 'application/json' }, ...answer });
    },
  };
}

const EMPTY = '{"status":"success","data":{"resultType":"matrix","result":[]}}';
