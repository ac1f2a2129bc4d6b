import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { checkConfigForm } from '../../src/analysis/accept/check-config.ts';
import { loadContract } from '../../src/contract/contract.ts';
import { createJudges } from '../../src/judges/registry.ts';
import type { components } from '../../src/openapi.d.ts';

const PAGE = readFileSync(new URL('../../docs/judges.md', import.meta.url), 'utf8');

test('the page has a row for every judge', () => {
  const rows = [...PAGE.matchAll(/^\| `(\S+)` /gm)].map(([, name]) => name);
  assert.deepEqual(new Set(rows), new Set(createJudges().names()));
});

test('the configs on the page keep the contract', () => {
  const blocks = [...PAGE.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, body]) => body!);
  assert.ok(blocks.length > 0);
  for (const block of blocks) {
    const config = JSON.parse(block) as components['schemas']['CanaryConfig'];
    assert.deepEqual(loadContract().checkSchema('CanaryConfig', config), []);
    assert.deepEqual(checkConfigForm(config, 100), []);
  }
});
