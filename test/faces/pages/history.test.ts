// One metric over the runs of a config, of analyses that a real service has judged.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { inlineRequest } from '../../e2e/requests.ts';
import { launchChromium, missingChromium } from '../../support/chromium.ts';
import { axeViolations, complaintsOf, fitsItsWindow } from '../../support/page-checks.ts';
import { startTestService, type TestService } from '../../support/service.ts';

const ADDRESS = '/history?config=checkout&metric=latency';

suite('the history of a metric', () => {
  let api: TestService;
  const ids: string[] = [];
  before(async () => {
    api = await startTestService();
    for (const verdict of ['fail', 'pass', 'fail', 'fail'] as const) {
      const { body } = await api.call('post', '/api/v1/analyses', { body: inlineRequest(verdict) });
      await api.call('get', `/api/v1/analyses/${body.id}?wait=60s`);
      ids.push(body.id);
    }
  });
  after(() => api.close());

  test('a row for each run, newest first, and how often it was no pass, in words', async () => {
    const { text } = await api.call('get', ADDRESS);
    assert.match(text, /No pass in 3 of 4 runs, 2 in a row up to the newest/);
    const places = ids.map((id) => text.indexOf(`/analyses/${id}`));
    assert.ok(places.every((place) => place > 0));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => b - a),
    );
    const { text: last } = await api.call('get', `${ADDRESS}&runs=1`);
    assert.match(last, /No pass in the one run/);
  });

  test('metrics by runs and the report lead to it', async () => {
    const address = ADDRESS.replace('&', '&amp;');
    const { text: table } = await api.call('get', '/heatmap?config=checkout');
    assert.ok(table.includes(`href="${address}"`));
    const { text: report } = await api.call('get', `/analyses/${ids[0]}`);
    assert.ok(report.includes(`href="${address}"`));
  });

  test('of a metric or config that nobody knows it says so', async () => {
    const { text } = await api.call('get', '/history?config=checkout&metric=%3Cb%3E');
    assert.match(
      text,
      /None of the last 4 analyses of checkout has judged a metric &quot;&lt;b&gt;&quot;/,
    );
    const { text: other } = await api.call('get', '/history?config=ghost&metric=x');
    assert.match(other, /No analysis of a config &quot;ghost&quot; is known/);
  });

  test(
    'on phones, tablets and desks, light and dark, axe finds nothing',
    { skip: missingChromium },
    async () => {
      const browser: Browser = await launchChromium();
      for (const [width, colorScheme] of [
        [390, 'light'],
        [768, 'dark'],
        [1280, 'light'],
      ] as const) {
        const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
        const complaints = complaintsOf(page);
        await page.goto(api.url + ADDRESS);
        await fitsItsWindow(page);
        assert.deepEqual(await axeViolations(page), []);
        assert.deepEqual(complaints, []);
        await page.close();
      }
      await browser.close();
    },
  );
});
