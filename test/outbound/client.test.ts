import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { test, type TestContext } from 'node:test';
import { Fault, type FaultCode } from '../../src/errors.ts';
import { createOutboundClient } from '../../src/outbound/client.ts';
import type { OutboundClient, OutboundRequest } from '../../src/outbound/client.ts';
import { startStubServer, type StubHandler, type StubServer } from '../support/stub-server.ts';

const SECRET = 'Bearer s3cret-token';

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/outbound/${name}`, import.meta.url), 'utf8');
}

async function stub(t: TestContext, handler: StubHandler): Promise<StubServer> {
  const server = await startStubServer(handler);
  t.after(() => server.close());
  return server;
}

function client(
  t: TestContext,
  profile: 'webhook' | 'source',
  allow: string[] = [],
): OutboundClient {
  const made = createOutboundClient({ profile, allow });
  t.after(() => made.close());
  return made;
}

function get(url: string, more: Partial<OutboundRequest> = {}): OutboundRequest {
  return {
    method: 'GET',
    url,
    headers: { authorization: SECRET },
    timeoutMs: 5000,
    maxBytes: 1000,
    ...more,
  };
}

function fault(code: FaultCode, text: RegExp, retryable: boolean) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof Fault, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, text);
    assert.doesNotMatch(error.message, /s3cret/);
    assert.equal(error.retryable, retryable);
    return true;
  };
}

test('a packed answer is unpacked, and bounded by what it is then', async () => {
  const packed = gzipSync('x'.repeat(1000));
  const server = createHttpServer((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createOutboundClient({ profile: 'source', allow: [] });
  const ask = (maxBytes: number) =>
    client.request({ method: 'GET', url, timeoutMs: 10_000, maxBytes });
  const whole = await ask(1000);
  assert.deepEqual([whole.text.length, whole.truncated], [1000, false]);
  assert.equal((await ask(100)).truncated, true);
  await client.close();
  server.closeAllConnections();
  server.close();
});

test('a request and its answer arrive whole', async (t) => {
  const server = await stub(t, () => ({ status: 201, headers: { 'x-a': 'b' }, body: 'grüße' }));
  const answer = await client(t, 'source').request(
    get(`${server.url}/p?q=1`, { method: 'POST', body: 'x=ü' }),
  );
  assert.equal(answer.status, 201);
  assert.equal(answer.headers['x-a'], 'b');
  assert.equal(answer.text, 'grüße');
  assert.equal(answer.truncated, false);
  const [seen] = server.requests;
  assert.equal(seen?.method, 'POST');
  assert.equal(seen.path, '/p?q=1');
  assert.equal(seen.body, 'x=ü');
  assert.equal(seen.headers['authorization'], SECRET);
});

test('all forms of a forbidden address are refused without a connection', async (t) => {
  const server = await stub(t, () => ({}));
  const outbound = client(t, 'webhook');
  for (const host of [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '[::ffff:127.0.0.1]',
    '[::1]',
    '[::127.0.0.1]',
    'localhost',
  ]) {
    await assert.rejects(
      outbound.request(get(`http://${host}:${server.port}/`)),
      fault(
        'address-refused',
        /was refused: it leads to an (address of the range loopback|IPv4-compatible IPv6 address)/,
        false,
      ),
      host,
    );
  }
  assert.equal(server.connections(), 0);
});

test('an allowed address is reached by number and by name', async (t) => {
  const server = await stub(t, () => ({ body: 'ok' }));
  const outbound = client(t, 'webhook', ['127.0.0.0/8', '::1']);
  assert.equal((await outbound.request(get(server.url))).text, 'ok');
  assert.equal((await outbound.request(get(`http://localhost:${server.port}`))).text, 'ok');
});

test('a redirect is an answer and is not followed', async (t) => {
  const server = await stub(t, () => ({ status: 302, headers: { location: '/elsewhere' } }));
  const answer = await client(t, 'source').request(get(server.url));
  assert.equal(answer.status, 302);
  assert.equal(server.requests.length, 1);
});

test('an answer is read up to the limit', async (t) => {
  const server = await stub(t, () => ({ body: 'x'.repeat(5_000_000) }));
  const answer = await client(t, 'source').request(get(server.url));
  assert.equal(answer.text.length, 1000);
  assert.equal(answer.truncated, true);
});

test('an answer of exactly the limit is not truncated', async (t) => {
  const server = await stub(t, () => ({ body: 'x'.repeat(1000) }));
  const answer = await client(t, 'source').request(get(server.url));
  assert.equal(answer.truncated, false);
});

test('silence ends at the time-out', async (t) => {
  const server = await stub(t, () => 'never');
  await assert.rejects(
    client(t, 'source').request(get(server.url, { timeoutMs: 30 })),
    fault('source-unavailable', /^127\.0\.0\.1:\d+ did not answer within 30 ms$/, true),
  );
});

test('a connection that is not made in its own time is given up before the whole exchange', async (t) => {
  const silent = createServer(() => undefined); // takes the connection, and never answers the TLS hello
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.after(() => silent.close());
  const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const outbound = client(t, 'source');
  const begin = performance.now();
  await assert.rejects(
    outbound.request(get(url, { connectTimeoutMs: 100, timeoutMs: 4000 })),
    fault('source-unavailable', /did not accept a connection in time$/, true),
  );
  assert.ok(performance.now() - begin < 3000);
});

test('a call is told only where the request says what may be told of it', async (t) => {
  const server = await stub(t, () => ({ status: 500 }));
  const outbound = client(t, 'source');
  const url = `${server.url}/p?token=s3cret&step=1`;
  const told = { method: 'GET', url: `${server.url}/p?step=1` };
  assert.equal((await outbound.request(get(url))).http, undefined);
  assert.deepEqual((await outbound.request(get(url, { tellable: ['step'] }))).http, {
    ...told,
    status: 500,
  });
  await server.close();
  for (const [tellable, expected] of [
    [undefined, undefined],
    [['step'], told],
  ] as const) {
    const request = get(url, tellable === undefined ? {} : { tellable });
    await assert.rejects(outbound.request(request), ({ http }: Fault) => {
      assert.deepEqual(http, expected);
      return true;
    });
  }
});

test("the caller's signal ends a request with its own reason", async (t) => {
  const server = await stub(t, () => 'never');
  const stop = new AbortController();
  const reason = new Fault('deadline-exceeded', 'out of time');
  const request = client(t, 'source').request(get(server.url, { signal: stop.signal }));
  stop.abort(reason);
  await assert.rejects(request, (error) => error === reason);
});

test('a cut answer and a refused connection are retryable', async (t) => {
  const server = await stub(t, () => ({ body: 'half', cut: true }));
  await assert.rejects(
    client(t, 'webhook', ['127.0.0.1']).request(get(server.url)),
    fault('webhook-failed', /closed the connection before its answer was complete/, true),
  );
  await server.close();
  await assert.rejects(
    client(t, 'source').request(get(server.url)),
    fault('source-unavailable', /refused the connection/, true),
  );
});

test('urls with credentials or of other schemes are refused', async (t) => {
  const outbound = client(t, 'source');
  await assert.rejects(
    outbound.request(get('http://user:s3cret@127.0.0.1/')),
    fault('address-refused', /carries a user name or password/, false),
  );
  for (const url of ['file:///etc/passwd', 'nonsense', 'gopher://127.0.0.1/']) {
    await assert.rejects(
      outbound.request(get(url)),
      fault('address-refused', /not http:\/\/ or https:\/\//, false),
    );
  }
});

test('TLS: the authority, the name and a client certificate are per request', async (t) => {
  const server = await startStubServer(() => ({ body: 'secure' }), {
    key: fixture('server.key'),
    cert: fixture('server.pem'),
    ca: fixture('ca.pem'),
    requestCert: true,
    rejectUnauthorized: true,
  });
  t.after(() => server.close());
  const outbound = client(t, 'source');
  const trusted = {
    ca: fixture('ca.pem'),
    servername: 'metrics.test',
    cert: fixture('client.pem'),
    key: fixture('client.key'),
  };
  assert.equal((await outbound.request(get(server.url, { tls: trusted }))).text, 'secure');
  const { servername, ...unnamed } = trusted;
  assert.equal(servername, 'metrics.test');
  await assert.rejects(
    outbound.request(get(server.url, { tls: unnamed })),
    fault('source-unavailable', /certificate for another name/, true),
  );
  await assert.rejects(
    outbound.request(get(server.url)),
    fault('source-unavailable', /certificate of an unknown authority/, true),
  );
  const careless = { rejectUnauthorized: false, cert: trusted.cert, key: trusted.key };
  assert.equal((await outbound.request(get(server.url, { tls: careless }))).text, 'secure');
});
