import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import supertest from 'supertest';
import { startTestService, type TestService } from '../support/service.ts';

let api: TestService;
before(async () => {
  api = await startTestService({ CANARY_SERVER_MAX_BODY_BYTES: '100000' });
});
after(() => api.close());

test('health, readiness, telemetry and the contract answer', async () => {
  const info = await api.call('get', '/info');
  assert.deepEqual([info.status, info.body.build.name], [200, 'canary-verdict']);
  const health = await api.call('get', '/health');
  assert.deepEqual([health.status, health.body.status], [200, 'UP']);
  assert.equal((await api.call('get', '/ready')).body.ready, true);
  const telemetry = await api.call('get', '/metrics');
  assert.match(telemetry.text, /^canary_http_request_seconds_count/m);
  const contract = await (await fetch(`${api.url}/openapi.yaml`)).text();
  assert.match(contract, /^openapi: 3\.1/);
});

test('an address nobody serves is 404, a wrong method 405 with Allow, both as problems', async () => {
  const missing = await supertest(api.url).get('/api/v1/nothing');
  assert.deepEqual(
    [missing.status, missing.body.code, missing.type],
    [404, 'route-not-found', 'application/problem+json'],
  );
  const wrong = await supertest(api.url).delete('/api/v1/analyses');
  assert.deepEqual(
    [wrong.status, wrong.headers['allow'], wrong.body.code],
    [405, 'GET, POST', 'method-not-allowed'],
  );
});

test('a path that cannot be decoded is 400, without a stack', async () => {
  const answer = await fetch(`${api.url}/analyses/%E0%A4%A`);
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /"code":"invalid-request"/);
});

test('every answer carries a request id that a problem repeats', async () => {
  const answer = await api.call('get', '/api/v1/analyses/ghost');
  assert.equal(answer.status, 404);
  assert.equal(answer.headers['x-request-id'], answer.body.requestId);
});

test('a body of another kind is 415, broken JSON or UTF-8 is 400, and none is a 500', async () => {
  const post = (type: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${api.url}/api/v1/configs`, {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body: body as string,
    });
  assert.equal((await post('text/plain', '{}')).status, 415);
  assert.equal((await post('application/json', '{}', { 'content-encoding': 'gzip' })).status, 415);
  assert.equal((await post('application/json', '{"a":')).status, 400);
  assert.equal((await post('application/json', Buffer.from([0x22, 0xff, 0x22]))).status, 400);
  const empty = await post('application/json', '');
  assert.equal(empty.status, 400);
  assert.match(await empty.text(), /the request has no body: send JSON/);
  assert.equal((await post('application/json', '['.repeat(40_000))).status, 400);
  assert.equal(
    (await post('application/json', `${'['.repeat(40_000)}${']'.repeat(40_000)}`)).status,
    400,
  );
});

test('an address with its host, as proxies send it, is the same address', async () => {
  const { hostname, port, host } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const head = `GET http://${host}/ready HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
  socket.write(head);
  assert.match(await text(socket), /^HTTP\/1\.1 200 /);
});

test('an upload over the limit is cut off with 413 before it has been sent', async () => {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.on('error', () => undefined); // the cut is what is expected
  socket.write(
    'POST /api/v1/configs HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000000000\r\n\r\n',
  );
  let sent = 0;
  const flood = setInterval(() => {
    if (socket.writable) socket.write('x'.repeat(20_000), () => (sent += 20_000));
  }, 2);
  const answer = await text(socket).finally(() => clearInterval(flood));
  assert.match(answer, /^HTTP\/1\.1 413 /);
  assert.match(answer, /connection: close/i);
  assert.ok(sent < 5_000_000, `${sent} bytes were taken`);
});

test('any JSON on any route gives an answer of the contract, and never a 500', async () => {
  const routes = ['/api/v1/analyses', '/api/v1/configs', '/api/v1/judgements'];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), fc.jsonValue(), async (route, body) => {
      const answer = await api.call('post', route, {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
      assert.ok(answer.status < 500, `${answer.status} for ${JSON.stringify(body)}`);
    }),
    { numRuns: 150 },
  );
});

test('names that JavaScript knows are names like any other', async () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const body = JSON.parse(
      `{"config":{"name":"x","metrics":[{"name":"${name}","group":"${name}","query":{"source":"inline"}}],"groups":{"${name}":100}},` +
        `"pairs":[{"metric":"${name}","baseline":[1,2,3,4,5,6],"canary":[1,2,3,4,5,6],"tags":{"${name}":"a"}}]}`,
    ) as unknown;
    const answer = await api.call('post', '/api/v1/judgements', {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    assert.deepEqual([name, answer.status, answer.body.score], [name, 200, 100]);
  }
});

test('with tokens configured, a request without one is 401, and operators need none', async () => {
  const closed = await startTestService({
    CANARY_SERVER_TOKENS: '[{name: ci, token: env:CI_TOKEN}]',
    CI_TOKEN: 'opensesame',
  });
  try {
    const refused = await closed.call('get', '/api/v1/analyses');
    assert.deepEqual([refused.status, refused.headers['www-authenticate']], [401, 'Bearer']);
    const wrong = await closed.call('get', '/api/v1/analyses', {
      headers: { authorization: 'Bearer nope' },
    });
    assert.equal(wrong.status, 401);
    const right = await closed.call('get', '/api/v1/analyses', {
      headers: { authorization: 'Bearer opensesame' },
    });
    assert.equal(right.status, 200);
    assert.equal((await closed.call('get', '/ready')).status, 200);
    assert.ok(closed.log.every((line) => !line.includes('opensesame')));
  } finally {
    await closed.close();
  }
});
