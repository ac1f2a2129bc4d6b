import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { runCanary } from '../support/canary.ts';
import { startTestService, type TestService } from '../support/service.ts';
import {
  startStubServer,
  type StubAnswer,
  type StubHandler,
  type StubRequest,
} from '../support/stub-server.ts';
import { CONFIG, quietValues, writeExample } from './example-files.ts';

/** The command against servers that fail, in front of a service that does not. */
let api: TestService;
before(async () => {
  api = await startTestService();
});
after(() => api.close());

const REQUEST = {
  config: CONFIG,
  baseline: { scope: 'v41' },
  canary: { scope: 'v42' },
  pairs: CONFIG.metrics.map(({ name }) => ({
    metric: name,
    baseline: quietValues(1),
    canary: quietValues(1, 1),
  })),
};

test('a short outage while submitting and while waiting does not lose the verdict', async () => {
  const outages: StubAnswer[] = [
    { cut: true, body: '{"id":' },
    { status: 503, headers: { 'retry-after': '0' }, body: 'upstream away' },
  ];
  const submits: StubAnswer[] = [...outages];
  const polls: StubAnswer[] = [...outages];
  await using proxy = await startProxy(
    async (request) => (request.method === 'POST' ? submits : polls).shift() ?? forward(request),
  );
  const run = await analyze(proxy.url, []);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stderr, /does not answer: .*; trying again/);
  const keys = proxy.requests
    .filter(({ method }) => method === 'POST')
    .map(({ headers }) => headers['idempotency-key']);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.ok(proxy.requests.some(({ path }) => path.endsWith('?wait=30s')));
  const { body } = await api.call('get', '/api/v1/analyses');
  assert.equal((body as { items: unknown[] }).items.length, 1);
});

test('an analysis that was submitted before the server went away is named', async () => {
  await using proxy = await startProxy((request) =>
    request.method === 'POST' ? forward(request) : { status: 502 },
  );
  const run = await analyze(proxy.url, ['--retry-for', '300ms']);
  assert.deepEqual([run.code, run.stdout], [3, '']);
  assert.match(
    run.stderr,
    /analysis \w+ may go on without us at http.*--idempotency-key \S+ attach/,
  );
  assert.match(run.stderr, /refused to show analysis \w+ with 502: no reason given\n$/);
});

test('a server that is not there ends with 3 and one reason', async () => {
  const proxy = await startProxy(() => 'never');
  await proxy.close();
  const run = await analyze(proxy.url, ['--retry-for', '0s']);
  assert.deepEqual([run.code, run.stdout], [3, '']);
  assert.match(
    run.stderr,
    new RegExp(`server ${proxy.url} does not answer: connection refused\n$`),
  );
});

const STRANGERS: Record<string, [StubAnswer, RegExp]> = {
  'a page': [{ body: '<html>' }, /answered something that is no analysis: check the address/],
  'other JSON': [{ body: 'null' }, /answered something that is no analysis/],
  'a redirect': [
    { status: 301, headers: { location: 'https://example.com/' } },
    /refused the analysis with 301/,
  ],
  'an odd problem': [
    { status: 400, body: '{"detail":"no\\u001b[2J","violations":[null,{"message":7}]}' },
    /refused the analysis with 400: no \[2J\n$/,
  ],
};
for (const [name, [answer, message]] of Object.entries(STRANGERS)) {
  test(`${name} is not taken for a verdict, and ends with 3`, async () => {
    await using proxy = await startProxy(() => answer);
    const run = await analyze(proxy.url, []);
    assert.deepEqual([run.code, run.stdout], [3, '']);
    assert.match(run.stderr, message);
    assert.equal(proxy.requests.length, 1);
  });
}

async function analyze(server: string, args: string[]) {
  using files = writeExample();
  files.write('request.json', REQUEST);
  const all = ['analyze', '--request', 'request.json', '--server', `${server}/`, ...args];
  return await runCanary(all, { cwd: files.path });
}

async function startProxy(handler: StubHandler) {
  const server = await startStubServer(handler);
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}

async function forward({ method, path, headers, body }: StubRequest): Promise<StubAnswer> {
  const answer = await fetch(api.url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      'idempotency-key': String(headers['idempotency-key'] ?? 'none'),
    },
    ...(method === 'POST' ? { body } : {}),
  });
  return { status: answer.status, body: await answer.text() };
}
