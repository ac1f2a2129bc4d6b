import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runCanary } from '../../support/canary.ts';
import { OPERATOR, startTestService, type TestService } from '../../support/service.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** `~/.config/canary/config.yaml` against a service that wants a token. */
let api: TestService;
before(async () => {
  api = await startTestService(OPERATOR);
});
after(() => api.close());

async function list(text: string, env: Record<string, string> = {}, args: string[] = []) {
  using home = temporaryDirectory();
  const directory = join(home.path, '.config', 'canary');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'config.yaml'), text);
  writeFileSync(join(directory, 'token'), `${OPERATOR.TEST_OPERATOR}\n`);
  return await runCanary(['list', ...args], {
    env: { HOME: home.path, XDG_CONFIG_HOME: '', ...env },
  });
}

test('server and token come from the file', async () => {
  const run = await list(`server: ${api.url}/\ntokenFile: token\n`);
  assert.deepEqual([run.code, run.stdout], [0, 'no analyses\n'], run.stderr);
});

test('options and variables go over it, and another server never gets its token', async () => {
  const file = 'server: http://127.0.0.1:9\ntokenFile: token\n';
  for (const args of [['--server', api.url], []]) {
    const env: Record<string, string> = args.length === 0 ? { CANARY_URL: api.url } : {};
    const run = await list(file, env, args);
    assert.equal(run.code, 3);
    assert.match(run.stderr, /with 401/);
    const known = await list(file, { ...env, CANARY_TOKEN: OPERATOR.TEST_OPERATOR }, args);
    assert.equal(known.code, 0, known.stderr);
  }
});

const WRONG: [string, RegExp][] = [
  ['token: hunter2', /config\.yaml" holds a token: put it into a file and name it, tokenFile\n$/],
  ['servr: http://x', /has "servr"; did you mean "server"\?\n$/],
  ['server: 1', /has no text for "server"/],
  ['- server', /is no object/],
  ['tokenFile: gone', /token ".*gone" cannot be read: there is no such file/],
];
for (const [text, message] of WRONG) {
  test(`${text} is refused`, async () => {
    const run = await list(text);
    assert.equal(run.code, 3);
    assert.match(run.stderr, message);
    assert.ok(!run.stderr.includes('hunter2'));
  });
}

test('CANARY_SERVER is not read, and says so', async () => {
  const run = await runCanary(['list'], { env: { CANARY_SERVER: api.url } });
  assert.equal(run.code, 3);
  assert.match(run.stderr, /CANARY_SERVER is not read: the address of the server is CANARY_URL/);
});
