import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { loadContract } from '../../src/contract/contract.ts';
import { createJudges } from '../../src/judges/registry.ts';
import { CONFIG_DEFAULTS } from '../../src/model/native-format.ts';

const pageNamed = (name: string) =>
  readFileSync(new URL(`../../docs/explanation/${name}.md`, import.meta.url), 'utf8');
const PAGE = pageNamed('judges');

test('the page has a row for every judge, and a section', () => {
  const rows = [...PAGE.matchAll(/^\| `(\S+)` /gm)].map(([, name]) => name);
  assert.deepEqual(new Set(rows), new Set(createJudges().names()));
  const sections = [...PAGE.matchAll(/^## `(\S+)`$/gm)].map(([, name]) => name);
  assert.deepEqual(new Set(sections), new Set(rows));
});

test('it is one page, and names the default', () => {
  assert.ok(PAGE.split('\n').length < 200);
  const row = PAGE.split('\n').find((line) => line.startsWith(`| \`${CONFIG_DEFAULTS.judge}\``))!;
  assert.match(row, /the default of native configs/);
});

test('what the judge can be told is read where the page says', () => {
  const rows = [...PAGE.matchAll(/^\| (options|metric|request) +\| `(\{.*?\})` /gm)];
  assert.equal(rows.length, 14);
  for (const [, place, text] of rows) {
    const said = JSON.parse(text!) as object;
    const metric = { name: 'latency', query: { source: 'inline' } };
    const config = {
      name: 'checkout',
      ...(place === 'options' ? { judgeOptions: said } : {}),
      metrics: [place === 'metric' ? { ...metric, ...said } : metric],
    };
    const scopes = { baseline: { scope: 'v41' }, canary: { scope: 'v42' } };
    const request = { config, ...scopes, ...(place === 'request' ? said : {}) };
    assert.deepEqual(loadContract().checkSchema('AnalysisRequest', request), [], text);
  }
});

test('the pages that it points to say by which command they were measured', () => {
  assert.match(pageNamed('simulation'), /npm run simulate/);
  assert.match(pageNamed('real-data'), /canary replay --batch/);
});
