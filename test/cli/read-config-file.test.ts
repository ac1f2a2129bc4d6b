import assert from 'node:assert/strict';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { test } from 'node:test';
import { parseConfigDocument } from '../../src/cli/files/read-config-file.ts';

test('a batch of native configs reads the contract once', async (t) => {
  const read = t.mock.method(fs, 'readFileSync');
  syncBuiltinESMExports();
  t.after(() => {
    read.mock.restore();
    syncBuiltinESMExports();
  });
  for (let line = 0; line < 20; line += 1) {
    const document = {
      name: `line-${line}`,
      metrics: [{ name: 'm', query: { source: 'inline' } }],
    };
    assert.equal((await parseConfigDocument('config', document)).name, `line-${line}`);
  }
  const files = read.mock.calls.map(({ arguments: [file] }) => String(file));
  assert.equal(files.filter((file) => file.endsWith('openapi.yaml')).length, 1, files.join());
});
