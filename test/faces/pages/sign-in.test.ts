// Signing in as people do: a real browser opens a report where the service wants a token.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { inlineRequest } from '../../e2e/requests.ts';
import { launchChromium, missingChromium } from '../../support/chromium.ts';
import { OPERATOR, startTestService, type TestService } from '../../support/service.ts';

suite('a browser without a token', { skip: missingChromium }, () => {
  let api: TestService;
  let browser: Browser;
  before(async () => {
    api = await startTestService(OPERATOR);
    browser = await launchChromium();
  });
  after(async () => {
    await browser.close();
    await api.close();
  });

  test('is asked for one, sees the report it came for, and none once it has signed out', async () => {
    const { body } = await api.call('post', '/api/v1/analyses', { body: inlineRequest('pass') });
    const report = `${api.url}/analyses/${body.id}`;
    const context = await browser.newContext();
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.goto(report);
    assert.equal(await page.title(), '⚿ Sign in · Canary Verdict');
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    assert.match((await page.getByRole('alert').textContent()) ?? '', /no token of this service/);
    await page.getByLabel('Token').fill(OPERATOR.TEST_OPERATOR);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(report);
    assert.match(await page.title(), /checkout/);
    const [cookie] = await context.cookies();
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Strict']);
    await page.goto(`${api.url}/login`);
    await page.getByLabel('Token').fill(OPERATOR.TEST_OPERATOR);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${api.url}/login`);
    assert.equal((await page.goto(report))?.status(), 401);
    assert.deepEqual(
      said.filter((text) => text.includes('Content Security Policy')),
      [],
    );
  });
});
