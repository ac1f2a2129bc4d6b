import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runCanary } from '../support/canary.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Runs the examples of these pages as they stand there, in the directory of the files that stand there. */
const PAGE = ['cli.md', 'configs.md']
  .map((page) => readFileSync(new URL(`../../docs/reference/${page}`, import.meta.url), 'utf8'))
  .join('\n');
const BLOCK = /^```(\w+) (file|code)=(\S+)\n([^]*?)^```$/gm;
const BLOCKS = [...PAGE.matchAll(BLOCK)].map(([, , kind, name, body]) => ({
  kind,
  name: name!,
  body: body!,
}));
const EXAMPLES = BLOCKS.filter(({ kind }) => kind === 'code');
/** What the page prints for ids and addresses, which differ from run to run. */
const ID = '01KF0Q4ZB8N2W7M5T3R6Y9C1DA';
const ADDRESS = 'http://127.0.0.1:8090';

const directory = temporaryDirectory();
let api: TestService;
before(async () => {
  for (const { kind, name, body } of BLOCKS) {
    if (kind === 'file') writeFileSync(join(directory.path, name), body);
  }
  api = await startTestService();
  const config = JSON.parse(readFileSync(join(directory.path, 'checkout.json'), 'utf8')) as object;
  await api.call('post', '/api/v1/configs', { body: config });
});
after(async () => {
  await api.close();
  directory[Symbol.dispose]();
});

test('the pages have their examples', () => {
  assert.equal(EXAMPLES.length, 11);
});

for (const { name, body } of EXAMPLES) {
  const [command = '', ...output] = body.split('\n');
  test(command, async () => {
    const args = command.replace('$ canary ', '').split(' ');
    const options = { cwd: directory.path, env: { CANARY_URL: api.url } };
    const { code, stdout, stderr } = await runCanary(args, options);
    assert.equal(String(code), name, stderr);
    const shown = stdout.replaceAll(api.url, ADDRESS).replaceAll(/\b01[0-9A-Z]{24}\b/g, ID);
    assert.equal(shown, output.join('\n'));
  });
}
