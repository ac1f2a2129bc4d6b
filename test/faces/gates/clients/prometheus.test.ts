// The Prometheus clients of Argo Rollouts, Flagger and Keptn's metrics operator, by their rules.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';
import { startGates, type GatesService, type Outcome } from '../support/gates.ts';
import { startWorld } from '../support/world.ts';

const ADDRESS = '/gates/prometheus';

interface Reply {
  status: string;
  data: { resultType: string; result: { metric: object; value: [number, string] }[] };
  warnings?: string[];
}

/** client_golang, as Argo and Keptn use it: a form by POST, and the error of a 400 or 422. */
async function askByForm(url: string, query: string): Promise<Reply | Error> {
  const body = new URLSearchParams({ query, time: String(Date.now() / 1000) });
  const answer = await fetch(`${url}${ADDRESS}/api/v1/query`, { method: 'POST', body });
  const reply = (await answer.json()) as Reply & { errorType?: string; error?: string };
  if (reply.status === 'success') return reply;
  return new Error(`${reply.errorType}: ${reply.error}`);
}

/** `successCondition: len(result) > 0 && result[0] == 1`, `failureCondition: len(result) > 0 && result[0] == 0`. */
async function measureAsArgo(url: string, key: string): Promise<[string, string[]]> {
  const reply = await askByForm(url, `canary_verdict{key="${key}"}`);
  if (reply instanceof Error) return ['Error', [reply.message]];
  assert.equal(reply.data.resultType, 'vector');
  const values = reply.data.result.map(({ value: [, text] }) => {
    assert.equal(typeof text, 'string', 'a decoder takes nothing else');
    return Number(text);
  });
  const { warnings = [] } = reply;
  if (values[0] === 0) return ['Failed', warnings];
  return [values[0] === 1 ? 'Successful' : 'Inconclusive', warnings];
}

/** By GET; no status above 399, and the last value, which must be a text and a number. */
async function valueForFlagger(url: string, query: string): Promise<number | string> {
  const escaped = encodeURIComponent(query.replaceAll(/\s+/g, ' '));
  const answer = await fetch(`${url}${ADDRESS}/api/v1/query?query=${escaped}`);
  if (answer.status >= 400) return `error response: ${await answer.text()}`;
  const { data } = (await answer.json()) as Reply;
  const value = data.result.at(-1)?.value[1];
  if (typeof value !== 'string' || Number.isNaN(Number(value))) return 'no values found';
  return Number(value);
}

/** Exactly one value, or an error. */
async function valueForKeptn(url: string, query: string): Promise<string> {
  const reply = await askByForm(url, query);
  if (reply instanceof Error) return reply.message;
  const { result } = reply.data;
  if (result.length === 0) return 'no values in query result';
  return result.length > 1 ? 'too many values in the query result' : result[0]!.value[1];
}

describe('Prometheus clients', { skip: PROMETHEUS_SKIP }, () => {
  let api: GatesService;
  before(async () => {
    api = await startGates();
  });
  after(() => api.close());

  const judge = async (key: string, outcome: Outcome) => {
    const body = { key, ...api.parametersFor(outcome) };
    await api.call('post', '/gates/ci', { body });
    await api.reached(key, outcome);
  };

  const ENDS: [Outcome, string, number | string][] = [
    ['pass', 'Successful', 1],
    ['fail', 'Failed', 0],
    ['running', 'Inconclusive', 'no values found'],
    ['nodata', 'Inconclusive', 'no values found'],
    ['undecided', 'Inconclusive', 'no values found'],
    ['marginal', 'Inconclusive', 'no values found'],
    ['error', 'Inconclusive', 'no values found'],
  ];
  for (const [outcome, phase, value] of ENDS) {
    const told = typeof value === 'number' ? value : 'nothing';
    test(`query: ${outcome} is ${phase} for Argo, ${told} for Flagger`, async () => {
      await judge(outcome, outcome);
      const [measured, warnings] = await measureAsArgo(api.url, outcome);
      assert.equal(measured, phase);
      assert.match(warnings.join(' '), /\/analyses\//, 'where a person reads why');
      const query = `canary_verdict{key="${outcome}"}`;
      assert.equal(await valueForFlagger(api.url, query), value);
      const none = 'no values in query result';
      const forKeptn = typeof value === 'number' ? String(value) : none;
      assert.equal(await valueForKeptn(api.url, query), forKeptn);
    });
  }

  test('query: the health probe of Flagger, and the score for Keptn', async () => {
    assert.equal(await valueForFlagger(api.url, 'vector(1)'), 1);
    assert.equal(await valueForKeptn(api.url, 'canary_score{key="pass"}'), '100');
  });

  test('query: what the gate does not know is an error with its reason', async () => {
    const reply = await askByForm(api.url, 'up');
    assert.ok(reply instanceof Error);
    assert.match(reply.message, /^bad_data: .*does not know the query "up"/);
    assert.match(String(await valueForFlagger(api.url, 'up')), /error response/);
  });

  test('query: asked twice it is the same answer, and starts nothing', async () => {
    await measureAsArgo(api.url, 'never started');
    await measureAsArgo(api.url, 'never started');
    assert.deepEqual(await api.analysesOf('never started'), []);
  });

  test('query: the answer is still there after a restart', async (context) => {
    const world = await startWorld(context, api.prometheusUrl);
    const question = new URLSearchParams({ key: 'restart', ...api.parametersFor('running') });
    await fetch(`${world.url}/gates/ci?${question.toString()}`, { method: 'POST' });
    const before = await measureAsArgo(world.url, 'restart');
    await world.kill();
    await world.comeBack();
    assert.deepEqual(await measureAsArgo(world.url, 'restart'), before);
  });
});
