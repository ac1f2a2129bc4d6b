// docs/kayenta.md claims only what a test holds: every test that it names is there, and what it links is too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenLinks, claimsOf, isTest } from '../../support/page-claims.ts';

test('every test that the page names exists', () => {
  const claims = claimsOf('kayenta.md');
  assert.ok(claims.length > 30, String(claims.length));
  assert.deepEqual(
    claims.filter((claim) => !isTest(claim)),
    [],
  );
});

test('every link of the page leads somewhere', () => {
  assert.deepEqual(brokenLinks('kayenta.md'), []);
});
