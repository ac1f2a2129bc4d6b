// A start with a backlog: whoever asks meanwhile is answered between two judgements, not after the last one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestService, until } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { inlineRequest } from './requests.ts';

const ANALYSES = 200;
const ENV = {
  CANARY_SERVER_TOKENS: '[{name: operator, token: env:OPERATOR_TOKEN}]',
  OPERATOR_TOKEN: 'a-token-of-the-backlog-test',
};
const headers = { authorization: `Bearer ${ENV.OPERATOR_TOKEN}` };
/** Judgements that may end while one request is answered: a few a turn of the event loop, a few turns a request. */
const MOST_BETWEEN = 30;

test('requests and a stop are answered in the midst of a backlog', async (context) => {
  using directory = temporaryDirectory();
  await leaveBacklog(directory.path);
  const service = await startTestService(ENV, directory.path);
  let isOpen = true;
  context.after(() => (isOpen ? service.close() : undefined));
  const settled = () => service.log.filter((line) => line.includes('execution settled')).length;
  let most = 0;
  for (const path of ['/ready', '/api/v1/analyses?limit=1', '/ready', '/health']) {
    const before = settled();
    assert.equal((await fetch(service.url + path, { headers })).status, 200);
    most = Math.max(most, settled() - before);
  }
  assert.ok(most <= MOST_BETWEEN, `${most} judgements ended while one request was answered`);
  await until(async () => (settled() > 20 ? true : undefined));
  const beforeStop = settled();
  isOpen = false;
  await service.close();
  const whileStopping = settled() - beforeStop;
  assert.ok(whileStopping <= MOST_BETWEEN, `${whileStopping} judgements ended after the stop`);
});

/** Accepted while an operator has switched judging off. */
async function leaveBacklog(directory: string): Promise<void> {
  const service = await startTestService(ENV, directory);
  const post = async (path: string, body: object) =>
    (await service.call('post', path, { body, headers })).status;
  try {
    assert.equal(await post('/admin/orca/instance/enabled', { enabled: false }), 200);
    for (let count = 0; count < ANALYSES; count += 1)
      assert.equal(await post('/api/v1/analyses', inlineRequest('pass')), 202);
  } finally {
    await service.close();
  }
}
