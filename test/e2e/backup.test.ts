// Backups of a service under load: each is whole, holds all that was acknowledged before, and lives on beside the original.
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { runCanary } from '../support/canary.ts';
import { until } from '../support/poll.ts';
import { startServe, type ServeProcess } from '../support/process.ts';
import { OPERATOR } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import { inlineRequest, type AnalysisView } from './requests.ts';

const BACKUPS = 3;
const CLIENTS = 4;
const TOKEN = OPERATOR.TEST_OPERATOR;
const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` };

async function submit({ url }: ServeProcess, body: object): Promise<string> {
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await fetch(`${url}/api/v1/analyses`, init);
  assert.equal(answer.status, 202);
  return ((await answer.json()) as AnalysisView).id;
}

async function read({ url }: ServeProcess, id: string): Promise<AnalysisView> {
  return (await (await fetch(`${url}/api/v1/analyses/${id}`, { headers })).json()) as AnalysisView;
}

test(
  'backups under load are whole, and one lives on beside the original',
  { timeout: 900_000 },
  async (context) => {
    using directory = temporaryDirectory();
    using elsewhere = temporaryDirectory();
    const receiver = await startWebhookReceiver();
    context.after(() => receiver.close());
    const original = await startServe(directory.path, OPERATOR);
    context.after(() => original.end('SIGKILL'));
    const acknowledged: string[] = [];
    const world = { isOver: false };
    const clients = Array.from({ length: CLIENTS }, async () => {
      const body = inlineRequest('pass', { callbacks: [{ url: receiver.url }] });
      while (!world.isOver) acknowledged.push(await submit(original, body));
    });
    const file = join(elsewhere.path, 'nightly.db');
    let before: string[] = [];
    for (let number = 1; number <= BACKUPS; number += 1) {
      await until('more is acknowledged', () => acknowledged.length >= 40 * number, 300_000);
      before = [...acknowledged];
      const args = ['backup', file, '--server', original.url];
      const { code, stderr } = await runCanary(args, { env: { CANARY_TOKEN: TOKEN } });
      assert.equal(code, 0, stderr + original.log());
      assert.ok(
        acknowledged.length > before.length,
        'nobody wrote meanwhile: this proves too little',
      );
      const doctor = await runCanary(['doctor', '--backup', file, '--output', 'json']);
      assert.equal(doctor.code, 0, doctor.stdout);
    }
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok(!existsSync(join(directory.path, 'canary.db.backup')), 'a copy was left');
    world.isOver = true;
    await Promise.all(clients);

    const home = join(elsewhere.path, 'data');
    const restored = await runCanary(['restore', file, '--data', home]);
    assert.equal(restored.code, 0, restored.stderr);
    const copy = await startServe(home, OPERATOR);
    context.after(() => copy.end('SIGKILL'));
    const lost: string[] = [];
    for (const id of before) {
      const { verdict } = await until(
        `${id} has ended in the copy`,
        async () => {
          const analysis = await read(copy, id);
          if (analysis.id === undefined) lost.push(id);
          return analysis.endedAt === undefined && analysis.id !== undefined ? undefined : analysis;
        },
        300_000,
      );
      if (!lost.includes(id)) assert.equal(verdict, 'pass');
    }
    assert.deepEqual(lost, [], 'acknowledged before the backup began, and not in it');
    const last = acknowledged.at(-1)!;
    assert.equal((await read(original, last)).id, last, 'the original goes on');
    for (const service of [original, copy])
      assert.deepEqual(await service.end('SIGTERM'), { code: 0, signal: undefined });
    assert.notEqual(await idOf(home), await idOf(directory.path));
    for (const data of [home, directory.path]) {
      const { code, stdout } = await runCanary(['doctor', '--data', data]);
      assert.ok(code === 0 || /warn disk/.test(stdout), stdout);
    }
  },
);

async function idOf(directory: string): Promise<string> {
  const store = await createSqliteStore({ directory });
  const id = await store.id();
  await store.close();
  return id;
}
