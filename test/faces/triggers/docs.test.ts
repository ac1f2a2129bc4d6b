// docs/triggers.md claims only what a test holds, and has a row for each sender.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { createSenders } from '../../../src/faces/triggers/senders/registry.ts';
import { isTest, textOf } from '../../support/page-claims.ts';

const DOCS = new URL('../../../docs/', import.meta.url);
const PAGE = textOf('triggers.md');
/** A link to a test file whose title is the name of the test. */
const CLAIM = /\]\((\.\.\/test\/[\w/.-]+)\s+'([^']+)'\)/g;

test('every test that the page names exists', () => {
  const claims = [...PAGE.matchAll(CLAIM)].map(([, file = '', name = '']) => ({ file, name }));
  assert.ok(claims.length > 15, String(claims.length));
  assert.equal(claims.length, PAGE.split('](../test/').length - 1);
  assert.deepEqual(
    claims.filter((claim) => !isTest(claim)),
    [],
  );
});

test('every link of the page leads somewhere', () => {
  const links = [...PAGE.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?(?:\s'[^']*')?\)/g)]
    .map(([, path = '']) => path)
    .filter((path) => !path.startsWith('https:'));
  assert.ok(links.length > 25, String(links.length));
  assert.deepEqual(
    links.filter((path) => !existsSync(new URL(path, DOCS))),
    [],
  );
});

test('both tables of senders have a row for each, with the events that count', () => {
  const senders = createSenders({ client: undefined as never, snsOrigins: [], now: Date.now });
  for (const [name, { usualEvents = [] }] of Object.entries(senders)) {
    const rows = PAGE.split('\n').filter((line) => line.startsWith(`| \`${name}\` `));
    assert.equal(rows.length, 2, name);
    for (const event of usualEvents)
      assert.ok(rows[0]!.includes(`\`${event}\``), `${name}: ${event}`);
  }
});
