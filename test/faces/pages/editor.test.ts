// Completion in the editor of configs, by the schema that the service serves, with the keyboard alone.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, missingChromium } from '../../support/chromium.ts';
import { axeViolations, complaintsOf, fitsItsWindow } from '../../support/page-checks.ts';
import { startTestService, type TestService } from '../../support/service.ts';

suite('completion in the editor', { skip: missingChromium }, () => {
  let api: TestService;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  before(async () => {
    api = await startTestService();
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    complaints = complaintsOf(page);
    await page.goto(`${api.url}/editor`);
    await page.locator('.completed').waitFor({ state: 'attached' });
  });
  after(async () => {
    await browser.close();
    await api.close();
  });

  const area = () => page.locator('textarea#text');
  const options = () => page.getByRole('option').locator('strong').allTextContents();

  /** Writes what comes before the caret and opens the list. */
  async function at(text: string, rest = ''): Promise<string[]> {
    await area().fill(text + rest);
    await area().evaluate(
      `document.querySelector('#text').setSelectionRange(${text.length}, ${text.length})`,
    );
    await page.keyboard.press('Control+Space');
    return options();
  }

  test('typing a key offers those of its place; arrows choose, Enter takes, Escape closes', async () => {
    await area().fill('');
    await area().pressSequentially('name: a\nthres');
    await page.getByRole('option', { name: /^thresholds/ }).waitFor();
    assert.deepEqual(await axeViolations(page), []);
    await page.keyboard.press('ArrowDown');
    const active = await area().getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${active} strong`).textContent(), 'thresholds');
    await page.keyboard.press('Enter');
    assert.equal(await area().inputValue(), 'name: a\nthresholds:');
    await area().pressSequentially('\n  pa');
    await page.getByRole('option', { name: /^pass/ }).waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await page.getByRole('option').count(), 0);
    await page.keyboard.press('Enter');
    assert.match(await area().inputValue(), /pa\n$/, 'Enter is a line where nothing was chosen');
  });

  test('keys of an entry of a list, but for those that are there, on either side of the caret', async () => {
    assert.ok((await at('metrics:\n  - ')).includes('name'));
    const keys = await at('metrics:\n  - name: a\n    ', '\n    query:\n      source: inline\n');
    assert.ok(keys.includes('direction') && keys.includes('group'), keys.join());
    assert.ok(!keys.includes('name') && !keys.includes('query'), keys.join());
    assert.deepEqual(await at('metrics:\n- name: a\n  dir'), ['direction']);
  });

  test('values that a key may have, and what a query of its source may say', async () => {
    const start = 'metrics:\n  - name: a\n    ';
    assert.deepEqual(await at(`${start}direction: `), ['increase', 'decrease', 'either']);
    assert.deepEqual(await at(`${start}direction: de`), ['decrease']);
    assert.ok((await at(`${start}query:\n      source: `)).includes('prometheus'));
    const prometheus = await at(`${start}query:\n      source: prometheus\n      `);
    assert.ok(prometheus.includes('promql') && !prometheus.includes('sql'), prometheus.join());
    const tolerated = await at(`${start}tolerance:\n      `);
    assert.deepEqual(tolerated, ['increase', 'decrease']);
  });

  test('nothing is offered inside of a sentence, and Tab leaves the field', async () => {
    assert.deepEqual(await at('name: a\ndescription: some words of'), []);
    await page.keyboard.press('Tab');
    assert.notEqual(await page.evaluate('document.activeElement.id'), 'text');
    await fitsItsWindow(page);
    assert.deepEqual(complaints, []);
  });
});
