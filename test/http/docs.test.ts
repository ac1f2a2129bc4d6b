// docs/security.md: every threat is answered by a test that is there, every setting by one that exists.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenLinks, claimsOf, isTest, textOf } from '../support/page-claims.ts';

const ROWS = textOf('security.md')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2);

test('each row names a test that exists', () => {
  assert.ok(ROWS.length > 15);
  assert.deepEqual(
    ROWS.filter((row) => !/\]\(\.\.\/test\/[\w/.-]+\) "/.test(row)),
    [],
  );
  const claims = claimsOf('security.md');
  assert.deepEqual(
    claims.filter((claim) => !isTest(claim)),
    [],
  );
});

test('each setting of the page is one of the configuration, and each link leads somewhere', () => {
  const known = textOf('configuration.md');
  const settings = ROWS.flatMap(
    (row) => row.match(/`(?:server|outbound|limits|webhooks)\.[\w.]+`/g) ?? [],
  );
  assert.deepEqual(
    settings.filter((setting) => !known.includes(`| ${setting}`)),
    [],
  );
  assert.deepEqual(brokenLinks('security.md'), []);
});
