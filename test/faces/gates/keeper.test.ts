// What a key keeps: one analysis for everybody who asks, over crashes and deletions, and for how long.
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { createKeeper } from '../../../src/faces/gates/keeper.ts';
import { createArgoGate } from '../../../src/faces/gates/argo.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { ask as askPlainly } from '../../support/ask.ts';
import { startServe } from '../../support/process.ts';
import {
  PROMETHEUS_SKIP,
  startPrometheus,
  type RunningPrometheus,
} from '../../support/prometheus.ts';
import { T0, stored } from '../../support/stored-analysis.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import {
  CHECKOUT,
  gateHistory,
  gateSettings,
  parametersFor,
  startGatesOn,
  type GatesService,
} from './support/gates.ts';

describe('the key of a gate', { skip: PROMETHEUS_SKIP }, () => {
  let prometheus: RunningPrometheus;
  let api: GatesService;
  before(async () => {
    prometheus = await startPrometheus(gateHistory());
    api = await startGatesOn(prometheus.url);
  });
  after(async () => {
    await api.close();
    await prometheus.stop();
  });

  const ask = async (url: string, gate: string, parameters: Record<string, string>) => {
    const path = `${url}/gates/${gate}?${String(new URLSearchParams(parameters))}`;
    const answer = await fetch(path, { method: 'POST' });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  test('1,000 first calls at once start one analysis', async () => {
    const question = new URLSearchParams({ key: 'thousand', ...parametersFor('running') });
    const path = `/gates/ci?${question.toString()}`;
    // `fetch` would give up on connections that a busy machine takes long to make
    const answers = await Promise.all(
      Array.from({ length: 1000 }, () => askPlainly(api, 'POST', path)),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [503]);
    const reports = answers.map(({ body }) => (JSON.parse(body) as { report: string }).report);
    assert.equal(new Set(reports).size, 1);
    assert.equal((await api.analysesOf('thousand')).length, 1);
  });

  test('the deletion of the config changes nothing', async () => {
    const body = { ...CHECKOUT, name: 'short-lived' };
    await api.call('post', '/api/v1/configs', { body });
    const question = { key: 'orphan', ...parametersFor('pass'), config: 'short-lived' };
    const first = await ask(api.url, 'ci', question);
    await api.call('delete', '/api/v1/configs/short-lived');
    await api.reached('orphan', 'pass');
    const second = await ask(api.url, 'ci', question);
    assert.deepEqual([second.status, second.body['report']], [200, first.body['report']]);
  });

  for (const gate of ['ci', 'argo', 'spinnaker']) {
    test(`killed between the first and the second call of ${gate}: the same analysis`, (context) =>
      killedBetween(context, gate));
  }

  async function killedBetween(context: TestContext, gate: string): Promise<void> {
    using directory = temporaryDirectory();
    const settings = gateSettings(prometheus.url);
    let service = await startServe(directory.path, settings);
    context.after(() => service.end('SIGKILL'));
    const created = await fetch(`${service.url}/api/v1/configs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(CHECKOUT),
    });
    assert.equal(created.status, 201);
    const question = { key: 'killed', ...parametersFor('running') };
    const first = await ask(service.url, gate, question);
    await service.end('SIGKILL');
    service = await startServe(directory.path, settings);
    const second = await ask(service.url, gate, question);
    const idOf = ({ body }: typeof first) => String(body['report']).split('/').at(-1);
    assert.deepEqual([second.status, idOf(second)], [first.status, idOf(first)]);
    const { items } = (await (await fetch(`${service.url}/api/v1/analyses`)).json()) as {
      items: unknown[];
    };
    assert.equal(items.length, 1);
    await service.end('SIGKILL');
  }
});

describe('the time of a key', () => {
  test('argo: a final answer is kept for 5 minutes after it was first given, then the key starts anew', async () => {
    using directory = temporaryDirectory();
    const store = await createSqliteStore({ directory: directory.path });
    let at = T0;
    const now = () => at;
    const attempts = new Map<string, string>();
    const submit = async (_request: unknown, key = '') => {
      const known = attempts.get(key);
      if (known !== undefined) return { id: known, created: false };
      const { id } = await stored(store);
      attempts.set(key, id);
      return { id, created: true };
    };
    const cancel = () => Promise.resolve();
    const links = (id: string) => ({ self: `/${id}`, report: `/report/${id}` });
    const keeper = createKeeper({ store, submit, cancel, now, links });
    const { askArgoGate } = createArgoGate(keeper, now).handlers;
    const parameters = { key: 'k', config: 'c', baseline: 'b', canary: 'c' };
    const signal = new AbortController().signal;
    const ask = async () => {
      const answer = await askArgoGate!({
        parameters,
        body: undefined,
        caller: undefined,
        signal,
        requestId: '',
      });
      return [answer.status, (answer.json as { verdict: string }).verdict, attempts.size];
    };
    assert.deepEqual(await ask(), [503, 'running', 1]);
    at += 3_600_000;
    assert.deepEqual(await ask(), [503, 'running', 1], 'however long it runs');
    await store.analyses.cancel([...attempts.values()][0]!, at, 'over', 1, []);
    at += 3_600_000;
    assert.deepEqual(await ask(), [200, 'error', 1], 'nobody has heard it before');
    at += 299_999;
    assert.deepEqual(await ask(), [200, 'error', 1]);
    at += 1;
    assert.deepEqual(await ask(), [503, 'running', 2]);
    assert.deepEqual(await ask(), [503, 'running', 2]);
    await store.close();
  });
});
