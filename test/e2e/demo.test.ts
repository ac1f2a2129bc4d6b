import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spawn } from 'node:child_process';

test('the demo promotes the healthy canary and rolls the faulty one back, by itself and in time', async () => {
  const begin = Date.now();
  const child = spawn('npm', ['run', 'demo'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 0, output);
  assert.match(output, /healthy canary: promoted; faulty canary: rolled back: as it should be/);
  for (const weight of [5, 20, 50, 100])
    assert.match(output, new RegExp(`${weight} % of the users on the canary`));
  assert.match(output, /fail: score .* got worse/);
  assert.match(output, /http:\/\/127\.0\.0\.1:\d+\/analyses\/[0-9A-Z]{26}/);
  assert.ok(Date.now() - begin < 90_000);
});
