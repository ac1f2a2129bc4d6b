// The report in a browser that runs scripts: charts with zoom and values, a table that is filtered and sorted, files.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { after, before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { ASSETS } from '../../../src/report/shell/assets.ts';
import { launchChromium, missingChromium } from '../../support/chromium.ts';
import { axeViolations, complaintsOf, fitsItsWindow } from '../../support/page-checks.ts';
import { startTestService, type TestService } from '../../support/service.ts';

const METRICS = 14;
const VALUES = Array.from({ length: 120 }, (_, i) => 100 + ((i * 7919) % 13));

function request() {
  const names = Array.from({ length: METRICS }, (_, i) => `metric ${i}`);
  const canaryOf = (i: number) => VALUES.toReversed().map((value) => (i === 3 ? 2 * value : value));
  return {
    config: {
      name: 'checkout',
      judge: 'NetflixACAJudge-v1.0',
      metrics: names.map((name, i) => ({
        name,
        group: i % 2 === 0 ? 'even' : 'odd',
        direction: 'increase',
        tolerance: { increase: '10%' },
        query: { source: 'inline' },
      })),
    },
    baseline: { scope: 'v1' },
    canary: { scope: 'v2' },
    pairs: names.map((metric, i) => ({
      metric,
      start: '2026-03-03T14:02:00Z',
      baseline: VALUES.map((value, k) => (k === 5 ? null : value)),
      canary: canaryOf(i),
    })),
  };
}

suite('the report of an analysis', () => {
  let api: TestService;
  let address: string;
  let pairId: string;
  before(async () => {
    api = await startTestService();
    const { body } = await api.call('post', '/api/v1/analyses', { body: request() });
    const { body: ended } = await api.call('get', `/api/v1/analyses/${body.id}?wait=60s`);
    address = `/analyses/${body.id}`;
    pairId = ended.judgement.metrics[3].pairId;
  });
  after(() => api.close());

  test('the values of a metric are a file, gaps as empty fields; an unknown pair is told as such', async () => {
    const { text, headers } = await api.call('get', `${address}/values/${pairId}`);
    const lines = text.trim().split('\n');
    assert.match(headers['content-type']!, /^text\/csv/);
    assert.deepEqual(
      [lines.length, lines[0], lines[1], lines[6]],
      [
        121,
        'time,baseline,canary',
        `2026-03-03T14:02:00.000Z,100,${2 * VALUES[119]!}`,
        `2026-03-03T14:07:00.000Z,,${2 * VALUES[114]!}`,
      ],
    );
    const { status, text: problem } = await api.call('get', `${address}/values/ghost`);
    assert.equal(status, 404);
    assert.match(problem, /no pair &quot;ghost&quot;/);
  });

  test('all scripts of a report together are below 60 kB on the wire, the page below 300', async () => {
    const scripts = gzipSync(ASSETS.script.content).length + gzipSync(ASSETS.charts.content).length;
    assert.ok(scripts < 60_000, `${scripts} bytes`);
    const { text } = await api.call('get', address);
    assert.ok(gzipSync(text).length < 300_000);
  });

  test('nothing holds up the first paint: one stylesheet, no script that is waited for', async () => {
    const { text } = await api.call('get', address);
    const [head = ''] = text.split('</head>');
    assert.equal(head.match(/<link rel="stylesheet"/g)?.length, 1);
    const scripts = [...text.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    assert.deepEqual(
      scripts.map((tag) => / defer/.test(tag)),
      [true],
    );
    assert.doesNotMatch(head, /@import|rel="preload"|fonts/);
  });

  suite('in a browser', { skip: missingChromium }, () => {
    let browser: Browser;
    before(async () => {
      browser = await launchChromium();
    });
    after(() => browser.close());

    async function open(
      width: number,
      scheme: 'light' | 'dark' = 'light',
    ): Promise<{ page: Page; complaints: string[] }> {
      const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme: scheme });
      const complaints = complaintsOf(page);
      await page.goto(api.url + address);
      await page.locator('[data-equipped]').first().waitFor();
      return { page, complaints };
    }

    for (const [width, scheme] of [
      [390, 'light'],
      [768, 'dark'],
      [1280, 'light'],
    ] as const) {
      test(`at ${width} pixels charts zoom, values are read as a table, and nothing breaks the policy`, async () => {
        const { page, complaints } = await open(width, scheme);
        const figure = page.locator('details[open] [data-values]').first();
        await figure.getByRole('button', { name: 'Zoom' }).click();
        await figure.locator('.uplot canvas').waitFor();
        await figure.getByRole('button', { name: 'Values as a table' }).click();
        await figure.getByText('Values 1 to 50 of 120').waitFor();
        await figure.getByRole('button', { name: 'Later' }).click();
        await figure.getByText('Values 51 to 100 of 120').waitFor();
        await fitsItsWindow(page);
        assert.deepEqual(await axeViolations(page), []);
        assert.deepEqual(complaints, []);
        await page.close();
      });
    }

    test('a chart is saved as a picture', async () => {
      const { page } = await open(1280);
      const figure = page.locator('details[open] [data-values]').first();
      await figure.getByRole('button', { name: 'Zoom' }).click();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        figure.getByRole('button', { name: 'Save as PNG' }).click(),
      ]);
      assert.equal(file.suggestedFilename(), 'metric-3.png');
      await page.close();
    });

    test('arrow keys move the crosshair, and the zoom outlives a renewal of the report', async () => {
      const { page } = await open(1280);
      const figure = page.locator('details[open] [data-values]').first();
      await figure.getByRole('button', { name: 'Zoom' }).click();
      await figure.locator('.uplot canvas').waitFor();
      await figure.getByRole('group', { name: /arrow keys/ }).focus();
      await page.keyboard.press('Home');
      await figure.getByText(/14:02:00 UTC: baseline 100, canary/).waitFor();
      await page.keyboard.press('ArrowRight');
      await figure.getByText(/14:03:00 UTC: baseline/).waitFor();
      const box = (await figure.locator('.u-over').boundingBox())!;
      await page.mouse.move(box.x + 0.25 * box.width, box.y + 50);
      await page.mouse.down();
      await page.mouse.move(box.x + 0.5 * box.width, box.y + 50, { steps: 5 });
      await page.mouse.up();
      // as a report does that follows its analysis: all of it anew, with the same metric in it
      await page.evaluate(`(() => {
        const old = document.getElementById('main');
        const next = old.cloneNode(true);
        next.querySelectorAll('.uplot-place, .values-tools button, .values-tools [role=status], form').forEach((made) => made.remove());
        next.querySelectorAll('[data-equipped]').forEach((made) => delete made.dataset.equipped);
        old.replaceWith(next);
      })()`);
      await figure.locator('.uplot canvas').waitFor();
      await figure.getByRole('group', { name: /arrow keys/ }).focus();
      await page.keyboard.press('Home');
      await figure.getByText(/14:3\d:00 UTC: baseline/).waitFor();
      await page.close();
    });

    test('metrics are filtered by name, result and group, and sorted by a column, with the keyboard', async () => {
      const { page } = await open(1280);
      const visible = () => page.locator('table.metrics tbody tr:visible').count();
      assert.equal(await visible(), METRICS);
      await page.getByLabel('Metric', { exact: true }).fill('metric 1');
      assert.equal(await visible(), 5);
      await page.getByLabel('Group', { exact: true }).selectOption('odd');
      assert.equal(await visible(), 3);
      await page.getByLabel('Metric', { exact: true }).fill('');
      await page.getByLabel('Result', { exact: true }).selectOption({ index: 1 });
      assert.equal(await visible(), 1);
      await page.getByRole('button', { name: 'Change' }).focus();
      await page.keyboard.press('Enter');
      assert.equal(await page.locator('th[aria-sort=descending]').textContent(), 'Change');
      await page.close();
    });
  });
});
