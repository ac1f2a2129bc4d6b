import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { runCanary } from '../../support/canary.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const SLO = `
objectives:
  - sli: latency
    pass: [{ criteria: ["<=600"] }]
total_score: { pass: "90%" }
`;

test('prints a config that judges, and the notes aside', async () => {
  using directory = temporaryDirectory();
  const write = (name: string, text: string) => writeFileSync(join(directory.path, name), text);
  const run = (...args: string[]) => runCanary(args, { cwd: directory.path });
  write('my slo.yaml', SLO);
  const imported = await run('import', 'slo', 'my slo.yaml');
  assert.equal(imported.code, 0, imported.stderr);
  assert.match(imported.stderr, /^canary: replace the source "inline"/m);
  assert.equal((JSON.parse(imported.stdout) as { name: string }).name, 'my-slo');

  write('config.json', imported.stdout);
  write('baseline.csv', 'time,latency\n2026-01-15T10:00:00Z,500\n');
  write('canary.csv', 'time,latency\n2026-01-15T10:00:00Z,700\n');
  const files = ['--baseline', 'baseline.csv', '--canary', 'canary.csv'];
  const judged = await run('judge', '--config', 'config.json', ...files);
  assert.equal(judged.code, 1, judged.stderr);
  assert.match(judged.stdout, /1 of 1 metric misses its criteria: latency is 700: misses <=600/);
});

test('a name that no config can have becomes one that it can', async () => {
  using directory = temporaryDirectory();
  const file = `${'ä b'.repeat(60)}.yaml`;
  writeFileSync(join(directory.path, file), SLO);
  const imported = await runCanary(['import', 'slo', file], { cwd: directory.path });
  assert.equal(imported.code, 0, imported.stderr);
  assert.match((JSON.parse(imported.stdout) as { name: string }).name, /^b-?[-b]+$/);
});

test('what cannot be imported is no verdict', async () => {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, 'slo.yaml'), 'objectives: []\n');
  const broken = await runCanary(['import', 'slo', 'slo.yaml'], { cwd: directory.path });
  assert.equal(broken.code, 3);
  assert.match(broken.stderr, /objectives is empty/);
  const usage = await runCanary(['import', 'sli', 'slo.yaml']);
  assert.equal(usage.code, 3);
  assert.match(
    usage.stderr,
    /no "canary import sli"; did you mean "slo"\? See "canary import --help"/,
  );
  const fileless = await runCanary(['import', 'slo']);
  assert.equal(fileless.code, 3);
  assert.match(fileless.stderr, /one file is needed; see "canary import --help"/);
});
