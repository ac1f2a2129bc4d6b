// Every page, as different people meet it: on a phone, a tablet and a desk, light and dark, with and without scripts, by keyboard.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { inlineRequest, type KnownVerdict } from '../../e2e/requests.ts';
import { launchChromium, missingChromium } from '../../support/chromium.ts';
import { axeViolations, complaintsOf, fitsItsWindow } from '../../support/page-checks.ts';
import { OPERATOR, startTestService, until, type TestService } from '../../support/service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';

const WIDTHS = [390, 768, 1280];
const WITH_TOKEN = { authorization: `Bearer ${OPERATOR.TEST_OPERATOR}` };

/** Names stand for analyses, by their verdict. */
const PAGES = [
  '/',
  '/analyses/fail',
  '/analyses/nodata',
  '/heatmap',
  '/heatmap?config=checkout',
  '/history?config=checkout&metric=latency',
  '/compare?left=pass&right=fail',
  '/configs',
  '/configs/checkout',
  '/editor?config=checkout',
  '/trial?config=checkout',
  '/calibration?config=checkout',
  '/plan?config=checkout',
  '/deliveries',
  '/subscriptions',
  '/docs',
  '/docs/reference/pages',
  '/docs/api/planning',
  '/login',
  '/analyses/none',
];

suite('every page', { skip: missingChromium }, () => {
  let api: TestService;
  let receiver: WebhookReceiver;
  let browser: Browser;
  let scripted: BrowserContext;
  let plain: BrowserContext;
  const ids = new Map<string, string>();

  async function judge(verdict: KnownVerdict): Promise<void> {
    const { pairs, baseline, canary } = inlineRequest(verdict);
    const body = { config: 'checkout', baseline, canary, pairs };
    const { body: accepted } = await api.call('post', '/api/v1/analyses', { body });
    await api.call('get', `/api/v1/analyses/${accepted.id}?wait=60s`);
    ids.set(verdict, accepted.id);
  }

  before(async () => {
    receiver = await startWebhookReceiver();
    api = await startTestService(OPERATOR);
    const body = { url: `${receiver.url}/hook`, events: ['analysis.completed'] };
    await api.call('post', '/api/v1/subscriptions', { body });
    await api.call('post', '/api/v1/configs', { body: inlineRequest('pass').config });
    for (const verdict of ['pass', 'pass', 'pass', 'pass', 'fail', 'nodata'] as const) {
      await judge(verdict);
    }
    await until(async () => receiver.requests.length >= 6 || undefined);
    browser = await launchChromium();
    scripted = await browser.newContext({ extraHTTPHeaders: WITH_TOKEN });
    plain = await browser.newContext({
      extraHTTPHeaders: WITH_TOKEN,
      javaScriptEnabled: false,
      viewport: { width: WIDTHS[0]!, height: 844 },
    });
  });
  after(async () => {
    await browser.close();
    await api.close();
    await receiver.close();
  });

  const addressOf = (path: string) =>
    api.url + path.replaceAll(/\b(pass|fail|nodata)\b/g, (word) => ids.get(word) ?? word);

  for (const path of PAGES) {
    test(`${path}: axe finds nothing, nothing is cut off, the keyboard reaches all`, async () => {
      const page = await scripted.newPage();
      const complaints = complaintsOf(page);
      await page.goto(addressOf(path));
      for (const width of WIDTHS) {
        const colorScheme = width === 390 ? 'dark' : 'light';
        await page.setViewportSize({ width, height: 844 });
        await page.emulateMedia({ colorScheme });
        await page.evaluate(NEXT_FRAME);
        await fitsItsWindow(page);
        // axe takes seconds: each scheme once, each in another layout
        if (width !== 768)
          assert.deepEqual(await axeViolations(page), [], `${width} pixels, ${colorScheme}`);
      }
      assert.deepEqual(await unreached(page), []);
      // the browser itself tells of an answer that is a problem
      assert.deepEqual(
        complaints.filter((told) => !told.includes('404')),
        [],
      );
      const heading = await page.textContent('h1');
      await page.close();
      await isWholeWithoutScripts(path, heading);
    });
  }

  async function isWholeWithoutScripts(path: string, heading: string | null): Promise<void> {
    const page = await plain.newPage();
    await page.goto(addressOf(path));
    await fitsItsWindow(page);
    assert.equal(await page.textContent('h1'), heading);
    await page.close();
  }
});

/** What is laid out late has its place only then. */
const NEXT_FRAME =
  'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';

/** What can be used but is not come by with the Tab key, from the top of the page once around. */
async function unreached(page: Page): Promise<string[]> {
  const count = await page.evaluate<number>(FOLLOW_FOCUS);
  for (let pressed = 0; pressed <= count; pressed += 1) await page.keyboard.press('Tab');
  return page.evaluate('[...awaited].map((element) => element.outerHTML.slice(0, 100))');
}

/** Crosses off what gets the focus, where its outline can be seen; answers how many there are. */
const FOLLOW_FOCUS = `
  document.activeElement.blur();
  getSelection().removeAllRanges();
  awaited = new Set([...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled && element.type !== 'hidden'));
  document.addEventListener('focusin', ({ target }) => {
    if (getComputedStyle(target).outlineStyle !== 'none') awaited.delete(target);
  });
  awaited.size;
`;
