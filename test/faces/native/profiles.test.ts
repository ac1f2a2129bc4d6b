// Defaults of a team that configs extend: in the config, in the request, and what of a profile is wrong.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { failToServe } from '../../support/process.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const PROFILES = `
payments:
  owner: team payments
  runbook: https://wiki.example/payments
  judge: NetflixACAJudge-v1.0
  thresholds: { pass: 80, marginal: 40 }
  dataPolicy: { no-data: warn }
  window: { duration: 30m, interval: 10m, step: 30s }
  labels: { team: payments, env: production }
  callbacks: [{ url: 'http://127.0.0.1:9/team' }]
`;
const metric = { name: 'errors', query: { source: 'inline' } };
const config = { name: 'checkout', extends: 'payments', metrics: [metric] };
const sides = { baseline: { scope: 'v1' }, canary: { scope: 'v2' } };

let api: TestService;
before(async () => {
  api = await startTestService({ CANARY_PROFILES: PROFILES });
});
after(() => api.close());

const submit = (body: object) =>
  api.call('post', '/api/v1/analyses', { body: { config, ...sides, ...body } });

test('what config and request leave out is the profile of the config', async () => {
  const { status, body } = await submit({});
  assert.equal(status, 202, JSON.stringify(body));
  assert.deepEqual(
    [body.owner, body.runbook, body.thresholds],
    ['team payments', 'https://wiki.example/payments', { pass: 80, marginal: 40 }],
  );
  const { duration, interval, step } = body.window;
  assert.deepEqual([duration, interval, step], ['30m', '10m', '30s']);
  assert.deepEqual(body.labels, { team: 'payments', env: 'production' });
  assert.deepEqual(
    body.callbacks.map(({ url }: { url: string }) => url),
    ['http://127.0.0.1:9/team'],
  );
});

test('what they say themselves stands', async () => {
  const own = { ...config, owner: 'somebody', thresholds: { pass: 99, marginal: 98 } };
  const { body } = await submit({
    config: own,
    window: { duration: '1h' },
    labels: { env: 'staging' },
    callbacks: [{ url: 'http://127.0.0.1:9/own' }],
  });
  assert.deepEqual([body.owner, body.thresholds], ['somebody', { pass: 99, marginal: 98 }]);
  assert.deepEqual([body.window.duration, body.window.interval], ['1h', '10m']);
  assert.deepEqual(body.labels, { team: 'payments', env: 'staging' });
  assert.equal(body.callbacks.length, 2);
  const past = await submit({ window: { start: 'now-1h', end: 'now' } });
  assert.deepEqual([past.status, past.body.window.step], [202, '30s'], past.text);
});

test('a stored config says what its profile brings', async () => {
  const { status, body } = await api.call('post', '/api/v1/configs', { body: config });
  assert.deepEqual([status, body.config], [201, config]);
  assert.deepEqual(
    [body.extended.owner, body.extended.judge, body.extended.dataPolicy],
    ['team payments', 'NetflixACAJudge-v1.0', { 'no-data': 'warn' }],
  );
  const { body: analysis } = await submit({ config: 'checkout' });
  assert.deepEqual([analysis.owner, analysis.configVersion], ['team payments', 1]);
  const plain = { ...config, name: 'plain', extends: undefined };
  const answer = await api.call('post', '/api/v1/configs', { body: plain });
  assert.equal(answer.body.extended, undefined);
});

test('a profile that nobody knows is named, with the one that was meant', async () => {
  const wrong = { ...config, extends: 'payment' };
  const checked = await api.call('post', '/api/v1/configs/validate', { body: wrong });
  const violation = {
    pointer: '/extends',
    message: 'there is no profile "payment": known are payments; did you mean "payments"?',
  };
  assert.deepEqual([checked.body.valid, checked.body.violations], [false, [violation]]);
  const submitted = await submit({ config: wrong });
  assert.deepEqual(
    [submitted.status, submitted.body.violations],
    [400, [{ ...violation, pointer: '/config/extends' }]],
  );
});

test('a wrong profile stops the start with its name and its field', async () => {
  using directory = temporaryDirectory();
  for (const [profiles, why] of [
    ['{a: {ownr: x}}', /"profiles\.a\.ownr" unknown field; did you mean "owner"\?/],
    ['{a: {window: {start: soon}}}', /"profiles\.a\.window\.start" must be an instant/],
    ['{a: {thresholds: {pass: 10, marginal: 90}}}', /"profiles\.a\.thresholds\.marginal"/],
  ] as const) {
    const end = await failToServe(directory.path, { CANARY_PROFILES: profiles });
    assert.equal(end.code, 78, end.said);
    assert.match(end.said, why);
  }
});
