// Badges as a README shows them: a picture that says its verdict in words too.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inlineRequest } from '../../e2e/requests.ts';
import { OPERATOR, startTestService, type TestService } from '../../support/service.ts';

let api: TestService;
before(async () => {
  api = await startTestService();
});
after(() => api.close());

const badge = async (path: string) => {
  const answer = await fetch(`${api.url}/badges/${path}`);
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    text: await answer.text(),
  };
};

test('an analysis and its config show the verdict with glyph, word and score', async () => {
  assert.equal((await badge('configs/checkout')).status, 404);
  const { body } = await api.call('post', '/api/v1/analyses', { body: inlineRequest('fail') });
  await api.call('get', `/api/v1/analyses/${body.id}?wait=60s`);
  for (const path of [`analyses/${body.id}`, 'configs/checkout']) {
    const { status, type, text } = await badge(path);
    assert.deepEqual([status, type?.split(';')[0]], [200, 'image/svg+xml']);
    assert.match(text, /aria-label="canary: ✖ Fail 0"/);
    assert.match(text, /fill="#a3230f"/);
  }
});

test('one that runs does not hide the last verdict of its config', async () => {
  const start = new Date(Date.now() + 3_600_000).toISOString();
  const window = { start, duration: '2h', step: '60s' };
  const { body } = await api.call('post', '/api/v1/analyses', {
    body: inlineRequest('pass', { window }),
  });
  assert.match((await badge(`analyses/${body.id}`)).text, /canary: ◷ Queued/);
  assert.match((await badge('configs/checkout')).text, /canary: ✖ Fail 0/);
});

test('an unknown analysis is a 404, a name is no markup, and tokens hold here too', async () => {
  assert.equal((await badge('analyses/none')).status, 404);
  assert.equal((await badge('configs/%3Cscript%3E')).status, 404);
  const closed = await startTestService(OPERATOR);
  assert.equal((await fetch(`${closed.url}/badges/configs/checkout`)).status, 401);
  await closed.close();
});
