// The package as it is installed, compiled and without its TypeScript, starts, judges and shows its documentation.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { OLD_NODE, OLD_NODE_MISSING } from '../support/old-node.ts';
import { installPacked } from '../support/packed.ts';
import { startServe } from '../support/process.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { inlineRequest, type AnalysisView } from './requests.ts';

/** The oldest line that the service runs on. */
const NODE_22 = process.env['CANARY_TEST_NODE_22'] ?? '';
const NODE_22_MISSING =
  !existsSync(NODE_22) && 'needs a Node 22.19 or newer of that line, by CANARY_TEST_NODE_22';

describe('the packed package', { timeout: 600_000 }, () => {
  const directory = temporaryDirectory();
  let installed: ReturnType<typeof installPacked>;
  before(() => void (installed = installPacked(directory.path)));
  after(() => directory[Symbol.dispose]());

  test('holds what is compiled and what workers and readers want, and no source', () => {
    const { files } = installed;
    for (const wanted of [
      'dist/src/cli.js',
      'dist/src/openapi.json',
      'dist/src/threads/worker.js',
      'dist/src/faces/pages/docs/redoc.standalone.js',
      'dist/src/faces/pages/docs/redoc.LICENSE',
      'config/default.yaml',
      'openapi.yaml',
      'docs/how-to/operations.md',
      'examples/monitoring/alerts.yaml',
    ])
      assert.ok(files.includes(wanted), `${wanted} is missing among ${files.length} files`);
    const foreign = files.filter((file) =>
      /^(src|jobs|test|bench|simulate|dist\/test)\//.test(file),
    );
    assert.deepEqual(foreign, []);
  });

  test('runs under the Node of here', (context) => judges(process.execPath, context));

  test('runs under Node 22', { skip: NODE_22_MISSING }, (context) => judges(NODE_22, context));

  test('tells a Node that is too old apart from a checkout', { skip: OLD_NODE_MISSING }, () => {
    const { status, stderr } = spawnSync(OLD_NODE!, [installed.command, 'version'], {
      encoding: 'utf8',
    });
    assert.equal(status, 78);
    assert.match(
      stderr,
      /^canary-verdict needs Node 22\.19 or newer, .+: install a newer Node .+\n$/,
    );
    assert.doesNotMatch(stderr, /npm ci/);
  });

  async function judges(node: string, context: TestContext): Promise<void> {
    const { command } = installed;
    const empty = join(directory.path, 'empty');
    const told = execFileSync(node, [command, 'version'], { cwd: empty, encoding: 'utf8' });
    assert.match(told, /\d+\.\d+\.\d+/);
    const data = join(directory.path, `data-${context.name.replaceAll(' ', '-')}`);
    const service = await startServe(data, {}, [], command, node);
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
    for (const page of [
      '/docs',
      '/docs/tutorial/ten-minutes',
      '/docs/examples/argo',
      '/docs/api/viewer',
    ]) {
      assert.equal((await fetch(service.url + page)).status, 200, page);
    }
    assert.deepEqual(await service.end('SIGTERM'), { code: 0, signal: undefined });
  }
});
