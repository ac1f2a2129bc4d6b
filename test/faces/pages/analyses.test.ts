// The list of analyses as people use it: found, filtered, paged, followed, in a real browser.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { inlineRequest, type KnownVerdict } from '../../e2e/requests.ts';
import { launchChromium, missingChromium } from '../../support/chromium.ts';
import { complaintsOf } from '../../support/page-checks.ts';
import { startTestService, type TestService } from '../../support/service.ts';

const HOSTILE = '<img src=x onerror=alert(1)>"\'&';

async function judged(api: TestService, verdict: KnownVerdict, more: object = {}): Promise<string> {
  const { body } = await api.call('post', '/api/v1/analyses', {
    body: inlineRequest(verdict, more),
  });
  await api.call('get', `/api/v1/analyses/${body.id}?wait=60s`);
  return body.id;
}

suite('the list of analyses', () => {
  let api: TestService;
  let failed: string;
  let passed: string;
  before(async () => {
    api = await startTestService();
    const empty = await api.call('get', '/');
    assert.match(empty.text, /No analysis yet.*canary analyze/s);
    passed = await judged(api, 'pass', { labels: { service: 'checkout', version: HOSTILE } });
    failed = await judged(api, 'fail', { labels: { service: '100%_sure' } });
    await judged(api, 'nodata');
  });
  after(() => api.close());

  const shown = async (query: string): Promise<string[]> => {
    const { text, status } = await api.call('get', `/?${query}`);
    assert.equal(status, 200);
    return [...text.matchAll(/href="\/analyses\/([^"]+)"/g)].map(([, id]) => id!);
  };

  test('each filter finds what it says, alone and with others', async () => {
    assert.equal((await shown('')).length, 3);
    assert.deepEqual(await shown('result=fail'), [failed]);
    assert.deepEqual(await shown('result=pass&last=1h&config=checkout'), [passed]);
    assert.equal((await shown('result=attention')).length, 2);
    assert.deepEqual(await shown('result=running'), []);
    assert.deepEqual(await shown('label=service%3Dcheckout'), [passed]);
    assert.deepEqual(await shown('q=got+WORSE'), [failed]);
    assert.deepEqual(await shown('q=0%25_S'), [failed]);
    assert.deepEqual(await shown('q=0__S'), []);
    assert.deepEqual(await shown('q=%5C'), []);
    assert.deepEqual(await shown(`q=${passed.toLowerCase()}`), [passed]);
    assert.deepEqual(await shown('config=other'), []);
    assert.deepEqual(await shown(`before=${failed}`), [passed]);
  });

  test('the API takes the same: text and times', async () => {
    const ids = async (query: string) => {
      const { body } = await api.call('get', `/api/v1/analyses?${query}`);
      return body.items.map(({ id }: { id: string }) => id);
    };
    assert.deepEqual(await ids('q=Sure'), [failed]);
    assert.deepEqual(await ids('to=2020-01-01T00:00:00Z'), []);
    assert.deepEqual(await ids('from=now%2B1h'), []);
    assert.equal((await ids('from=2020-01-01T00:00:00Z&limit=2')).length, 2);
    const { body } = await api.call('get', '/api/v1/analyses?from=2020-01-01T00:00:00Z&limit=1');
    assert.match(body.next, /from=2020-01-01/);
  });

  test('a filter that is none is refused with a page', async () => {
    const { status, text } = await api.call('get', '/?result=great');
    assert.equal(status, 400);
    assert.match(text, /result/);
  });

  test('labels are shown as they are, never as markup', async () => {
    const { text } = await api.call('get', '/');
    assert.ok(!text.includes('<img'));
    assert.ok(text.includes('version=&lt;img src=x onerror=alert(1)&gt;'));
  });

  suite('in a browser', { skip: missingChromium }, () => {
    let browser: Browser;
    before(async () => {
      browser = await launchChromium();
    });
    after(() => browser.close());

    const open = async (path: string, options: BrowserContextOptions = {}) => {
      const page = await (await browser.newContext(options)).newPage();
      const complaints = complaintsOf(page);
      await page.goto(api.url + path);
      return { page, complaints };
    };

    test('without scripts the form filters and a row leads to its report', async () => {
      const { page } = await open('/', { javaScriptEnabled: false });
      await page.getByLabel('Result').selectOption('fail');
      await page.getByRole('button', { name: 'Show' }).click();
      await page.waitForURL(/result=fail/);
      await page.getByRole('link', { name: 'Fail' }).click();
      await page.waitForURL(`${api.url}/analyses/${failed}`);
      await page.context().close();
    });

    test('the keyboard alone searches and opens', async () => {
      const { page } = await open('/');
      await page.keyboard.press('/');
      await page.keyboard.type('sure');
      await page.keyboard.press('Enter');
      await page.waitForURL(/q=sure/);
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.waitForURL(`${api.url}/analyses/${failed}`);
      await page.goto(api.url);
      for (const key of ['j', 'j', 'j', 'k', 'j']) await page.keyboard.press(key);
      await page.keyboard.press('Enter');
      await page.waitForURL(`${api.url}/analyses/${passed}`);
      await page.context().close();
    });

    test('a report follows its analysis to the end, and the list does', async () => {
      const far = new Date(Date.now() + 3_600_000).toISOString();
      const { body } = await api.call('post', '/api/v1/analyses', {
        body: inlineRequest('pass', { window: { start: far, duration: '2h', step: '60s' } }),
      });
      assert.equal(body.state, 'queued', JSON.stringify(body));
      const list = await open('/?result=running');
      const report = await open(`/analyses/${body.id}`);
      assert.match(await report.page.title(), /Queued/);
      await api.call('post', `/api/v1/analyses/${body.id}/cancel`);
      await report.page.waitForFunction(`document.title.includes('Cancelled')`);
      assert.match((await report.page.getByRole('status').textContent()) ?? '', /Cancelled/);
      await list.page.getByText('No analysis fits').waitFor({ timeout: 60_000 });
      assert.deepEqual([...list.complaints, ...report.complaints], []);
    });
  });
});
