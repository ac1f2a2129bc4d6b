// docs/how-to/deployers.md claims only what a test holds: every cell of its table names one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { textOf } from '../../support/page-claims.ts';

const PAGE = textOf('how-to/deployers.md');
/** A link to a test file whose title is the name of the test. */
const CLAIM = /\]\(\.\.\/\.\.\/test\/[\w/.-]+\s'[^']+'\)/;

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
    for (const cell of cells) assert.match(cell, CLAIM, deployer);
  }
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
