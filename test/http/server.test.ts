import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { createHttpServer } from '../../src/http/server.ts';

/** A server that answers what it could read, and waits for nobody for long. */
async function serve(t: TestContext): Promise<URL> {
  const patience = {
    headersTimeout: 50,
    requestTimeout: 50,
    connectionsCheckingInterval: 10,
    keepAliveTimeout: 5000,
  };
  const server = createHttpServer((request, response) => {
    request.resume().on('end', () => response.end('read'));
  }, patience);
  t.after(() => server.close(0));
  return new URL(await server.listen('127.0.0.1', 0));
}

async function say({ hostname, port }: URL, words: string): Promise<string> {
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(words);
  return text(socket);
}

const REFUSED: [what: string, words: string, status: number, code: string][] = [
  ['no HTTP', 'hello\r\n\r\n', 400, 'invalid-request'],
  [
    'headers above 16 KiB',
    `GET / HTTP/1.1\r\nhost: x\r\na: ${'a'.repeat(20_000)}\r\n\r\n`,
    431,
    'headers-too-large',
  ],
  ['headers that never end', 'GET / HTTP/1.1\r\nhost: x\r\n', 408, 'request-too-slow'],
  [
    'a body that never ends',
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab',
    408,
    'request-too-slow',
  ],
];

for (const [what, words, status, code] of REFUSED) {
  test(`${what} is ${status}, as a problem, and the connection ends`, async (t) => {
    const [head = '', body = ''] = (await say(await serve(t), words)).split('\r\n\r\n');
    assert.match(
      head,
      new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*content-type: application/problem\\+json`),
    );
    assert.match(head, /connection: close/);
    assert.deepEqual([JSON.parse(body).status, JSON.parse(body).code], [status, code]);
  });
}

test('an address with spaces, which Go sends as it is, leads to the one that was meant', async (t) => {
  const url = await serve(t);
  const head = await say(url, 'POST /canary/a?application=my app&x=é HTTP/1.1\r\nhost: x\r\n\r\n');
  assert.match(head, /^HTTP\/1\.1 307 Temporary Redirect\r\n/);
  assert.match(head, /location: \/canary\/a\?application=my%20app&x=%C3%83%C2%A9\r\n/);
  const foreign = await say(url, 'GET //evil.example/a b HTTP/1.1\r\nhost: x\r\n\r\n');
  assert.match(foreign, /location: \/evil\.example\/a%20b\r\n/);
});

test('an idle connection outlives what load balancers keep one for', async (t) => {
  const server = createHttpServer((_request, response) => response.end('read'));
  t.after(() => server.close(0));
  const answer = await fetch(await server.listen('127.0.0.1', 0));
  assert.equal(answer.headers.get('keep-alive'), 'timeout=75');
});
