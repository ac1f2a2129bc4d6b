// A start loads nothing of a vendor that no account names, and no driver of a database.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

/** Made in a process of its own: here the tests' own imports would count. */
async function loadedFor(accounts: object[]): Promise<string[]> {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const { createSources } = await import('./src/sources/registry.ts');
    await import('./src/compose.ts');
    const client = { request: async () => { throw new Error('nobody is asked'); }, close: async () => {} };
    const samples = { append: async () => {}, read: async () => [] };
    const log = { info() {}, warn() {} };
    const sources = await createSources(${JSON.stringify(accounts)}, {
      client, samples, log, now: () => 0, scrape: { client, refuse: () => undefined },
    });
    await sources.close();
    console.log(JSON.stringify(loaded));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { maxBuffer: 1 << 24 },
  );
  return JSON.parse(stdout) as string[];
}

const OF_KINDS =
  /src\/sources\/(?!asking|files|grid|logins|push|queries|readings|scrape)\w+\/|node_modules\/(pg|mysql2|jsonpath[^/]*)\//;

test('without accounts nothing of any kind is loaded', async () => {
  const loaded = await loadedFor([]);
  assert.ok(loaded.some((url) => url.endsWith('src/sources/kinds.ts')));
  assert.deepEqual(
    loaded.filter((url) => OF_KINDS.test(url)),
    [],
  );
});

test('an account loads its own kind, and no other', async () => {
  const loaded = await loadedFor([
    { source: 'datadog', name: 'dd', url: 'http://127.0.0.1:1', headers: {} },
  ]);
  const own = loaded.filter((url) => OF_KINDS.test(url)).map((url) => url.replace(/.*\/src\//, ''));
  assert.deepEqual(own.sort(), ['sources/vendors/datadog-v1.ts', 'sources/vendors/datadog.ts']);
});
