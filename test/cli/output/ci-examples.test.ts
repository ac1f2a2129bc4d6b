import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { endOf } from '../../support/canary.ts';
import { endWithTests } from '../../support/end-with-tests.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { writeExample } from '../example-files.ts';

/** What the action and the component run, as they stand there, with inputs that would act if they were read as code. */
let api: TestService;
before(async () => {
  api = await startTestService();
});
after(() => api.close());

const INPUTS = {
  CONFIG: 'ghost',
  BASELINE: '$(touch pwned)',
  CANARY: '"; touch pwned; "',
  DURATION: '30m',
  INTERVAL: '5m',
  KEY: 'run-1',
  CI_PROJECT_PATH: 'shop/checkout',
  CI_JOB_ID: '1',
};
const read = (file: string) =>
  readFileSync(new URL(`../../../examples/${file}`, import.meta.url), 'utf8');

async function run(script: string, path: string, env: Record<string, string> = {}) {
  symlinkSync(
    fileURLToPath(new URL('../../../bin/canary.js', import.meta.url)),
    join(path, 'canary'),
  );
  const PATH = `${path}:${join(process.execPath, '..')}:${process.env['PATH']}`;
  const child = spawn('bash', ['-ec', script], {
    cwd: path,
    env: { PATH, XDG_CONFIG_HOME: path, CANARY_URL: api.url, ...INPUTS, ...env },
  });
  child.stdin.end();
  return endOf(endWithTests(child));
}

test('the GitHub action ends with 3 and says none where there is no such config', async () => {
  using files = writeExample();
  const action = parse(read('github-action/action.yml')) as {
    runs: { steps: { run: string; env: Record<string, string> }[] };
  };
  const [step] = action.runs.steps;
  assert.ok(!step!.run.includes('${{'));
  for (const name of Object.keys(step!.env)) assert.ok(Object.hasOwn(INPUTS, name), name);
  const env = {
    GITHUB_OUTPUT: join(files.path, 'outputs'),
    GITHUB_STEP_SUMMARY: join(files.path, 'summary.md'),
  };
  const { code, stdout, stderr } = await run(step!.run, files.path, env);
  assert.equal(code, 3, stderr);
  assert.match(stdout, /::error title=⚠ Error \(ghost\)::.*there is no config "ghost"/);
  assert.match(readFileSync(env.GITHUB_OUTPUT, 'utf8'), /^verdict<<\S+\nnone\n/);
  assert.match(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8'), /^## ⚠ Error/);
  assert.ok(!existsSync(join(files.path, 'pwned')));
});

test('the GitLab component leaves every report that it declares', async () => {
  using files = writeExample();
  const [, jobs] = parseAllDocuments(read('gitlab-component/template.yml')).map(
    (document) => document.toJS() as Record<string, unknown>,
  );
  const job = jobs!['canary-verdict'] as {
    script: string[];
    artifacts: { reports: Record<string, string> };
  };
  const { code, stderr } = await run(job.script.join('\n'), files.path);
  assert.equal(code, 3, stderr);
  for (const file of Object.values(job.artifacts.reports)) {
    assert.ok(existsSync(join(files.path, file)), file);
  }
  assert.ok(!existsSync(join(files.path, 'pwned')));
});
