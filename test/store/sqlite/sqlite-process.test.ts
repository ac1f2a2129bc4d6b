import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { until } from '../../support/poll.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('refuses a data directory that another process uses, until that process is killed', async () => {
  using directory = temporaryDirectory();
  await using writer = await startWriter(directory.path, 'hold');
  await assert.rejects(createSqliteStore({ directory: directory.path }), {
    code: 'data-directory-locked',
    message: `data directory "${directory.path}" is in use by another process; stop that process, or give this one a directory of its own`,
  });
  await writer.kill();
  const store = await createSqliteStore({ directory: directory.path });
  await store.close();
  assert.deepEqual(readdirSync(directory.path), ['canary.db']);
});

test('refuses a data directory that this process has open already', async () => {
  using directory = temporaryDirectory();
  const store = await createSqliteStore({ directory: directory.path });
  await assert.rejects(createSqliteStore({ directory: directory.path }), {
    code: 'data-directory-locked',
  });
  await store.close();
});

test('has every acknowledged analysis after kill -9 of a writer', async () => {
  using directory = temporaryDirectory();
  const acknowledged: string[] = [];
  for (let kills = 0; kills < 3; kills += 1) {
    await using writer = await startWriter(directory.path, 'write');
    const enough = acknowledged.length + 50;
    await until('fifty more', () => acknowledged.length + writer.lines.length >= enough);
    await writer.kill();
    acknowledged.push(...writer.lines);
  }
  const store = await createSqliteStore({ directory: directory.path });
  const found = await store.analyses.live({ limit: 1_000_000 });
  const ids = new Set(found.map((analysis) => analysis.id));
  assert.deepEqual(
    acknowledged.filter((id) => !ids.has(id)),
    [],
  );
  for (const analysis of found) {
    assert.equal((await store.analyses.executions(analysis.id)).length, 1);
  }
  await store.close();
});

interface Writer extends AsyncDisposable {
  /** Whole lines it has said after `open`. */
  lines: string[];
  kill(): Promise<void>;
}

async function startWriter(directory: string, mode: 'hold' | 'write'): Promise<Writer> {
  const program = new URL('writer.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, directory, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = linesOf(child);
  await until('the writer has opened its store', () => lines.shift() === 'open', 60_000).catch(
    async (error: unknown) => {
      await kill(child); // or the run would never end
      throw error;
    },
  );
  return { lines, kill: () => kill(child), [Symbol.asyncDispose]: () => kill(child) };
}

function linesOf(child: ChildProcess): string[] {
  const lines: string[] = [];
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  return lines;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
