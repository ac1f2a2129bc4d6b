// docs/deployers.md claims only what a test holds: every cell of its table names one, and what it links is there.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { isTest, textOf } from '../../support/page-claims.ts';

const DOCS = new URL('../../../docs/', import.meta.url);
const PAGE = textOf('deployers.md');
/** A link to a test file whose title is the name of the test. */
const CLAIM = /\]\((\.\.\/test\/[\w/.-]+)\s'([^']+)'\)/g;

test('each cell of the table of deployers names a test', () => {
  const [, table = ''] = /## What each one does\n[^|]*(\|[^]*?)\n\n/.exec(PAGE) ?? [];
  const [head, , ...rows] = table.split('\n').map((row) => row.split('|').slice(1, -1));
  assert.deepEqual(
    head!.map((cell) => cell.trim()),
    ['deployer', 'pass', 'fail', 'no data', 'error', 'restart in the middle', 'double call'],
  );
  assert.equal(rows.length, 7);
  for (const [deployer, ...cells] of rows) {
    assert.equal(cells.length, 6);
    for (const cell of cells) assert.match(cell, new RegExp(CLAIM.source), deployer);
  }
});

test('every test that the page names exists', () => {
  const claims = [...PAGE.matchAll(CLAIM)].map(([, file = '', name = '']) => ({ file, name }));
  assert.ok(claims.length > 30, String(claims.length));
  const missing = claims.filter((claim) => !isTest(claim));
  assert.deepEqual(missing, []);
});

test('every link of the page leads somewhere', () => {
  const links = [...PAGE.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?(?:\s'[^']*')?\)/g)].map(
    ([, path = '']) => path,
  );
  assert.ok(links.length > 40, String(links.length));
  assert.deepEqual(
    links.filter((path) => !existsSync(new URL(path, DOCS))),
    [],
  );
});

test('the parameters of the page are those of the contract', () => {
  const { components } = parse(textOf('../openapi.yaml')) as {
    components: { schemas: { GateParameters: { properties: object } } };
  };
  const known = Object.keys(components.schemas.GateParameters.properties);
  const [, table = ''] = /\| parameter[^\n]*\n\|[^\n]*\n([^]*?)\n\n/.exec(PAGE) ?? [];
  const told = [...table.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
  );
  assert.deepEqual(told.sort(), known.sort());
});
