import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  nodes: { html: string }[];
}

/** What axe finds wrong with a page, as texts. */
export async function axeViolations(page: Page): Promise<string[]> {
  // an isolated world: the page's own policy lets no foreign script in
  await page.evaluate(axe);
  const found = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(document, { resultTypes: ['violations'] })`,
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}

/** Neither the page scrolls sideways nor anything is cut off. */
export async function fitsItsWindow(page: Page): Promise<void> {
  await page.evaluate(LAY_OUT_ALL);
  assert.deepEqual(await page.evaluate(FIND_CUT_OFF), []);
  assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0);
}

/** What is out of sight keeps the size that it had in another window until it comes into view. */
const LAY_OUT_ALL = `document.querySelectorAll('.metric, .later')
  .forEach((element) => { element.style.contentVisibility = 'visible'; })`;

/** Elements that reach beyond the window although nothing around them scrolls. */
export const FIND_CUT_OFF = `[...document.querySelectorAll('main *')]
  .filter((element) => element.checkVisibility() && !element.closest('.scroll, thead'))
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
  .map((element) => element.outerHTML.slice(0, 80))`;

/** Collects what a page says or fails to load: each of it is a fault. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => {
    // a page that is left breaks off what it follows
    if (!request.url().endsWith('/events')) complaints.push(request.url());
  });
  return complaints;
}
