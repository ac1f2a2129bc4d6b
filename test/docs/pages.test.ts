// Each page of docs/ is of one kind, is listed, and leads nowhere that is not there; tests that it names exist.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allPages, brokenLinks, claimsOf, isTest, textOf } from '../support/page-claims.ts';

const PAGES = allPages();
const KINDS = ['tutorial', 'how-to', 'reference', 'explanation'];

test('each page lies in the folder of its kind, and the index lists it', () => {
  const pages = PAGES.filter((page) => page !== 'README.md');
  assert.ok(pages.length > 15, String(pages.length));
  assert.deepEqual(new Set(pages.map((page) => page.split('/')[0])), new Set(KINDS));
  const index = textOf('README.md');
  assert.deepEqual(
    pages.filter((page) => !index.includes(`](${page})`)),
    [],
  );
});

for (const page of PAGES) {
  test(`docs/${page} leads to what is there, and names tests that exist`, () => {
    assert.deepEqual(brokenLinks(page), []);
    const claims = claimsOf(page);
    const named = textOf(page).match(/\]\([./]*test\/[^)]*\.test\.ts(?:\)[:,]? *"|\s)/g) ?? [];
    assert.ok(claims.length >= named.length, `${claims.length} of ${named.length} claims are read`);
    assert.deepEqual(
      claims.filter((claim) => !isTest(claim)),
      [],
    );
  });
}
