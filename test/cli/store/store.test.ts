// `canary backup`, `restore` and `doctor` as commands: what they say and how they end.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { runCanary } from '../../support/canary.ts';
import { stored } from '../../support/stored-analysis.ts';
import { startStubServer, type StubAnswer } from '../../support/stub-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

async function storeIn(directory: string): Promise<void> {
  const store = await createSqliteStore({ directory });
  await stored(store);
  await store.close();
}

test('a directory is copied, looked at and restored by commands', async () => {
  using directory = temporaryDirectory();
  await storeIn(join(directory.path, 'data'));
  const run = (...args: string[]) => runCanary(args, { cwd: directory.path });
  const backup = await run('backup', 'b.db', '--data', 'data');
  assert.deepEqual([backup.code, backup.stderr], [0, '']);
  assert.match(backup.stdout, /^b\.db: [\d.]+ MB, whole\n$/);
  const again = await run('backup', 'b.db', '--data', 'data');
  assert.equal(again.code, 0, 'an earlier backup is replaced');
  const restored = await run('restore', 'b.db', '--data', 'new');
  assert.deepEqual([restored.code, restored.stdout], [0, 'new has the store of b.db\n']);
  const refused = await run('restore', 'b.db', '--data', 'data');
  assert.equal(refused.code, 3);
  assert.match(
    refused.stderr,
    /^canary: data directory "data" has a store with something in it.*--replace/,
  );
  const replaced = await run('restore', 'b.db', '--data', 'data', '--replace');
  assert.equal(replaced.code, 0);
  assert.match(replaced.stdout, /the one before is data\/canary\.db\.replaced-\d{8}T\d{9}Z/);
  assert.deepEqual(readdirSync(directory.path).sort(), ['b.db', 'data', 'new']);
});

test('wrong usage is told, and touches nothing', async () => {
  using directory = temporaryDirectory();
  const run = (...args: string[]) => runCanary(args, { cwd: directory.path });
  const cases: [string[], RegExp][] = [
    [['backup'], /a file is needed/],
    [['backup', 'b.db', '--data', 'x', '--server', 'http://127.0.0.1:1'], /--data takes no server/],
    [['backup', 'b.db', '--data', 'nowhere'], /has no canary\.db/],
    [['backup', 'canary.db', '--data', 'x'], /choose another name/],
    [['backup', 'b.db', '--server', 'http://127.0.0.1:9'], /does not answer: /],
    [['restore'], /a backup is needed/],
    [['restore', 'none.db', '--data', 'x'], /no such file/],
    [['doctor', '--output', 'xml'], /text or json/],
    [['doctor', '--data', 'x', '--backup', 'y'], /exclude each other/],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await run(...args);
    assert.equal(code, 3, args.join(' '));
    assert.match(stderr, message);
  }
  assert.deepEqual(readdirSync(directory.path), []);
});

test('a download that is cut, changed or no store never becomes a backup', async (context) => {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'b.db');
  writeFileSync(file, 'the backup before');
  const page = '<html>';
  const digest = (text: string) =>
    `sha-256=:${createHash('sha256').update(text).digest('base64')}:`;
  const answers: Record<string, StubAnswer & { message: RegExp }> = {
    cut: {
      body: page,
      headers: { 'content-digest': digest(page) },
      cut: true,
      message: /sent a part/,
    },
    changed: {
      body: page,
      headers: { 'content-digest': digest('') },
      message: /something else than/,
    },
    untold: { body: page, message: /sent no copy of a store/ },
    page: { body: page, headers: { 'content-digest': digest(page) }, message: /cannot be used/ },
  };
  let answer = answers['cut']!;
  const server = await startStubServer(() => answer);
  context.after(() => server.close());
  for (const [name, each] of Object.entries(answers)) {
    answer = each;
    const { code, stderr } = await runCanary(['backup', file, '--server', server.url]);
    assert.equal(code, 3, name);
    assert.match(stderr, each.message, name);
    assert.equal(readFileSync(file, 'utf8'), 'the backup before');
  }
  assert.deepEqual(readdirSync(directory.path), ['b.db']);
});

test('the doctor tells of store and sources, in text and JSON, and ends with its verdict', async (context) => {
  using directory = temporaryDirectory();
  const healthy = await startStubServer(() => ({ body: 'ok' }));
  const sick = await startStubServer(() => ({ status: 503, body: 'no' }));
  context.after(() => Promise.all([healthy.close(), sick.close()]));
  const data = join(directory.path, 'data');
  const config = join(directory.path, 'canary.yaml');
  const account = (name: string, url: string) => ({ name, source: 'prometheus', url });
  const write = (...accounts: object[]) =>
    writeFileSync(config, JSON.stringify({ data: { directory: data }, accounts }));
  const run = (...args: string[]) => runCanary(['doctor', '--config', config, ...args]);

  write(account('well', healthy.url));
  const fresh = await run();
  assert.deepEqual([fresh.code, fresh.stderr], [2, '']);
  assert.match(
    fresh.stdout,
    /^warn file: .* does not exist: the first start makes it\nok +source well: answers\n$/,
  );

  await storeIn(data);
  const well = await run();
  assert.equal(well.code, 0, well.stdout + well.stderr);
  write(account('well', healthy.url), account('ill', sick.url));
  const ill = await run('--output', 'json');
  assert.equal(ill.code, 1);
  const { level, checks } = JSON.parse(ill.stdout) as {
    level: string;
    checks: { name: string; level: string; message: string }[];
  };
  assert.equal(level, 'fail');
  assert.deepEqual(
    checks.filter((check) => check.level !== 'ok').map(({ name }) => name),
    ['source ill'],
  );
  assert.match(checks.at(-1)!.message, /source "ill" answered 503/);

  const file = join(data, 'canary.db');
  writeFileSync(file, readFileSync(file).fill(0x5a, 8192, 12_288));
  const broken = await runCanary(['doctor', '--data', data]);
  assert.equal(broken.code, 1);
  assert.match(
    broken.stdout,
    /^fail pages: the file is damaged \(.*\): .*canary restore FILE --replace/m,
  );
  assert.ok(!existsSync(join(data, 'canary.db-journal')));
});
