// A full disk: reads go on, writes are refused with 507, health tells the truth, and it heals by itself.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startTestService, until, type TestService } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { inlineRequest, type AnalysisView } from './requests.ts';

/** A file system of its own with little room; undefined where this user may not mount one. */
function smallDisk(): { path: string; remove(): void } | undefined {
  const directory = temporaryDirectory();
  try {
    const mount = ['-t', 'tmpfs', '-o', 'size=16m', 'canary', directory.path];
    execFileSync('mount', mount, { stdio: 'ignore' });
  } catch {
    directory[Symbol.dispose]();
    return undefined;
  }
  const remove = () => {
    execFileSync('umount', ['-l', directory.path]);
    directory[Symbol.dispose]();
  };
  return { path: directory.path, remove };
}

/** Takes all the room that is left. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  for (const length of [65_536, 4096, 1]) {
    try {
      while (writeSync(descriptor, Buffer.alloc(length)) > 0);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
    }
  }
  closeSync(descriptor);
}

const submit = (service: TestService) =>
  service.call('post', '/api/v1/analyses', { body: inlineRequest('pass') });
const statusOf = async (service: TestService, path: string) =>
  (await service.call('get', path)).status;

async function submitUntilFull(service: TestService): Promise<void> {
  for (let count = 0; count < 500; count += 1) {
    const { status, text } = await submit(service);
    if (status === 202) continue;
    assert.equal(status, 507);
    assert.equal((JSON.parse(text) as { code: string }).code, 'store-full');
    return;
  }
  assert.fail('the disk never became full');
}

test(
  'a full disk refuses writes and serves reads, also after a start, until there is room',
  { timeout: 120_000 },
  async (context) => {
    const disk = smallDisk();
    if (disk === undefined) return context.skip('needs the right to mount a small tmpfs');
    const filler = join(disk.path, 'filler');
    let service: TestService;
    let isOpen = false;
    context.after(async () => {
      if (isOpen) await service.close();
      disk.remove();
    });
    service = await startTestService({}, disk.path);
    isOpen = true;
    const { id } = (await submit(service)).body as AnalysisView;
    const address = `/api/v1/analyses/${id}`;
    await until(async () => {
      const { body } = await service.call('get', address);
      return (body as AnalysisView).endedAt;
    });
    fill(filler);
    await submitUntilFull(service);
    const served = async () => {
      assert.equal(await statusOf(service, address), 200);
      assert.equal(await statusOf(service, '/api/v1/analyses'), 200);
    };
    const told = async () => {
      assert.equal(await statusOf(service, '/health'), 503);
      const { status, body } = await service.call('get', '/ready');
      assert.equal(status, 503);
      assert.match((body as { reason: string }).reason, /disk is full; free some space/);
    };
    await served();
    await told();

    isOpen = false;
    await service.close();
    fill(filler);
    service = await startTestService({}, disk.path);
    isOpen = true;
    await served();
    await submitUntilFull(service);
    await told();

    rmSync(filler);
    await until(async () => ((await statusOf(service, '/ready')) === 200 ? true : undefined));
    assert.equal(await statusOf(service, '/health'), 200);
    assert.equal((await submit(service)).status, 202);
  },
);
