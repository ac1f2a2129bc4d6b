import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseConfigDocument } from '../../src/cli/files/read-config-file.ts';

test('a batch of native configs reads the contract once', async (t) => {
  const added = t.mock.method(Ajv2020.prototype, 'addSchema');
  for (let line = 0; line < 20; line += 1) {
    const document = {
      name: `line-${line}`,
      metrics: [{ name: 'm', query: { source: 'inline' } }],
    };
    assert.equal((await parseConfigDocument('config', document)).name, `line-${line}`);
  }
  const documents = added.mock.calls.filter(({ arguments: [, name] }) => name === 'openapi');
  assert.equal(documents.length, 1);
});
