import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCanary } from '../../support/canary.ts';
import { startTestService } from '../../support/service.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('init says which accounts it can ask, before it asks one', async (context) => {
  using directory = temporaryDirectory();
  const api = await startTestService({
    CANARY_ACCOUNTS: "[{name: old, source: graphite, url: 'http://127.0.0.1:9'}]",
  });
  context.after(() => api.close());
  const args = ['init', '--account', 'old', '--scope', 'app=checkout', '--yes'];
  const { code, stderr } = await runCanary(args, {
    cwd: directory.path,
    env: { CANARY_URL: api.url },
  });
  assert.equal(code, 3);
  assert.match(stderr, /account "old" is a graphite: query packs are PromQL.*source prometheus/);
});
