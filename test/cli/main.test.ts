import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOf, runCanary, runOnTerminal, startCanary } from '../support/canary.ts';
import { writeExample } from './example-files.ts';

test('a command is needed, as an empty variable in a pipeline must never look like a pass', async () => {
  const { code, stdout, stderr } = await runCanary([]);
  assert.deepEqual([code, stdout], [3, '']);
  assert.equal(stderr, 'canary: a command is missing; see "canary --help"\n');
});

const HELP: [string[], RegExp][] = [
  [['--help'], /judge files offline/],
  [['help'], /Exit codes: 0 pass, 1 fail, 2 marginal, undecided or not enough data, 3 no verdict/],
  [['help', 'judge'], /Usage: canary judge/],
  [['judge', '--help'], /--batch FILE\|-/],
  [['analyze', '-h'], /--cancel-on-interrupt/],
  [['serve', '--help'], /78/],
  [['version'], /^canary-verdict \d+\.\d+\.\d+\n$/],
  [['--version'], /^canary-verdict/],
];
for (const [args, expected] of HELP) {
  test(`canary ${args.join(' ')} tells on stdout and ends with 0`, async () => {
    const { code, stdout, stderr } = await runCanary(args);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, expected);
  });
}

const USAGE: [string[], string][] = [
  [['juge'], 'there is no command "juge"; did you mean "judge"? See "canary --help"'],
  [['jugde'], 'there is no command "jugde"; did you mean "judge"? See "canary --help"'],
  [['toString'], 'there is no command "toString"; see "canary --help"'],
  [
    ['judge', '--confg', 'x'],
    'there is no option "--confg"; did you mean "--config"? See "canary judge --help"',
  ],
  [
    ['judge', 'a.csv'],
    '"a.csv" stands alone: every input has an option; see "canary judge --help"',
  ],
  [
    ['judge', '--json=yes'],
    'option \'--json\' does not take an argument; see "canary judge --help"',
  ],
  [['judge'], '--baseline and --canary are needed; see "canary judge --help"'],
  [
    ['judge', '--batch', '-', '--json'],
    '--batch stands alone: its lines hold everything; see "canary judge --help"',
  ],
  [['version', '--long'], 'there is no option "--long"; see "canary version --help"'],
  [['serve', '--port', '1'], 'there is no option "--port"; see "canary serve --help"'],
];
for (const [args, message] of USAGE) {
  test(`canary ${args.join(' ')} is wrong usage and ends with 3`, async () => {
    assert.deepEqual(await runCanary(args), {
      code: 3,
      stdout: '',
      stderr: `canary: ${message}\n`,
    });
  });
}

const CRASHES = {
  'an uncaught exception': 'setImmediate(() => { throw new Error("boom") })',
  'an unhandled rejection': 'setImmediate(() => { Promise.reject(new Error("boom")) })',
  'a rejection with something else': 'setImmediate(() => { Promise.reject("boom") })',
};
for (const [name, code] of Object.entries(CRASHES)) {
  test(`${name} ends with 3 and one line`, async () => {
    const child = startCanary(['judge', '--batch', '-'], {
      nodeArgs: ['--import', `data:text/javascript,${onceHandled(code)}`],
    });
    const run = await endOf(child); // stdin stays open: only the crash can end it
    assert.equal(run.code, 3);
    assert.match(run.stderr, /^canary: .*boom.*\n$/);
  });
}

/** Crashes once the command has installed its handlers. */
function onceHandled(code: string): string {
  const script = `const timer = setInterval(() => { if (process.listenerCount("uncaughtException") > 0) { clearInterval(timer); ${code} } }, 1)`;
  return encodeURIComponent(script);
}

test('a closed stdout is silent and leaves the exit code to the verdict', async () => {
  using files = writeExample();
  const child = startCanary(files.judgeArgs('worse.csv'), { cwd: files.path });
  child.stdout.destroy();
  const run = await endOf(child);
  assert.deepEqual([run.code, run.stderr], [1, '']);
});

test('colour is for terminals, and not for those that say NO_COLOR', async () => {
  using files = writeExample();
  const args = files.judgeArgs('worse.csv');
  const env = { TERM: 'xterm-256color' };
  const plain = await runCanary(args, { cwd: files.path, env: { ...env, FORCE_COLOR: '' } });
  assert.ok(!plain.stdout.includes('\u001B'));
  const coloured = await runOnTerminal(args, { cwd: files.path, env });
  assert.ok(coloured.stdout.includes('\u001B[31m✖ FAIL\u001B[39m'), coloured.stdout);
  assert.equal(coloured.code, 1);
  const refused = await runOnTerminal(args, { cwd: files.path, env: { ...env, NO_COLOR: '1' } });
  assert.ok(!refused.stdout.includes('\u001B[31m'), refused.stdout);
});

test('FORCE_COLOR colours also where there is no terminal, and wins over NO_COLOR', async () => {
  using files = writeExample();
  const args = files.judgeArgs('worse.csv');
  const red = '\u001B[31m✖ FAIL\u001B[39m';
  const starts = async (env: Record<string, string>) =>
    (await runCanary(args, { cwd: files.path, env })).stdout.startsWith(red);
  assert.ok(await starts({ FORCE_COLOR: '1' }));
  assert.ok(await starts({ FORCE_COLOR: '1', NO_COLOR: '1' }));
  assert.ok(!(await starts({ FORCE_COLOR: '0' })));
});

test('COLUMNS breaks sentences between words, and no number of the table', async () => {
  using files = writeExample();
  const args = files.judgeArgs('worse.csv');
  const wide = await runCanary(args, { cwd: files.path });
  const narrow = await runCanary(args, { cwd: files.path, env: { COLUMNS: '40' } });
  const isRow = (line: string) => /^ {2}(?:[✖✔?] | {2}METRIC)/.test(line);
  const [rows, sentences] = [true, false].map((wanted) =>
    narrow.stdout.split('\n').filter((line) => isRow(line) === wanted),
  );
  assert.deepEqual(rows, wide.stdout.split('\n').filter(isRow));
  assert.ok(sentences!.every((line) => line.length <= 40));
  const words = (text: string) => text.split(/\s+/).join(' ');
  assert.equal(words(narrow.stdout), words(wide.stdout));
});
