// The examples of docs/explanation/data.md say what they say there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FINDING_CODES, NATIVE_DATA_POLICY } from '../../src/model/judgement/finding.ts';
import { explainExample, type Example } from './example.ts';

const PAGE = readFileSync(new URL('../../docs/explanation/data.md', import.meta.url), 'utf8');
const BLOCK = /^### `([\w-]+)`\n[^]*?^```json\n([^]*?)^```\n\n^```text\n([^]*?)^```$/gm;
const EXAMPLES = [...PAGE.matchAll(BLOCK)].map(([, code, example, told]) => ({
  code: code!,
  example: JSON.parse(example!) as Example,
  told: told!,
}));

test('every finding has its example, and its default in the table', () => {
  assert.deepEqual(
    EXAMPLES.map(({ code }) => code),
    [...FINDING_CODES],
  );
  for (const [code, action] of Object.entries(NATIVE_DATA_POLICY)) {
    assert.match(PAGE, new RegExp(`^\\| \`${code}\` +\\| ${action} `, 'm'));
  }
});

for (const { code, example, told } of EXAMPLES) {
  test(`docs/explanation/data.md shows ${code}`, () => {
    assert.equal(explainExample(example, code), told);
  });
}
