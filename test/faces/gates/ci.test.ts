// The gate that a job asks by curl: statuses by outcome, and what it says of what it cannot read.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PROMETHEUS_SKIP } from '../../support/prometheus.ts';
import { OUTCOMES, startGates, type GatesService, type Outcome } from './support/gates.ts';

const STATUSES: Record<Outcome, [number, string]> = {
  running: [503, 'running'],
  pass: [200, 'pass'],
  fail: [403, 'fail'],
  marginal: [403, 'marginal'],
  undecided: [403, 'undecided'],
  nodata: [403, 'nodata'],
  error: [403, 'error'],
  cancelled: [403, 'error'],
};

describe('the gate of CI', { skip: PROMETHEUS_SKIP }, () => {
  let api: GatesService;
  before(async () => {
    api = await startGates();
  });
  after(() => api.close());

  const ask = (parameters: Record<string, string>) =>
    api.call('post', `/gates/ci?${String(new URLSearchParams(parameters))}`);

  for (const outcome of OUTCOMES) {
    const [status, verdict] = STATUSES[outcome];
    test(`${outcome}: ${status} as often as one asks`, async () => {
      const question = { key: outcome, ...api.parametersFor(outcome) };
      const first = await ask(question);
      assert.ok([503, status].includes(first.status), first.text);
      const { id } = await api.reached(outcome, outcome);
      for (let time = 0; time < 2; time += 1) {
        const answer = await ask(question);
        assert.deepEqual([answer.status, answer.body.verdict], [status, verdict], answer.text);
        assert.equal(answer.headers['retry-after'] !== undefined, status === 503);
        assert.equal(answer.body.report, `${api.url}/analyses/${id}`);
        assert.match(answer.body.reason, /\w/);
        assert.equal(
          typeof answer.body.score === 'number',
          answer.body.verdict === verdict && !['running', 'error'].includes(verdict),
        );
      }
      assert.equal((await api.analysesOf(outcome)).length, 1);
    });
  }

  test('parameters come in the query, as JSON and as a form, and are one question', async () => {
    const { config, ...others } = api.parametersFor('running');
    const question = { ...others, 'p.zone': 'a', pass: '90', marginal: '70.5' };
    const path = `/gates/ci?${String(new URLSearchParams({ key: 'ways', config: config! }))}`;
    const asJson = await api.call('post', path, { body: { ...question, pass: 90 } });
    assert.equal(asJson.status, 503, asJson.text);
    const asForm = await api.call('post', path, { body: String(new URLSearchParams(question)) });
    assert.equal(asForm.status, 503, asForm.text);
    const [only, ...more] = await api.analysesOf('ways');
    assert.deepEqual(more, []);
    const { body } = await api.call('get', only!.links.self);
    assert.deepEqual(body.thresholds, { pass: 90, marginal: 70.5 });
    assert.deepEqual(body.scopes.default.canary.parameters, { zone: 'a' });
    assert.deepEqual(body.labels, { gate: 'ci', key: 'ways' });
  });

  test('a key alone attaches, and is refused where there is nothing to attach to', async () => {
    await ask({ key: 'alone', ...api.parametersFor('running') });
    assert.equal((await ask({ key: 'alone' })).status, 503);
    const nothing = await ask({ key: 'nobody' });
    assert.equal(nothing.status, 400);
    assert.match(nothing.body.detail, /the key "nobody" has no analysis/);
  });

  test('the same key with other parameters is 409', async () => {
    await ask({ key: 'twice', ...api.parametersFor('running') });
    const other = await ask({ key: 'twice', ...api.parametersFor('pass') });
    assert.equal(other.status, 409);
    assert.match(other.body.detail, /started with other parameters: use a new key/);
  });

  const BAD: [string, Record<string, string>, RegExp][] = [
    ['no key', { key: '' }, /\/key/],
    ['no side', { canary: '' }, /\/canary is required/],
    ['an unknown config', { config: 'nothing' }, /there is no config "nothing"/],
    ['an unknown parameter', { durration: '5m' }, /did you mean "duration"/],
    ['no window', { start: '', end: '' }, /\/window needs/],
    ['thresholds that are shares', { pass: '0.9', marginal: '0.7' }, /did you mean 90/],
    ['a placeholder', { canary: '{{args.canary}}' }, /placeholder/],
    ['a config that is not named', { config: '' }, /\/config is required/],
  ];
  for (const [what, changes, reason] of BAD) {
    test(`${what} is 400 with the reason`, async () => {
      const all = { key: `bad ${what}`, ...api.parametersFor('pass'), ...changes };
      const given = Object.fromEntries(Object.entries(all).filter(([, text]) => text !== ''));
      const answer = await ask(given);
      assert.deepEqual([answer.status, answer.type], [400, 'application/problem+json']);
      assert.match(answer.body.detail, reason);
    });
  }

  test('a parameter that stands twice is refused, as is a body that is no object', async () => {
    const twice = await api.call('post', '/gates/ci?key=a&key=b');
    assert.equal(twice.status, 400);
    const list = await api.call('post', '/gates/ci?key=a', { body: [1] });
    assert.equal(list.status, 400);
    const xml = { 'content-type': 'text/xml' };
    const other = await api.call('post', '/gates/ci?key=a', { body: '<a/>', headers: xml });
    assert.equal(other.status, 415);
  });
});
