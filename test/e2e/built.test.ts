// The package as it is installed, compiled and without its TypeScript, starts, judges and shows its documentation.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { startServe } from '../support/process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { inlineRequest, type AnalysisView } from './requests.ts';

test('the built package finds the file of its threads', { timeout: 600_000 }, async (context) => {
  using directory = temporaryDirectory();
  const command = buildInto(directory.path);
  const service = await startServe(join(directory.path, 'data'), {}, [], command);
  context.after(() => service.end('SIGKILL'));
  const answer = await fetch(`${service.url}/api/v1/analyses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(inlineRequest('pass')),
  });
  const { id } = (await answer.json()) as AnalysisView;
  const ended = await fetch(`${service.url}/api/v1/analyses/${id}?wait=30s`);
  const { state, verdict } = (await ended.json()) as AnalysisView;
  assert.deepEqual([state, verdict], ['completed', 'pass'], service.log());
  for (const page of ['/docs', '/docs/tutorial/ten-minutes', '/docs/examples/argo']) {
    assert.equal((await fetch(service.url + page)).status, 200, page);
  }
  assert.deepEqual(await service.end('SIGTERM'), { code: 0, signal: undefined });
});

/** What `npm run build` and `npm pack` make; answers the command. */
function buildInto(directory: string): string {
  const compiler = resolve('node_modules/typescript/bin/tsc');
  const target = ['-p', 'tsconfig.build.json', '--outDir', join(directory, 'dist')];
  execFileSync(process.execPath, [compiler, ...target], { stdio: 'inherit' });
  const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] };
  const copied = files.filter((part) => part !== 'dist');
  for (const part of [...copied, 'package.json'])
    cpSync(part, join(directory, part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(directory, 'node_modules'));
  return join(directory, 'bin/canary.js');
}
