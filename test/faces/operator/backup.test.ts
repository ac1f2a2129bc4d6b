import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { OPERATOR, startTestService } from '../../support/service.ts';

const PATH = '/api/v1/backup';

test('only who shows a token gets a copy of the store, and the log says who', async (context) => {
  const open = await startTestService();
  context.after(() => open.close());
  const refused = await open.call('get', PATH);
  assert.equal(refused.status, 403);
  assert.match(
    refused.text,
    /set server\.tokens, or stop it and use \\"canary backup FILE --data DIR/,
  );

  const closed = await startTestService(OPERATOR);
  context.after(() => closed.close());
  const answer = await fetch(closed.url + PATH, {
    headers: { authorization: `Bearer ${OPERATOR.TEST_OPERATOR}` },
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/vnd.sqlite3');
  const body = Buffer.from(await answer.arrayBuffer());
  assert.equal(String(body.length), answer.headers.get('content-length'));
  const digest = createHash('sha256').update(body).digest('base64');
  assert.equal(answer.headers.get('content-digest'), `sha-256=:${digest}:`);
  assert.equal(body.subarray(0, 15).toString(), 'SQLite format 3');
  const line = closed.log.find((text) => text.includes('a copy of the store was made'));
  assert.match(line ?? '', /"by":"ops"/);
  assert.ok(!readdirSync(closed.directory).some((name) => name.includes('backup')));
});

test('a client that goes while a copy is sent leaves nothing, and the service stops at once', async () => {
  const service = await startTestService(OPERATOR);
  const gone = new AbortController();
  const answer = await fetch(service.url + PATH, {
    headers: { authorization: `Bearer ${OPERATOR.TEST_OPERATOR}` },
    signal: gone.signal,
  });
  assert.equal(answer.status, 200);
  gone.abort();
  assert.ok(!readdirSync(service.directory).some((name) => name.includes('backup')));
  await service.close();
});
