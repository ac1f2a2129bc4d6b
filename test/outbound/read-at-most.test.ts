import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { createOutboundClient } from '../../src/outbound/client.ts';
import { readAtMost } from '../../src/outbound/read-at-most.ts';

const MB = 1024 * 1024;

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

test('a body is read whole, whatever its pieces', async () => {
  assert.deepEqual(await readAtMost(chunks(), 10), { text: '', truncated: false });
  assert.deepEqual(await readAtMost(chunks('a', '', 'bc'), 3), { text: 'abc', truncated: false });
  const long = 'grüße '.repeat(MB / 4);
  const bytes = Buffer.from(long);
  async function* torn() {
    for (let at = 0; at < bytes.length; at += 65_521) yield bytes.subarray(at, at + 65_521);
  }
  assert.deepEqual(await readAtMost(torn(), bytes.length), { text: long, truncated: false });
});

test('of one that goes on the beginning is told, and the rest is not read', async () => {
  let given = 0;
  async function* endless() {
    for (;;) {
      given += 1;
      yield Buffer.alloc(1000, 'x');
    }
  }
  const { text, truncated } = await readAtMost(endless(), 200_000);
  assert.deepEqual([text.length, truncated], [65_536, true]);
  assert.equal(given, 201);
  assert.deepEqual(await readAtMost(chunks('abcd'), 3), { text: 'abc', truncated: true });
});

const PIECE = Buffer.alloc(64 * 1024, '[1795000000,"1"],');

/** Answers 200 MB with this status, and counts what it could send. */
async function startEndless(t: TestContext, status: number) {
  const sent: number[] = [];
  const send = (response: ServerResponse, index: number): void => {
    while (!response.destroyed && sent[index]! < 200 * MB) {
      sent[index]! += PIECE.length;
      if (!response.write(PIECE)) {
        response.once('drain', () => send(response, index));
        return;
      }
    }
    response.end();
  };
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status);
    send(response, sent.push(0) - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent };
}

test('answers of 200 MB are cut while they arrive, and their memory comes back', async (t) => {
  const good = await startEndless(t, 200);
  const bad = await startEndless(t, 500);
  const client = createOutboundClient({ profile: 'source' });
  t.after(() => client.close());
  const ask = (url: string) =>
    client.request({ method: 'GET', url, timeoutMs: 60_000, maxBytes: 32 * MB });
  for (let round = 0; round < 4; round += 1) {
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => ask(good.url)));
    assert.ok(answers.every(({ truncated, text }) => truncated && text.length === 65_536));
  }
  assert.equal((await ask(bad.url)).truncated, true);
  assert.ok(Math.max(...good.sent) < 60 * MB, `${Math.max(...good.sent)} bytes were sent`);
  assert.ok(bad.sent[0]! < 20 * MB, `${bad.sent[0]} bytes were sent with a refusal`);
  const resident = process.memoryUsage.rss() / MB;
  assert.ok(resident < 300, `${resident.toFixed(0)} MB stay`);
});
