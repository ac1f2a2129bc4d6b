// Files and directories that cannot be used, as a supervisor sees it; and one damaged page, with the way back.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { runCanary } from '../support/canary.ts';
import { until } from '../support/poll.ts';
import { failToServe, startServe, type ServeProcess } from '../support/process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { inlineRequest, type AnalysisView } from './requests.ts';

const PAGE = 4096;
const EX_CONFIG = 78;

const UNUSABLE: Record<string, { make(file: string): void; says: RegExp }> = {
  'has no content': {
    make: (file) => writeFileSync(file, ''),
    says: /canary\.db is empty, .* restore a backup with "canary restore FILE --replace", or move/,
  },
  'is no database': {
    make: (file) => writeFileSync(file, 'notes of somebody, not of a database.\n'.repeat(999)),
    says: /file is not a database; restore a backup/,
  },
  "is another program's": {
    make(file) {
      using other = new DatabaseSync(file);
      other.exec('CREATE TABLE bookmarks (id)');
    },
    says: /another program's: it has the table "bookmarks"/,
  },
  'is damaged on its first page': {
    make(file) {
      using database = new DatabaseSync(file);
      database.exec('CREATE TABLE t (a); CREATE TABLE u (a)');
      database.close();
      writeFileSync(file, readFileSync(file).fill(0x5a, 100, PAGE));
    },
    says: /malformed.*restore a backup/,
  },
};

for (const [what, { make, says }] of Object.entries(UNUSABLE)) {
  test(`a start ends with 78 and one sentence where the file ${what}, and leaves it as it is`, async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'canary.db');
    make(file);
    const { size } = statSync(file);
    const { code, said } = await failToServe(directory.path);
    assert.equal(code, EX_CONFIG, said);
    assert.match(said, says);
    assert.equal(said.trim().split('\n').length, 1, said);
    assert.equal(statSync(file).size, size);
  });
}

test('a start ends with 78 where nothing may be written, with a store and without one', async (context) => {
  using directory = temporaryDirectory();
  const data = join(directory.path, 'data');
  mkdirSync(data);
  const isMounted = (options: string[]) => {
    try {
      execFileSync('mount', options, { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  if (!isMounted(['--bind', directory.path, directory.path]))
    return context.skip('needs the right to mount');
  try {
    const end = await (await startServe(data)).end('SIGTERM');
    assert.deepEqual(end, { code: 0, signal: undefined });
    assert.ok(isMounted(['-o', 'remount,ro,bind', directory.path]));
    for (const home of [data, join(directory.path, 'other')]) {
      const { code, said } = await failToServe(home);
      assert.equal(code, EX_CONFIG, said);
      assert.match(said, /cannot be used: .*; check that it is a directory this process may write/);
      assert.equal(said.trim().split('\n').length, 1, said);
    }
    const { code, stdout } = await runCanary(['doctor', '--data', data]);
    assert.ok(code !== 3, 'what can be read can be looked at');
    assert.match(stdout, /^ok +pages: all pages are whole$/m);
  } finally {
    execFileSync('umount', ['-l', directory.path]);
  }
});

test(
  'a damaged page: what can be read is served, the rest is 503, all are told, and a backup brings it back',
  { timeout: 900_000 },
  async (context) => {
    using directory = temporaryDirectory();
    const data = join(directory.path, 'data');
    const file = join(data, 'canary.db');
    const backup = join(directory.path, 'backup.db');
    let service = await startServe(data);
    context.after(() => service.end('SIGKILL'));
    const ids: string[] = [];
    for (let count = 0; count < 20; count += 1) ids.push(await submit(service));
    for (const id of ids) await ended(service, id);
    await service.end('SIGTERM');
    assert.equal((await runCanary(['backup', backup, '--data', data])).code, 0);

    damage(file, middlePageOf(file, 'execution_judgements'));
    service = await startServe(data);
    const answers = await Promise.all(ids.map((id) => get(service, `/api/v1/analyses/${id}`)));
    const pages = await Promise.all(ids.map((id) => get(service, `/analyses/${id}`)));
    const statuses = new Set(answers.map(({ status }) => status));
    assert.deepEqual(statuses, new Set([200, 503]), 'some are there, and some are not');
    for (const { status, text } of [...answers, ...pages]) {
      assert.ok([200, 503].includes(status), `${status} ${text}`);
      assert.ok(status === 200 || /damaged/.test(text), text);
      assert.doesNotMatch(text, /\n\s+at /, 'a stack');
    }
    assert.equal((await get(service, '/health')).status, 503);
    const ready = await get(service, '/ready');
    assert.equal(ready.status, 503);
    assert.match(ready.text, /damaged .* look at it with .*canary doctor.*canary restore FILE/);
    assert.deepEqual(await service.end('SIGTERM'), { code: 0, signal: undefined });

    const doctor = await runCanary(['doctor', '--data', data]);
    assert.equal(doctor.code, 1);
    assert.match(doctor.stdout, /^fail pages: the file is damaged/m);
    const copy = await runCanary(['backup', join(directory.path, 'b.db'), '--data', data]);
    assert.equal(copy.code, 3, 'what is damaged is no backup');
    const restore = await runCanary(['restore', backup, '--data', data, '--replace']);
    assert.equal(restore.code, 0, restore.stderr);
    service = await startServe(data);
    for (const id of ids) assert.equal((await get(service, `/api/v1/analyses/${id}`)).status, 200);
    assert.equal((await get(service, '/ready')).status, 200);
    await ended(service, await submit(service));
  },
);

async function submit({ url }: ServeProcess): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify(inlineRequest('pass')) };
  return ((await (await fetch(`${url}/api/v1/analyses`, init)).json()) as AnalysisView).id;
}

async function ended(service: ServeProcess, id: string): Promise<void> {
  const isEnded = async () =>
    (JSON.parse((await get(service, `/api/v1/analyses/${id}`)).text) as AnalysisView).endedAt;
  await until(`${id} has ended`, isEnded, 300_000);
}

async function get({ url }: ServeProcess, path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(url + path);
  return { status: answer.status, text: await answer.text() };
}

/** Of the pages that hold rows of a table, the one in the middle; from 0. */
function middlePageOf(file: string, table: string): number {
  using database = new DatabaseSync(file, { readOnly: true });
  const pages = database
    .prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno")
    .all(table);
  assert.ok(pages.length > 2, `${table} has ${pages.length} pages`);
  return Number(pages[Math.floor(pages.length / 2)]!['pageno']) - 1;
}

function damage(file: string, page: number): void {
  writeFileSync(file, readFileSync(file).fill(0x5a, page * PAGE, (page + 1) * PAGE));
}
