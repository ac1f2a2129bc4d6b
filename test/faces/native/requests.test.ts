// Requests that mean something else than they say: refused with what was meant, or told in `warnings`.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestService, type TestService } from '../../support/service.ts';

let api: TestService;
before(async () => {
  // nobody listens there: nothing of this file asks the source anything that counts
  const url = 'http://127.0.0.1:9';
  api = await startTestService({
    CANARY_ACCOUNTS: `[{name: prom, source: prometheus, url: "${url}"}]`,
  });
});
after(() => api.close());

const window = { start: '2026-01-15T10:00:00Z', end: '2026-01-15T11:00:00Z', step: '60s' };
const scopes = { baseline: { scope: 'v41' }, canary: { scope: 'v42' } };
const promql = (text: string) => ({
  name: 'checkout',
  metrics: [{ name: 'errors', query: { source: 'prometheus', promql: text } }],
});
const submit = (body: object, headers: Record<string, string> = {}) => {
  const request = { config: promql('up{app="${scope}"}'), ...scopes, window, ...body };
  return api.call('post', '/api/v1/analyses', { body: request, headers });
};

interface Said {
  pointer: string;
  message: string;
}

/** A request, where it is wrong, and what is said. */
const REFUSED: [name: string, body: object, pointer: string, message: RegExp][] = [
  [
    'text that is no PromQL, with its place as written',
    { config: promql('sum(rate(x{app="${scope}"}[5m])') },
    '/config/metrics/0/query',
    /^metric "errors", line 1, column 4: this \( is never closed$/,
  ],
  [
    'a placeholder of Flagger or Argo Rollouts',
    { config: promql('up{app="{{ target }}"}') },
    '/config/metrics/0/query',
    /"\{\{ target \}\}" is a placeholder of Flagger, Argo Rollouts or Helm: write \$\{scope\}$/,
  ],
  [
    'a placeholder of an argument',
    { config: promql('up{app="{{args.service-name}}"}') },
    '/config/metrics/0/query',
    /write \$\{scope\}$/,
  ],
  [
    'a variable of Grafana',
    { config: promql('rate(x{app="${scope}"}[$__rate_interval])') },
    '/config/metrics/0/query',
    /"\$__rate_interval" is a variable of Grafana: write \$\{step\}$/,
  ],
  [
    'a workload that the deployer did not fill in',
    { canary: { scope: 'checkout-{{ version }}' } },
    '/canary/scope',
    /holds the placeholder "\{\{ version \}\}"/,
  ],
  [
    'a callback to a private address',
    { callbacks: [{ url: 'http://10.0.0.1/hook' }] },
    '/callbacks/0/url',
    /an address of the range private, where webhooks are never sent: .*outbound\.webhooks\.allow/,
  ],
  [
    'a callback with a password',
    { callbacks: [{ url: 'https://me:secret@deployer.example/hook' }] },
    '/callbacks/0/url',
    /^carries a user name or password/,
  ],
  [
    'thresholds that are shares',
    { thresholds: { pass: 0.95, marginal: 0.75 } },
    '/thresholds/pass',
    /did you mean 95\?$/,
  ],
];

for (const [name, body, pointer, message] of REFUSED) {
  test(`${name} is refused with what was meant`, async () => {
    const { status, body: problem } = await submit(body);
    assert.equal(status, 400);
    const said = (problem.violations as Said[]).find((one) => one.pointer === pointer);
    assert.match(said?.message ?? JSON.stringify(problem), message);
    assert.doesNotMatch(JSON.stringify(problem), /me:secret/);
  });
}

test('a variable that is not defined names metric, side and what is defined', async () => {
  const { status, body } = await submit({ config: promql('up{app="${service}"}') });
  assert.deepEqual([status, body.code], [400, 'invalid-query']);
  assert.match(
    body.detail,
    /^metric "errors", baseline: query uses "\$\{service\}", which is not defined for this scope; defined are countFactor, countWindow, end, scope, start, step$/,
  );
  assert.equal(body.violations.length, 2);
});

test('a metrics page that no setting allows is refused when it is asked for, and nothing reads it', async () => {
  const query = { source: 'scrape', gauge: 'level' };
  const sides = Object.fromEntries(
    ['baseline', 'canary'].map((name, index) => [
      name,
      { scope: name, parameters: { instances: `127.0.0.1:${index + 1}` } },
    ]),
  );
  const { status, body } = await submit({
    ...sides,
    config: { name: 'pages', metrics: [{ name: 'level', query }] },
    window: { duration: '1h', step: '10s' },
  });
  assert.deepEqual([status, body.code], [400, 'address-refused']);
  assert.equal(
    body.detail,
    'metric "level", baseline: the metrics page of "127.0.0.1:1" was refused: outbound.scrape.allow names no addresses whose pages may be read: set it to those of the instances',
  );
});

test('a source that is not configured names the metric and those that are', async () => {
  const config = promql('up{app="${scope}"}');
  const metrics = [{ ...config.metrics[0], account: 'prmo' }];
  const { status, body } = await submit({ config: { ...config, metrics } });
  assert.deepEqual([status, body.code], [400, 'unknown-account']);
  assert.match(
    body.detail,
    /^metric "errors": prometheus account "prmo" is not configured; known are "prom"/,
  );
});

test('what may be meant otherwise is told with the acceptance, and as long as the analysis is shown', async () => {
  const config = promql('rate(x{app="${scope}"}[1m])');
  const doubtful = { ...config, metrics: [{ ...config.metrics[0], tolerance: { increase: 10 } }] };
  const { status, body } = await submit({
    config: doubtful,
    canary: { scope: 'v42', parameters: { zone: '{{ zone }}' } },
  });
  assert.equal(status, 202);
  const pointers = (body.warnings as Said[]).map(({ pointer }) => pointer);
  assert.deepEqual(pointers, [
    '/canary/parameters/zone',
    '/config/metrics/0/tolerance/increase',
    '/config/metrics/0/query',
  ]);
  assert.match(body.warnings[2].message, /the window 1m is shorter than two steps of 1m/);
  const shown = await api.call('get', `/api/v1/analyses/${body.id}`);
  assert.deepEqual(shown.body.warnings, body.warnings);
  const page = await api.call('get', `/analyses/${body.id}`);
  assert.match(page.text, /the window 1m is shorter than two steps/);
});

test('each query is shown as it is sent, operands of formulas and exposures too', async () => {
  const query = (text: string) => ({ source: 'prometheus', promql: text });
  const config = {
    name: 'checkout',
    metrics: [
      {
        name: 'ratio',
        formula: 'errors / requests',
        queries: { errors: query('e{app="${scope}"}'), requests: query('r{app="${scope}"}') },
      },
      {
        name: 'count',
        kind: 'count',
        query: query('c{a="${scope}"}'),
        exposure: query('x{a="${scope}"}'),
      },
    ],
  };
  const { body } = await submit({ config });
  const canary = (body.queries as { side: string }[]).filter(({ side }) => side === 'canary');
  const common = { side: 'canary', source: 'prometheus', account: 'prom' };
  assert.deepEqual(canary, [
    { ...common, metric: 'ratio', name: 'errors', query: 'e{app="v42"}' },
    { ...common, metric: 'ratio', name: 'requests', query: 'r{app="v42"}' },
    { ...common, metric: 'count', query: 'c{a="v42"}' },
    { ...common, metric: 'count', purpose: 'exposure', query: 'x{a="v42"}' },
  ]);
});

test('an analysis tells which version of a stored config judges it', async () => {
  const config = { ...promql('up{app="${scope}"}'), name: 'versioned' };
  await api.call('post', '/api/v1/configs', { body: config });
  await api.call('put', '/api/v1/configs/versioned', { body: config });
  const { body } = await submit({ config: 'versioned' });
  assert.equal(body.configVersion, 2);
  const page = await api.call('get', `/analyses/${body.id}`);
  assert.match(page.text, /versioned, version 2/);
  assert.equal((await submit({})).body.configVersion, undefined);
});

test('a repeated key finds the first analysis also when its config is gone', async () => {
  const key = { 'idempotency-key': 'gone' };
  await api.call('post', '/api/v1/configs', {
    body: { ...promql('up{app="${scope}"}'), name: 'short-lived' },
  });
  const first = await submit({ config: 'short-lived' }, key);
  await api.call('delete', '/api/v1/configs/short-lived');
  const again = await submit({ config: 'short-lived' }, key);
  assert.deepEqual([again.status, again.body.id], [202, first.body.id]);
  assert.equal((await submit({ config: 'other' }, key)).status, 422);
  assert.equal((await submit({ config: 'short-lived' })).status, 404);
});

test('a config with a query that is no PromQL is not stored', async () => {
  const { status, body } = await api.call('post', '/api/v1/configs', { body: promql('sum(') });
  assert.deepEqual([status, body.violations[0].pointer], [400, '/metrics/0/query']);
});
