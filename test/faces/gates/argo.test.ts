// The gate of Argo Rollouts' web provider: everything final is 200, everything else is asked again.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PROMETHEUS_SKIP } from '../../support/prometheus.ts';
import { OUTCOMES, startGates, type GatesService } from './support/gates.ts';

describe('the gate of Argo', { skip: PROMETHEUS_SKIP }, () => {
  let api: GatesService;
  before(async () => {
    api = await startGates();
  });
  after(() => api.close());

  for (const outcome of OUTCOMES) {
    test(`${outcome}, by GET and by POST`, async () => {
      const key = `rollout ${outcome}`;
      const question = { key, ...api.parametersFor(outcome) };
      const path = `/gates/argo?${String(new URLSearchParams(question))}`;
      const first = await api.call('get', path);
      assert.ok([503, 200].includes(first.status), first.text);
      await api.reached(key, outcome);
      const verdict = outcome === 'cancelled' ? 'error' : outcome;
      const status = outcome === 'running' ? 503 : 200;
      for (const answer of [
        await api.call('get', path),
        await api.call('post', path),
        await api.call('post', '/gates/argo', { body: question }),
      ]) {
        assert.deepEqual([answer.status, answer.body.verdict], [status, verdict], answer.text);
        assert.equal(Number(answer.headers['retry-after']) >= 1, status === 503);
        assert.deepEqual(Object.keys(answer.body).sort(), ['reason', 'report', 'score', 'verdict']);
      }
      assert.equal((await api.analysesOf(key)).length, 1);
    });
  }

  const BAD: [string, Record<string, string>, RegExp][] = [
    ['an unknown config', { config: 'nothing' }, /there is no config "nothing"/],
    ['an unknown parameter', { durration: '5m' }, /did you mean "duration"/],
    ['no key', { key: '' }, /\/key/],
    ['a placeholder that nobody filled in', { canary: '{{args.canary}}' }, /placeholder/],
  ];
  for (const [what, changes, reason] of BAD) {
    test(`${what} is an error that is final`, async () => {
      const all = { key: `bad ${what}`, ...api.parametersFor('pass'), ...changes };
      const given = Object.fromEntries(Object.entries(all).filter(([, text]) => text !== ''));
      const { status, body } = await api.call('post', '/gates/argo', { body: given });
      assert.deepEqual([status, body.verdict, body.report], [200, 'error', null]);
      assert.match(body.reason, reason);
    });
  }

  test('a page of another site starts nothing, though it can make a browser send a GET', async () => {
    const question = new URLSearchParams({ key: 'foreign', ...api.parametersFor('pass') });
    const headers = { 'sec-fetch-site': 'cross-site' };
    const answer = await api.call('get', `/gates/argo?${String(question)}`, { headers });
    assert.equal(answer.status, 403);
    assert.deepEqual(await api.analysesOf('foreign'), []);
  });

  test('so are other parameters under the same key, and a body that cannot be read', async () => {
    const first = { key: 'twice', ...api.parametersFor('running') };
    await api.call('post', '/gates/argo', { body: first });
    const other = { key: 'twice', ...api.parametersFor('pass') };
    const conflict = await api.call('post', '/gates/argo', { body: other });
    assert.deepEqual([conflict.status, conflict.body.verdict], [200, 'error']);
    assert.match(conflict.body.reason, /started with other parameters/);
    const headers = { 'content-type': 'application/json' };
    const broken = await api.call('post', '/gates/argo', { body: '{"key":', headers });
    assert.deepEqual([broken.status, broken.body.verdict], [200, 'error']);
  });
});
