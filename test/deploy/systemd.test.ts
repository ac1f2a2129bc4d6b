import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { areSettings, isCommand, shipped } from '../support/shipped.ts';

const PATH = 'deploy/systemd/canary-verdict.service';
const SKIP = !existsSync('/usr/bin/systemd-analyze') && 'needs systemd: apt-get install systemd';
const UNIT = shipped(PATH);
const valuesOf = (key: string) =>
  [...UNIT.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);

test('the unit uses settings, a command and a directory that exist', () => {
  areSettings(valuesOf('Environment').map((pair) => pair.split('=')[0]!));
  const [program, name, ...args] = valuesOf('ExecStart')[0]!.split(' ');
  assert.deepEqual([program, name], ['/usr/bin/env', 'canary']);
  isCommand(args);
  const [directory] = valuesOf('StateDirectory');
  assert.ok(valuesOf('Environment').includes(`CANARY_DATA_DIRECTORY=/var/lib/${directory}`));
  assert.deepEqual(valuesOf('RestartPreventExitStatus'), ['78']); // EX_CONFIG of src/main.ts
});

test('systemd finds nothing wrong with it, and that it is confined', { skip: SKIP }, () => {
  const analyze = (...args: string[]) =>
    spawnSync('systemd-analyze', [...args, PATH], { encoding: 'utf8' });
  const verified = analyze('verify');
  assert.equal(verified.status, 0, verified.stderr);
  assert.ok(!verified.stderr.includes('canary-verdict'), verified.stderr);
  const { status, stdout } = analyze('security', '--offline=true', '--threshold=20');
  assert.equal(status, 0, stdout);
});
