// Why a canary ended without a result: the call that went wrong, in Kayenta's words, and never a secret of it.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import {
  kayentaConfig,
  kayentaMetric,
  kayentaRequest,
  startKayenta,
  startKayentaOn,
  type CanaryStatus,
  type KayentaService,
} from '../support/kayenta.ts';
import { PROMETHEUS_SKIP } from '../../../support/prometheus.ts';
import {
  startStubServer,
  type StubHandler,
  type StubServer,
} from '../../../support/stub-server.ts';

const TOKEN = 's3cretBearer';
const HEADER = 's3cretHeader';
const QUERY = 's3cretQuery';
const SEGMENT = 's3cret0123456789abcdef0123';

/** A service whose only account has a secret wherever one may stand. */
function startSecretive(url: string, env: Record<string, string> = {}): Promise<KayentaService> {
  return startKayentaOn(url, {
    CANARY_ACCOUNTS: `[{name: prom-eu, source: prometheus, attempts: 1, bearerToken: env:TOKEN, headers: {X-Api-Key: env:HEADER}, url: "${url}/${SEGMENT}/prom?token=${QUERY}&${QUERY}"}]`,
    CANARY_LIMITS_SHUTDOWN_GRACE: '100ms',
    TOKEN,
    HEADER,
    ...env,
  });
}

const one = kayentaConfig('one', { metrics: [kayentaMetric('latency', 'up{app="${scope}"}')] });

async function run(api: KayentaService, config: object = one): Promise<CanaryStatus> {
  const { body, text } = await api.call('post', '/canary', {
    body: { canaryConfig: config, executionRequest: kayentaRequest('ok') },
  });
  assert.ok(body.canaryExecutionId, text);
  return api.ended(body.canaryExecutionId);
}

async function fail(t: TestContext, handler: StubHandler | 'closed', env = {}) {
  const stub = await startStubServer(handler === 'closed' ? () => ({}) : handler);
  if (handler === 'closed') await stub.close();
  const api = await startSecretive(stub.url, env);
  t.after(async () => {
    await api.close();
    if (handler !== 'closed') await stub.close();
  });
  const status = await run(api);
  const native = await api.call('get', `/api/v1/analyses/${status.pipelineId}`);
  const accounts = await api.call('get', '/credentials');
  assert.equal(accounts.body[0].endpoint.baseUrl, `${stub.url}/[redacted]/prom`);
  for (const text of [JSON.stringify(status), native.text, accounts.text, api.log.join('\n')]) {
    assert.doesNotMatch(text, /s3cret/);
  }
  return { stub, status, native: native.body };
}

const addressOf = ({ url }: StubServer) => `${url}/[redacted]/prom/api/v1/query_range`;

describe('the call that a metric source did not answer well', () => {
  const CASES: [string, StubHandler, Record<string, unknown>, RegExp][] = [
    [
      '500, whose body repeats the secrets',
      ({ headers }) => ({
        status: 500,
        body: JSON.stringify({
          status: 'error',
          error: `${String(headers['x-api-key'])} ${QUERY}`,
        }),
      }),
      { error: 'Internal Server Error', status: 500, kind: 'HTTP' },
      /^source "prom-eu" answered 500 for metric "latency": \[redacted\] \[redacted\] \(attempt 1 of 1\); asked for the baseline: up\{app="base"\}$/,
    ],
    [
      '401',
      () => ({ status: 401 }),
      { error: 'Unauthorized', status: 401, kind: 'HTTP' },
      /^source "prom-eu" answered 401 for metric "latency"; check the account's credentials; asked for the baseline: up\{app="base"\}$/,
    ],
    [
      'a page instead of an answer',
      () => ({ body: '<html>' }),
      { error: 'Unexpected Task Failure', status: 200, kind: 'UNEXPECTED' },
      /^source "prom-eu" answered not JSON but a web page/,
    ],
  ];
  for (const [name, handler, expected, message] of CASES) {
    test(`${name}: status, kind, method and address`, async (t) => {
      const { stub, status, native } = await fail(t, handler);
      const { exceptionType, operation, details } = status.exception!;
      assert.deepEqual(
        [status.status, exceptionType, operation],
        ['terminal', 'SpinnakerHttpException', 'prometheusFetch'],
      );
      const { errors, stackTrace, ...facts } = details;
      assert.deepEqual(facts, { ...expected, url: addressOf(stub), method: 'POST' });
      assert.equal((errors as string[]).length, 1);
      assert.match((errors as string[])[0]!, message);
      assert.equal(stackTrace, `SpinnakerHttpException: ${(errors as string[])[0]}`);
      assert.deepEqual(native.failure.http, {
        method: 'POST',
        url: addressOf(stub),
        status: expected['status'],
      });
    });
  }

  test('nobody listens: NETWORK, and no status', async (t) => {
    const { stub, status } = await fail(t, 'closed');
    const { errors, stackTrace: _, ...facts } = status.exception!.details;
    assert.match(String(errors), /refused the connection/);
    assert.deepEqual(facts, {
      error: 'Unexpected Task Failure',
      url: addressOf(stub),
      method: 'POST',
      kind: 'NETWORK',
    });
  });

  test('silence until the deadline: NETWORK, and who was waited for', async (t) => {
    const env = { CANARY_LIMITS_EXECUTION_DEADLINE: '300ms' };
    const { stub, status } = await fail(t, () => 'never', env);
    const { errors, url, kind } = status.exception!.details;
    assert.match(
      String(errors),
      /did not finish within 0\.3 s; .*source "prom-eu" had not answered for metric "latency"$/,
    );
    assert.deepEqual([url, kind], [addressOf(stub), 'NETWORK']);
  });

  test('asked by GET, the address tells the query and nothing else that it carries', async (t) => {
    const { stub, status } = await fail(t, ({ method }) => ({
      status: method === 'POST' ? 405 : 503,
    }));
    const { url, method } = status.exception!.details;
    assert.equal(method, 'GET');
    const told = new URL(String(url));
    assert.equal(`${told.origin}${told.pathname}`, addressOf(stub));
    assert.deepEqual([...told.searchParams.keys()], ['query', 'start', 'end', 'step']);
    assert.match(told.searchParams.get('query') ?? '', /^up\{app="(ok|base)"\}$/);
  });

  test('a failure that is no call has none of it', async (t) => {
    const stub = await startStubServer(() => ({}));
    const api = await startSecretive(stub.url);
    t.after(async () => {
      await api.close();
      await stub.close();
    });
    const metric = (query: object) => ({ ...kayentaMetric('latency', ''), query });
    for (const [query, message] of [
      [{ type: 'prometheus', customInlineTemplate: 'PromQL:${nothing}' }, /nothing/],
      [
        { type: 'prometheus', metricName: 'up', customFilterTemplate: 'mine' },
        /Custom filter template 'mine' was referenced, but no templates were defined\.$/,
      ],
      [
        { type: 'prometheus', metricName: 'up' },
        /Either a resource type or a custom filter is required\.$/,
      ],
    ] as const) {
      const broken = kayentaConfig('x', { metrics: [metric(query)] });
      const { exceptionType, details } = (await run(api, broken)).exception!;
      assert.equal(exceptionType, 'IllegalArgumentException');
      assert.deepEqual(Object.keys(details), ['error', 'errors', 'stackTrace']);
      const [error = ''] = details['errors'] as string[];
      assert.match(error, /^metric "latency", (baseline|canary): /);
      assert.match(error, message);
    }
  });
});

describe('a remote judge that is dead', { skip: PROMETHEUS_SKIP }, () => {
  const judged = kayentaConfig('remote', {
    judge: { name: 'RemoteJudge-v1.0', judgeConfigurations: {} },
  });

  for (const [name, handler, message] of [
    [
      'gone: the canary ends with the judge’s own error',
      'closed',
      /^remote judge 127\.0\.0\.1:\d+ cannot judge: .* refused/,
    ],
    [
      'silent: the canary ends with its deadline, and says who was waited for',
      () => 'never',
      /^the judgement did not finish within 6 s; last: remote judge 127\.0\.0\.1:\d+ had not answered/,
    ],
  ] as const) {
    test(name, async (t) => {
      const stub = await startStubServer(handler === 'closed' ? () => ({}) : handler);
      if (handler === 'closed') await stub.close();
      const api = await startKayenta({
        CANARY_REMOTE_JUDGE_URL: `${stub.url}/house`,
        CANARY_LIMITS_EXECUTION_DEADLINE: '6s',
        CANARY_LIMITS_SHUTDOWN_GRACE: '100ms',
      });
      t.after(async () => {
        await api.close();
        if (handler !== 'closed') await stub.close();
      });
      const { status, stageStatus, exception } = await run(api, judged);
      assert.equal(status, 'terminal');
      assert.deepEqual(
        [stageStatus?.['mixMetrics'], stageStatus?.['judge']],
        ['succeeded', 'terminal'],
      );
      const { operation, details } = exception!;
      const { errors, url, kind, method } = details;
      assert.match(String(errors), message);
      assert.deepEqual(
        [operation, url, kind, method],
        ['canaryJudge', `${stub.url}/house/judge`, 'NETWORK', 'POST'],
      );
    });
  }
});
