import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, test } from 'node:test';
import { runCanary } from '../support/canary.ts';

/** What the real shells make of what the command prints for them. */
const scripts: Record<string, string> = {};
before(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const run = await runCanary(['completion', shell]);
    assert.equal(run.code, 0, run.stderr);
    scripts[shell] = run.stdout;
  }
});

/** What each shell offers for the last of these words. */
const SHELLS: Record<string, (words: string[]) => string[]> = {
  bash: (words) =>
    ask(
      'bash',
      `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
       _canary; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ),
  // outside of its line editor zsh has no completion: what would be offered is printed instead
  zsh: (words) => {
    const last = words.at(-1)!;
    const offered = ask(
      'zsh',
      `compadd() { shift; print -l -- "$@" }
       _describe() { print -l -- "\${(@)commands%%:*}" }
       _files() { }
       words=(${words.map((word) => `'${word}'`).join(' ')}); CURRENT=${words.length}
       _canary`,
      'compdef() { }\n',
    );
    return offered.filter((word) => word.startsWith(last));
  },
  fish: (words) =>
    ask('fish', `complete -C '${words.join(' ')}'`).map((line) => line.split('\t')[0]!),
};

function ask(shell: string, question: string, first = ''): string[] {
  const run = spawnSync(shell, ['-c', `${first}${scripts[shell]}\n${question}`], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
  });
  assert.equal(run.stderr, '');
  return run.stdout.split('\n').filter((line) => line !== '');
}

const CASES: [string[], string[]][] = [
  [['canary', 'jud'], ['judge']],
  [
    ['canary', 're'],
    ['rejudge', 'replay', 'report', 'restore'],
  ],
  [['canary', 'judge', '--bas'], ['--baseline']],
  [['canary', 'watch', '--cancel'], ['--cancel-on-interrupt']],
  [['canary', 'list', '--verdict', 'ma'], ['marginal']],
  [['canary', 'judge', '--output', 'ju'], ['junit']],
  [['canary', 'completion', 'f'], ['fish']],
  [['canary', 'import', 'sl'], ['slo']],
];
for (const [shell, offered] of Object.entries(SHELLS)) {
  const skip = spawnSync(shell, ['-c', 'true']).error === undefined ? false : `no ${shell} here`;
  for (const [words, expected] of CASES) {
    test(`${shell} completes ${words.join(' ')}`, { skip }, () => {
      assert.deepEqual(offered(words).sort(), expected);
    });
  }
}

test('another shell is refused', async () => {
  const run = await runCanary(['completion', 'tcsh']);
  assert.deepEqual([run.code, run.stdout], [3, '']);
  assert.equal(
    run.stderr,
    'canary: there is no "canary completion tcsh": "bash" or "zsh" or "fish" is needed; see "canary completion --help"\n',
  );
});
