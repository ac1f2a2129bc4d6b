import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, suite, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { renderReport } from '../../src/report/report.ts';
import { CONTENT_SECURITY_POLICY } from '../../src/report/shell/security.ts';
import { ASSETS } from '../../src/report/shell/assets.ts';
import {
  END,
  SAMPLE_METRICS,
  sampleAnalysis,
  sampleExecution,
  sampleResult,
} from '../support/analysis-sample.ts';
import { launchChromium, missingChromium } from '../support/chromium.ts';
import { axeViolations, complaintsOf, fitsItsWindow } from '../support/page-checks.ts';

const METRICS = [
  ...SAMPLE_METRICS,
  { ...SAMPLE_METRICS[2]!, name: 'a_name_without_any_place_to_break_it_'.repeat(4) },
];

function servePages(): Server {
  return createServer((request, response) => {
    const asset = Object.values(ASSETS).find(({ path }) => path === request.url);
    if (asset !== undefined) {
      response.writeHead(200, { 'content-type': asset.type }).end(asset.content);
      return;
    }
    const page = renderReport({
      analysis: sampleAnalysis(),
      executions: [sampleExecution()],
      result: sampleResult(METRICS),
      generatedAt: END,
      selfUrl: 'https://canary.example/analyses/an_1',
    });
    response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': CONTENT_SECURITY_POLICY,
      })
      .end(page);
  });
}

suite('the report in a browser', { skip: missingChromium }, () => {
  let browser: Browser;
  let server: Server;

  before(async () => {
    server = servePages().listen(0, '127.0.0.1');
    await once(server, 'listening');
    browser = await launchChromium();
  });
  after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });

  async function open(
    options: BrowserContextOptions,
  ): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints = complaintsOf(page);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return { page, complaints };
  }

  test('nothing breaks the content security policy, and the console is silent', async () => {
    const { page, complaints } = await open({});
    await page.locator('h1').waitFor();
    assert.deepEqual(complaints, []);
    // The policy is in force, and breaking it would have been noticed.
    await page.evaluate(`document.body.setAttribute('style', 'color: red')`);
    assert.equal(complaints.length, 1);
    await page.context().close();
  });

  test('every metric is there without JavaScript, its fold opens by its link', async () => {
    const { page } = await open({ javaScriptEnabled: false });
    for (const { name } of METRICS) {
      assert.equal(await page.getByRole('rowheader', { name, exact: true }).count(), 1);
    }
    const passed = page.locator('details', { hasText: 'error rate' });
    assert.equal(await passed.locator('.detail').isVisible(), false);
    await page.getByRole('link', { name: 'error rate' }).click();
    await passed.locator('.detail').waitFor({ state: 'visible', timeout: 5000 });
    await page.context().close();
  });

  test('screen readers get one heading, named landmarks, tables and pictures', async () => {
    const { page } = await open({});
    const tree = await page.locator('body').ariaSnapshot();
    assert.match(tree, /heading "Fail Score 62 of 100.*" \[level=1\]/);
    for (const region of ['Metrics', 'Groups', 'Metric by metric', 'Provenance']) {
      assert.match(tree, new RegExp(`region "${region}"`));
    }
    assert.match(tree, /img "\+29 %, 98 % interval .* allowed/);
    assert.match(tree, /img "latency p99 \/checkout: baseline and canary over time .* gaps\./);
    await page.context().close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`text is readable in the ${colorScheme} scheme`, async () => {
      const { page } = await open({ colorScheme });
      const contrasts = await page.evaluate<[string, number][]>(MEASURE_CONTRASTS);
      assert.ok(contrasts.length > 20);
      assert.deepEqual(
        contrasts.filter(([, contrast]) => contrast < 4.5),
        [],
      );
      const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      assert.equal(background, colorScheme === 'light' ? 'rgb(246, 247, 248)' : 'rgb(18, 21, 26)');
      assert.deepEqual(await axeViolations(page), []);
      const screenshot = await page.screenshot({ fullPage: true });
      assert.ok(screenshot.length > 20_000);
      await page.context().close();
    });
  }

  for (const width of [320, 390, 768, 1280]) {
    test(`at ${width} pixels the page does not scroll sideways, and nothing is cut off`, async () => {
      const { page } = await open({ viewport: { width, height: 800 } });
      await fitsItsWindow(page);
      await page.context().close();
    });
  }
});

/** Contrast ratio (WCAG 2) of each element with text of its own against the background behind it. */
const MEASURE_CONTRASTS = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b]
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color[3] !== 0) return color;
    }
  };
  const ownText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll('main *')]
    .filter((element) => element.checkVisibility() && ownText(element) && !['title', 'desc'].includes(element.tagName))
    .map((element) => {
      const style = getComputedStyle(element);
      const inSvg = element instanceof SVGElement;
      const pair = [luminance(parse(inSvg ? style.fill : style.color)), luminance(behind(element))].sort((a, b) => b - a);
      return [element.textContent.trim().slice(0, 40), (pair[0] + 0.05) / (pair[1] + 0.05)];
    });
})()`;
