// Metric sources over the API: listed without secrets, checked live, searched, and asked on both sides; and trials.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CHECKOUT, checkoutHistory } from '../../support/checkout-history.ts';
import {
  PROMETHEUS_SKIP,
  startPrometheus,
  type RunningPrometheus,
} from '../../support/prometheus.ts';
import { OPERATOR, startTestService, type TestService } from '../../support/service.ts';
import { startStubServer, type StubServer } from '../../support/stub-server.ts';

const WINDOW = {
  start: new Date(CHECKOUT.startAt).toISOString(),
  end: new Date(CHECKOUT.endAt).toISOString(),
};
const REQUESTS = {
  source: 'prometheus',
  promql: 'sum(rate(http_requests_total{app="${scope}"}[1m]))',
};

describe('accounts without a server that answers', () => {
  let api: TestService;
  let stub: StubServer;
  before(async () => {
    stub = await startStubServer(() => ({
      status: 401,
      body: JSON.stringify({
        status: 'error',
        errorType: 'auth',
        error: 'no such tenant hunter22-token',
      }),
    }));
    api = await startTestService({
      ...OPERATOR,
      CANARY_ACCOUNTS: `[{name: prod, source: prometheus, url: '${stub.url}', bearerToken: env:TEST_SECRET_TOKEN}]`,
      TEST_SECRET_TOKEN: 'hunter22-token',
    });
  });
  after(async () => {
    await api.close();
    await stub.close();
  });

  test('are listed by name and kind, without address and secret', async () => {
    const { status, body, text } = await api.call('get', '/api/v1/accounts');
    assert.equal(status, 200);
    assert.deepEqual(body.items[0], {
      account: 'prod',
      source: 'prometheus',
      remote: true,
      listsMetrics: true,
    });
    assert.ok(!text.includes('127.0.0.1') && !text.includes('hunter22'), text);
  });

  test('want the token as everything else does', async () => {
    const headers = { authorization: 'Bearer wrong' };
    const answers = await Promise.all([
      api.call('get', '/api/v1/accounts', { headers }),
      api.call('post', '/api/v1/accounts/prod/check', { headers }),
      api.call('get', '/api/v1/accounts/prod/metrics', { headers }),
      api.call('post', '/api/v1/accounts/prod/preview', { headers, body: {} }),
      api.call('post', '/api/v1/trials', { headers, body: {} }),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 401, 401, 401, 401],
    );
    assert.equal(stub.requests.length, 0);
  });

  test('a check tells the words of the server, without the secret that these repeat', async () => {
    const { status, body, text } = await api.call('post', '/api/v1/accounts/prod/check');
    assert.equal(status, 200);
    assert.deepEqual([body.well, body.code], [false, 'source-refused']);
    assert.match(body.trouble, /^source "prod" answered 401 .*auth: no such tenant/);
    assert.ok(!text.includes('hunter22'), text);
  });

  test('what needs no server is well', async () => {
    const { body } = await api.call('post', '/api/v1/accounts/inline/check');
    assert.equal(body.well, true);
  });

  test('an unknown account is 404 with the nearest name, on every route', async () => {
    const body = { query: REQUESTS, baseline: { scope: 'a' }, window: WINDOW };
    for (const answer of [
      await api.call('post', '/api/v1/accounts/prd/check'),
      await api.call('get', '/api/v1/accounts/prd/metrics'),
      await api.call('post', '/api/v1/accounts/prd/preview', { body }),
    ]) {
      assert.equal(answer.status, 404, answer.text);
      assert.match(answer.body.detail, /there is no account "prd"; did you mean "prod"\?/);
    }
  });
});

describe('accounts on a real Prometheus', { skip: PROMETHEUS_SKIP }, () => {
  let prometheus: RunningPrometheus;
  let api: TestService;
  before(async () => {
    prometheus = await startPrometheus(checkoutHistory());
    api = await startTestService({
      CANARY_ACCOUNTS: `[{name: prod, source: prometheus, url: '${prometheus.url}'}]`,
    });
  });
  after(async () => {
    await api.close();
    await prometheus.stop();
  });
  const preview = (body: object) => api.call('post', '/api/v1/accounts/prod/preview', { body });
  const sides = { baseline: { scope: CHECKOUT.baseline }, canary: { scope: CHECKOUT.faulty } };

  test('a check of a server that answers is well', async () => {
    const { body } = await api.call('post', '/api/v1/accounts/prod/check');
    assert.equal(body.well, true, body.trouble);
  });

  test('metrics are told by a part of their names, as many as are wanted', async () => {
    const { body } = await api.call('get', '/api/v1/accounts/prod/metrics?filter=HTTP_REQ&limit=2');
    assert.deepEqual(body.items, [
      'http_request_duration_seconds_bucket',
      'http_request_duration_seconds_count',
    ]);
    assert.equal(body.total, 4);
    const none = await api.call('get', '/api/v1/accounts/prod/metrics?match={app="nothing"}');
    assert.deepEqual(none.body, { items: [], total: 0 });
    const wrong = await api.call('get', '/api/v1/accounts/prod/metrics?match={app=');
    assert.equal(wrong.status, 400);
    assert.match(wrong.body.detail, /source "prod" answered 400 .*parse error/);
    const scrape = await api.call('get', '/api/v1/accounts/scrape/metrics');
    assert.equal(scrape.status, 400);
    assert.match(scrape.body.detail, /account "scrape" cannot tell which metrics it has/);
  });

  test('a preview has the text, the points and the last value of each side', async () => {
    const { status, body } = await preview({ query: REQUESTS, ...sides, window: WINDOW });
    assert.equal(status, 200);
    assert.equal(body.canary.query, 'sum(rate(http_requests_total{app="checkout-faulty"}[1m]))');
    const [series] = body.canary.series;
    assert.deepEqual([series.points, series.gaps, series.step], [61, 0, '1m']);
    assert.ok(series.least > 15 && series.most < 25 && series.last > 15, JSON.stringify(series));
    const lonely = await preview({ query: REQUESTS, baseline: { scope: 'x' }, window: WINDOW });
    assert.deepEqual([lonely.body.baseline.series, lonely.body.canary], [[], undefined]);
  });

  test('what cannot be asked is told: kind, text, window, variable', async () => {
    const ask = async (change: object) => {
      const answer = await preview({ query: REQUESTS, ...sides, window: WINDOW, ...change });
      assert.equal(answer.status, 400, answer.text);
      return `${answer.body.detail} ${JSON.stringify(answer.body.violations ?? [])}`;
    };
    assert.match(
      await ask({ query: { source: 'inline' } }),
      /\/query\/source.*account \\"prod\\" is of the kind \\"prometheus\\"/,
    );
    assert.match(await ask({ query: { ...REQUESTS, promql: 'sum(' } }), /\/query.*line 1, column/);
    assert.match(
      await ask({ window: { start: WINDOW.end, end: WINDOW.start } }),
      /\/window\/end.*after/,
    );
    assert.match(await ask({ window: { ...WINDOW, step: '1ms' } }), /\/window\/step.*points/);
    assert.match(
      await ask({ query: { ...REQUESTS, promql: 'up{a="${region}"}' } }),
      /baseline: .*region/,
    );
  });

  test('a trial finds what an analysis would, and leaves nothing behind', async () => {
    const config = {
      name: 'checkout',
      metrics: [
        {
          name: 'latency',
          direction: 'increase',
          query: {
            source: 'prometheus',
            promql:
              'sum(rate(http_request_duration_seconds_sum{app="${scope}"}[1m])) / sum(rate(http_request_duration_seconds_count{app="${scope}"}[1m]))',
          },
        },
      ],
    };
    const { status, body, text } = await api.call('post', '/api/v1/trials', {
      body: { config, ...sides, window: WINDOW },
    });
    assert.deepEqual([status, body.judgement?.verdict], [200, 'fail'], text);
    const healthy = await api.call('post', '/api/v1/trials', {
      body: { config, ...sides, canary: { scope: CHECKOUT.healthy }, window: WINDOW },
    });
    assert.equal(healthy.body.judgement.verdict, 'pass', healthy.text);
    const { body: list } = await api.call('get', '/api/v1/analyses');
    assert.deepEqual(list.items, []);
    const lasting = await api.call('post', '/api/v1/trials', {
      body: {
        config,
        ...sides,
        window: { duration: '1h' },
        callbacks: [{ url: 'http://127.0.0.1:9/' }],
      },
    });
    assert.equal(lasting.status, 400);
    assert.deepEqual(
      lasting.body.violations.map(({ pointer }: { pointer: string }) => pointer),
      ['/callbacks', '/window/duration'],
    );
  });
});
