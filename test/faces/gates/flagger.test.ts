// Every cell of the table that the hooks of Flagger are answered by, through the whole service.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { HOOKS, STATUSES, type Act, type Hook } from '../../../src/faces/gates/flagger/hooks.ts';
import { PROMETHEUS_SKIP } from '../../support/prometheus.ts';
import { OUTCOMES, startGates, type GatesService, type Outcome } from './support/gates.ts';

type Cell = 'starts' | 'starts new' | 'cancels' | 200 | 403;
type Row = Record<'none' | 'running' | 'pass' | 'fail' | 'unsure', Cell>;

/** What the issue of the gates asks for; the code has a table of its own. */
const TABLE: Record<Hook, Row> = {
  'pre-rollout': {
    none: 'starts',
    running: 200,
    pass: 'starts new',
    fail: 'starts new',
    unsure: 'starts new',
  },
  rollout: { none: 'starts', running: 200, pass: 200, fail: 403, unsure: 200 },
  'confirm-traffic-increase': { none: 'starts', running: 403, pass: 200, fail: 403, unsure: 403 },
  'confirm-promotion': { none: 403, running: 403, pass: 200, fail: 403, unsure: 403 },
  rollback: { none: 403, running: 403, pass: 403, fail: 200, unsure: 403 },
  'post-rollout': { none: 200, running: 'cancels', pass: 200, fail: 200, unsure: 200 },
};
const COLUMNS: Record<Outcome, keyof Row> = {
  running: 'running',
  pass: 'pass',
  fail: 'fail',
  marginal: 'unsure',
  undecided: 'unsure',
  nodata: 'unsure',
  error: 'unsure',
  cancelled: 'unsure',
};

describe('the gate of Flagger', { skip: PROMETHEUS_SKIP }, () => {
  let api: GatesService;
  before(async () => {
    api = await startGates();
  });
  after(() => api.close());

  const key = (checksum: string) => `shop/cart/${checksum}`;
  const ask = async (
    hook: string,
    checksum: string,
    metadata: Record<string, string> = {},
    more: object = {},
  ) => {
    const call = { name: 'cart', namespace: 'shop', phase: 'Progressing', checksum, metadata };
    const answer = await api.call('post', `/gates/flagger/${hook}`, { body: { ...call, ...more } });
    assert.match(answer.text, /^[^\n]{1,900}\n$/, 'one line');
    assert.match(answer.headers['content-type']!, /^text\/plain/);
    return answer;
  };
  /** Each state on a canary of its own, as a new checksum of one canary ends the earlier ones. */
  const named = (name: string) => ({ name });
  const keyNamed = (name: string) => `shop/${name}/c1`;

  for (const [hook, row] of Object.entries(TABLE)) {
    for (const outcome of OUTCOMES) {
      const cell = row[COLUMNS[outcome]];
      test(`${hook} while ${outcome}: ${cell}`, async () => {
        const name = `${hook}-${outcome}`;
        const metadata = api.parametersFor(outcome);
        assert.equal((await ask('rollout', 'c1', metadata, named(name))).status, 200);
        const { id } = await api.reached(keyNamed(name), outcome);
        const answer = await ask(hook, 'c1', metadata, named(name));
        assert.equal(answer.status, typeof cell === 'number' ? cell : 200, answer.text);
        const [newest] = await api.analysesOf(keyNamed(name));
        assert.equal(newest!.id !== id, cell === 'starts new');
        const isCancelled =
          cell === 'cancels' || (cell !== 'starts new' && outcome === 'cancelled');
        assert.equal(newest!.state === 'cancelled', isCancelled);
        assert.match(answer.text, /http:\/\/127\.0\.0\.1:\d+\/analyses\/\w+$/m);
      });
    }
    test(`${hook} without an analysis: ${row.none}`, async () => {
      const name = `${hook}-none`;
      const answer = await ask(hook, 'c1', api.parametersFor('pass'), named(name));
      assert.equal(answer.status, typeof row.none === 'number' ? row.none : 200, answer.text);
      const started = await api.analysesOf(keyNamed(name));
      assert.equal(started.length, row.none === 'starts' ? 1 : 0);
    });
  }

  test('the table of the code is the one that is asked for', () => {
    const act = (cell: Cell): Act[] => {
      if (cell === 200) return ['open'];
      if (cell === 403) return ['shut'];
      return cell === 'cancels' ? ['cancel'] : ['start'];
    };
    for (const [hook, row] of Object.entries(TABLE)) {
      for (const [state, cell] of Object.entries(row)) {
        assert.deepEqual([HOOKS[hook as Hook][state as keyof Row]], act(cell), `${hook} ${state}`);
      }
    }
    assert.deepEqual([...new Set(Object.values(STATUSES))], [200, 403]);
  });

  test('confirm-rollout carries the key of the previous revision, and is let through', async () => {
    const answer = await ask('confirm-rollout', 'previous', api.parametersFor('pass'));
    assert.equal(answer.status, 200);
    assert.deepEqual(await api.analysesOf(key('previous')), []);
    assert.equal((await ask('confirm-rollout', '', {}, { checksum: undefined })).status, 200);
  });

  test('an analysis has its gate and key as labels, and the sides of a Flagger canary', async () => {
    const { config, account, start, end } = api.parametersFor('pass');
    const metadata = { config: config!, account: account!, start: start!, end: end! };
    assert.equal((await ask('pre-rollout', 'labels', metadata)).status, 200);
    const [started] = await api.analysesOf(key('labels'));
    assert.deepEqual(started!.labels, { gate: 'flagger', key: 'shop/cart/labels' });
    const { body } = await api.call('get', started!.links.self);
    const { baseline, canary } = body.scopes.default;
    assert.deepEqual(
      [baseline.scope, canary.scope, canary.location],
      ['cart-primary', 'cart', 'shop'],
    );
  });

  test('a spec that returns is a new rollout: its earlier fail does not roll it back', async () => {
    const rollout = async (checksum: string, outcome: Outcome) => {
      const metadata = api.parametersFor(outcome);
      const answer = await ask('rollout', checksum, metadata, named('returns'));
      assert.equal(answer.status, 200, answer.text);
      return api.reached(`shop/returns/${checksum}`, outcome);
    };
    const rollback = (checksum: string) => ask('rollback', checksum, {}, named('returns'));
    const first = await rollout('old', 'fail');
    assert.equal((await rollback('old')).status, 200);
    await rollout('new', 'running');
    const late = await rollback('old');
    assert.equal(late.status, 403, 'another spec has come since');
    const second = await rollout('old', 'fail');
    assert.notEqual(second.id, first.id);
  });

  test('after post-rollout the same checksum starts anew, at rollout too', async () => {
    const metadata = api.parametersFor('pass');
    await ask('rollout', 'c1', metadata, named('over'));
    const first = await api.reached('shop/over/c1', 'pass');
    assert.equal((await ask('confirm-promotion', 'c1', {}, named('over'))).status, 200);
    assert.equal((await ask('post-rollout', 'c1', {}, named('over'))).status, 200);
    assert.equal((await ask('confirm-promotion', 'c1', {}, named('over'))).status, 403);
    await ask('rollout', 'c1', metadata, named('over'));
    const second = await api.reached('shop/over/c1', 'pass');
    assert.notEqual(second.id, first.id);
  });

  test('clusters are kept apart where they say which they are', async () => {
    const running = api.parametersFor('running');
    await ask('rollout', 'c1', { ...running, cluster: 'eu' }, named('twice'));
    await ask('rollout', 'c2', { ...running, cluster: 'us' }, named('twice'));
    const again = await ask('rollout', 'c1', { ...running, cluster: 'eu' }, named('twice'));
    assert.equal(again.status, 200);
    assert.equal((await api.analysesOf('eu/shop/twice/c1')).length, 1);
    assert.equal((await api.analysesOf('us/shop/twice/c2')).length, 1);
  });

  const BAD: [string, Record<string, string>, RegExp][] = [
    ['an unknown parameter', { durration: '5m' }, /durration.*did you mean "duration"/],
    ['no such config', { config: 'nothing' }, /there is no config "nothing"/],
    ['no window', { start: '', end: '' }, /\/window needs/],
    ['a bad duration', { duration: 'five' }, /duration/],
    ['a key of its own', { key: 'mine' }, /\/key is made of/],
    ['pass without marginal', { pass: '90' }, /\/marginal .*go together/],
  ];
  for (const [what, changes, reason] of BAD) {
    test(`${what}: 403 with the reason, where parameters count, and never a rollback`, async () => {
      const all = { ...api.parametersFor('pass'), ...changes };
      const metadata = Object.fromEntries(Object.entries(all).filter(([, text]) => text !== ''));
      for (const hook of ['pre-rollout', 'rollout', 'confirm-traffic-increase']) {
        const answer = await ask(hook, 'bad', metadata, named(`bad-${hook}`));
        assert.equal(answer.status, 403);
        assert.match(answer.text, reason);
      }
      assert.equal((await ask('rollback', 'bad', metadata)).status, 403);
    });
  }

  test('what is no call of Flagger is shut, rollback above all', async () => {
    for (const hook of ['rollback', 'rollout', 'confirm-promotion', 'no-such-hook']) {
      for (const body of ['{"name": 5}', 'no json', '{}', '[]']) {
        const headers = { 'content-type': 'application/json' };
        const answer = await api.call('post', `/gates/flagger/${hook}`, { body, headers });
        assert.equal(answer.status, 403, `${hook} ${body}`);
      }
    }
  });

  test('the same key with other parameters is shut with the reason', async () => {
    await ask('rollout', 'c1', api.parametersFor('running'), named('other'));
    const answer = await ask('rollout', 'c1', api.parametersFor('pass'), named('other'));
    assert.equal(answer.status, 403);
    assert.match(answer.text, /started with other parameters/);
    const attached = await ask('rollout', 'c1', {}, named('other'));
    assert.equal(attached.status, 200, 'without parameters it attaches');
  });
});
