// docs/how-to/security.md: every threat is answered by a test, every setting by one that exists.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../support/page-claims.ts';

const ROWS = textOf('how-to/security.md')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2);

test('each row names a test', () => {
  assert.ok(ROWS.length > 15);
  assert.deepEqual(
    ROWS.filter((row) => !/\]\(\.\.\/\.\.\/test\/[\w/.-]+\) "/.test(row)),
    [],
  );
});

test('each setting of the page is one of the configuration', () => {
  const known = textOf('reference/configuration.md');
  const settings = ROWS.flatMap(
    (row) => row.match(/`(?:server|outbound|limits|webhooks)\.[\w.]+`/g) ?? [],
  );
  assert.deepEqual(
    settings.filter((setting) => !known.includes(`| ${setting}`)),
    [],
  );
});
