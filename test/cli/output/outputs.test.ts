import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runCanary } from '../../support/canary.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { CONFIG, quietValues, writeExample } from '../example-files.ts';
import { junitProblems, xpath, XMLLINT_SKIP } from './xmllint.ts';

/** The formats as the real command writes them, offline and of a real service. */
let api: TestService;
before(async () => {
  api = await startTestService();
});
after(() => api.close());

const REQUEST = {
  config: CONFIG,
  baseline: { scope: 'v41' },
  canary: { scope: 'v42' },
  pairs: [
    { metric: 'errors', baseline: quietValues(0.01), canary: quietValues(0.01, 1) },
    { metric: 'latency', baseline: quietValues(400), canary: quietValues(533, 1) },
  ],
};

test('judge: text to the log and JUnit to a file', { skip: XMLLINT_SKIP }, async () => {
  using files = writeExample();
  const args = [...files.judgeArgs('worse.csv'), '--output', 'junit=junit.xml'];
  const run = await runCanary(args, { cwd: files.path });
  assert.equal(run.code, 1, run.stderr);
  assert.match(run.stdout, /^✖ FAIL {2}60\/100/);
  const xml = readFileSync(join(files.path, 'junit.xml'), 'utf8');
  assert.equal(junitProblems(xml), '');
  assert.equal(xpath(xml, '/testsuites/@failures'), '2');
});

test(
  'judge: what could not be judged is an error in JUnit too',
  { skip: XMLLINT_SKIP },
  async () => {
    using files = writeExample();
    const run = await runCanary([...files.judgeArgs('gone.csv'), '--output', 'junit'], {
      cwd: files.path,
    });
    assert.equal(run.code, 3);
    assert.equal(junitProblems(run.stdout), '');
    assert.match(xpath(run.stdout, '//testcase[@name="verdict"]/error'), /gone\.csv/);
  },
);

test('replay: JSON is a line of a batch with the looks, Markdown the last judgement', async () => {
  using files = writeExample();
  const [, ...sides] = files.judgeArgs('worse.csv');
  const args = ['replay', ...sides, '--output', 'json', '--output', 'markdown=report.md'];
  const run = await runCanary(args, { cwd: files.path });
  assert.equal(run.code, 1, run.stderr);
  const replayed = JSON.parse(run.stdout) as { verdict: string; looks: object[] };
  assert.equal(replayed.verdict, 'fail');
  assert.ok(replayed.looks.length > 0);
  assert.match(readFileSync(join(files.path, 'report.md'), 'utf8'), /^## ✖ Fail 60\/100\n/);
});

test('analyze: GitHub gets summary, outputs and annotations', async () => {
  using files = writeExample();
  files.write('request.json', REQUEST);
  files.write('outputs', 'earlier=1\n');
  const env = {
    CANARY_URL: api.url,
    GITHUB_STEP_SUMMARY: join(files.path, 'summary.md'),
    GITHUB_OUTPUT: join(files.path, 'outputs'),
  };
  const args = ['analyze', '--request', 'request.json', '--output', 'github'];
  const run = await runCanary(args, { cwd: files.path, env });
  assert.equal(run.code, 1, run.stderr);
  assert.match(run.stdout, /^::stop-commands::(\S+)\n✖ FAIL [^]*\n::\1::\n::error title=✖ Fail/);
  assert.match(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8'), /<code>latency<\/code>/);
  const outputs = readFileSync(env.GITHUB_OUTPUT, 'utf8');
  assert.match(outputs, /^earlier=1\nverdict<<(\S+)\nfail\n\1\nscore<<(\S+)\n60\n\2\nreport<</);
  assert.ok(outputs.includes(`\n${api.url}/analyses/`));
});

test(
  'analyze: GitLab gets its four files in a directory of their own',
  { skip: XMLLINT_SKIP },
  async () => {
    using files = writeExample();
    files.write('request.json', REQUEST);
    const run = await runCanary(
      ['analyze', '--request', 'request.json', '--output', 'gitlab=out'],
      {
        cwd: files.path,
        env: { CANARY_URL: api.url },
      },
    );
    assert.equal(run.code, 1, run.stderr);
    const read = (file: string) => readFileSync(join(files.path, 'out', file), 'utf8');
    assert.equal(junitProblems(read('canary-junit.xml')), '');
    const id = /analyses\/(\w+)\n$/.exec(run.stdout)![1]!;
    const report = `${api.url}/analyses/${id}`;
    assert.equal(
      read('canary.env'),
      `CANARY_VERDICT=fail\nCANARY_SCORE=60\nCANARY_REPORT=${report}\nCANARY_ID=${id}\n`,
    );
    assert.equal(read('canary-metrics.txt'), 'canary_score 60\n');
    assert.ok(read('canary-annotations.json').includes(report));
  },
);

test('analyze: a refused request reaches the outputs as no verdict', async () => {
  using files = writeExample();
  files.write('request.json', { ...REQUEST, config: 'ghost' });
  const env = { CANARY_URL: api.url, GITHUB_OUTPUT: files.write('outputs', '') };
  const run = await runCanary(['analyze', '--request', 'request.json', '--output', 'github'], {
    cwd: files.path,
    env,
  });
  assert.equal(run.code, 3);
  assert.match(run.stdout, /\n::error title=⚠ Error \(ghost\)::.*there is no config "ghost"/);
  assert.match(run.stderr, /GITHUB_STEP_SUMMARY is not set/);
  assert.match(readFileSync(join(files.path, 'outputs'), 'utf8'), /^verdict<<\S+\nnone\n/);
});

const USAGE: [string[], RegExp][] = [
  [['--output', 'junt'], /--output got "junt"; did you mean "junit"\? See "canary judge --help"/],
  [['--output', 'sarif'], /--output got "sarif", where one of text, json, .* is needed/],
  [['--output', 'junit='], /--output junit= names no file/],
  [['--output', 'github=x'], /--output github=x takes no file/],
  [['--json', '--output', 'markdown'], /markdown and json cannot both go to stdout/],
  [
    ['--output', 'json=no/such/x.json'],
    /the output cannot be written to "no\/such\/x.json": ENOENT/,
  ],
];
for (const [args, message] of USAGE) {
  test(`canary judge ${args.join(' ')} is wrong usage and ends with 3`, async () => {
    using files = writeExample();
    const run = await runCanary([...files.judgeArgs('same.csv'), ...args], { cwd: files.path });
    assert.equal(run.code, 3);
    assert.match(run.stderr, message);
  });
}
