// Who may take an account away, and what becomes of those who use it.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  kayentaConfig,
  kayentaRequest,
  startKayentaOn,
  type KayentaService,
} from '../support/kayenta.ts';
import { until } from '../../../support/service.ts';
import { startStubServer, type StubHandler } from '../../../support/stub-server.ts';

const OPERATOR = { authorization: 'Bearer operator-token' };
const TOKENS = { CANARY_SERVER_TOKENS: '[{name: ops, token: env:OPS}]', OPS: 'operator-token' };

async function start(t: TestContext, env: Record<string, string>, handler: StubHandler) {
  const stub = await startStubServer(handler);
  const accounts = `[{name: prom-eu, source: prometheus, attempts: 1, url: "${stub.url}"}, {name: prom-us, source: prometheus, url: "${stub.url}"}]`;
  const more = { CANARY_ACCOUNTS: accounts, CANARY_LIMITS_SHUTDOWN_GRACE: '100ms' };
  const api = await startKayentaOn(stub.url, { ...more, ...env });
  t.after(async () => {
    await api.close();
    await stub.close();
  });
  return { api, stub };
}

const down: StubHandler = () => ({ status: 400 });

async function names(api: KayentaService, headers: Record<string, string> = OPERATOR) {
  const { body } = await api.call('get', '/credentials', { headers });
  return (body as { name: string }[]).map(({ name }) => name);
}

const body = { canaryConfig: kayentaConfig('accounts'), executionRequest: kayentaRequest('ok') };

test('with a token an account is removed: not listed, not resolved, until the next start', async (t) => {
  const { api } = await start(t, TOKENS, down);
  const call = (method: 'get' | 'post' | 'delete', path: string, given?: object) =>
    api.call(method, path, {
      headers: OPERATOR,
      ...(given === undefined ? {} : { body: given }),
    });
  const removed = await call('delete', '/credentials/prom-eu');
  assert.deepEqual([removed.status, removed.text], [200, '']);
  assert.deepEqual(await names(api), ['prom-us', 'results-s3', 'configs-s3']);
  const named = await call('post', '/canary?metricsAccountName=prom-eu', body);
  assert.deepEqual(
    [named.status, named.body],
    [400, { message: 'Unable to resolve account prom-eu.' }],
  );
  const first = await call('post', '/canary', body);
  const { body: canary } = await call('get', `/canary/${first.body.canaryExecutionId}`);
  assert.equal(canary.metricsAccountName, 'prom-us');
  const again = await call('delete', '/credentials/prom-eu');
  assert.deepEqual(
    [again.status, again.body],
    [400, { message: 'Unable to resolve account prom-eu.' }],
  );
  assert.ok(api.log.some((line) => line.includes('"account":"prom-eu","by":"ops"')));
  await call('delete', '/credentials/prom-us');
  const none = await call('post', '/canary', body);
  assert.equal(none.body.message, 'Unable to resolve account of type METRICS_STORE.');
});

test('a canary that was accepted before keeps its account', async (t) => {
  let letGo: (() => void) | undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const { api, stub } = await start(t, TOKENS, async () => {
    await gate;
    return { status: 400, body: '{"error":"of prom-eu"}' };
  });
  const { body: started } = await api.call('post', '/canary?metricsAccountName=prom-eu', {
    body,
    headers: OPERATOR,
  });
  await until(async () => stub.requests[0]);
  const deleted = await api.call('delete', '/credentials/prom-eu', { headers: OPERATOR });
  assert.equal(deleted.status, 200);
  letGo?.();
  const ended = await until(async () => {
    const path = `/canary/${started.canaryExecutionId}`;
    const { body: status } = await api.call('get', path, { headers: OPERATOR });
    return status.complete === true ? status : undefined;
  });
  assert.equal(ended.metricsAccountName, 'prom-eu');
  assert.match(
    ended.exception.details.errors[0],
    /^source "prom-eu" answered 400 .*: of prom-eu; correct the query; asked for the baseline: avg\(/,
  );
});

test('without the token it is 401, and the account stays', async (t) => {
  const { api } = await start(t, TOKENS, down);
  for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
    const { status } = await api.call('delete', '/credentials/prom-eu', { headers });
    assert.equal(status, 401);
  }
  assert.ok((await names(api)).includes('prom-eu'));
});

test('without tokens nobody may remove an account', async (t) => {
  const { api } = await start(t, {}, down);
  for (const name of ['prom-eu', 'ghost']) {
    const { status, body: refusal } = await api.call('delete', `/credentials/${name}`);
    assert.equal(status, 403);
    assert.match(refusal.message, /this service has no tokens .*: set server\.tokens, or remove/);
  }
  assert.ok((await names(api, {})).includes('prom-eu'));
});

test('a source that stays silent is a time-out of the gateway, and named', async (t) => {
  const { api } = await start(t, { CANARY_LIMITS_EXECUTION_DEADLINE: '200ms' }, ({ path }) =>
    path.includes('ready') ? {} : 'never',
  );
  const query = new URLSearchParams({
    metricsAccountName: 'prom-us',
    metricSetName: 'latency',
    metricName: 'latency',
    step: '60',
    customFilter: 'app="a"',
    start: '2026-01-15T10:00:00Z',
    end: '2026-01-15T10:30:00Z',
  });
  const fetched = await api.call('post', `/fetch/prometheus/query?${query.toString()}`);
  assert.equal(fetched.status, 504);
  assert.match(
    fetched.body.message,
    /^the query was given up after 200ms; .*source "prom-us" had not answered for metric "latency"$/,
  );
  const names = await api.call('get', '/metadata/metricsService?metricsAccountName=prom-us');
  assert.equal(names.status, 504);
  assert.match(names.body.message, /after 200ms; source "prom-us" had not answered for its metric/);
});
