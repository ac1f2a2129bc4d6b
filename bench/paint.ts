import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium, missingChromium } from '../test/support/chromium.ts';
import { startServe } from '../test/support/process.ts';
import { temporaryDirectory } from '../test/support/temporary-directory.ts';
import { METRICS, POINTS, quantile, submitOne } from './load.ts';

const LOADS = 15;
/** Before anything is measured: the code of a service that runs for long is compiled. */
const WARM_UP = 5;

/**
 * What a person waits for: the first contentful paint of the report of one failed analysis in Chromium, each load in a
 * browser context of its own, so that nothing is cached; and the first byte of it.
 */
export async function benchPaint(print: (line: string) => void): Promise<void> {
  if (missingChromium !== false) {
    print(`first paint: left out, ${missingChromium}`);
    return;
  }
  using directory = temporaryDirectory();
  const service = await startServe(join(directory.path, 'data'), { CANARY_LOG_LEVEL: 'warn' });
  const browser = await launchChromium();
  try {
    const address = `${service.url}/analyses/${await submitOne(service.url)}`;
    for (let i = 0; i < WARM_UP; i += 1) await loadOnce(browser, address);
    const loads = [];
    for (let i = 0; i < LOADS; i += 1) loads.push(await loadOnce(browser, address));
    const [paint, byte] = [loads.map(({ paintMs }) => paintMs), loads.map(({ byteMs }) => byteMs)];
    print(
      `first contentful paint of a report (${METRICS} x ${POINTS}): median ${quantile(paint, 0.5)} ms, least ${quantile(paint, 0)}, most ${quantile(paint, 1)}; first byte after ${quantile(byte, 0.5)} ms; ${(loads[0]!.bytes / 1024).toFixed(0)} kB`,
    );
  } finally {
    await browser.close();
    await service.end('SIGTERM');
  }
}

interface Load {
  paintMs: number;
  byteMs: number;
  bytes: number;
}

async function loadOnce(browser: Browser, address: string): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(new URL('/health', address).href); // a tab that is open, with nothing of the report
  await page.goto(address);
  const load = await page.evaluate<Load>(MEASURE);
  await context.close();
  return load;
}

const MEASURE = `new Promise((resolve) => {
  const [{ responseStart, decodedBodySize }] = performance.getEntriesByType('navigation');
  new PerformanceObserver((list) => {
    const paint = list.getEntriesByName('first-contentful-paint')[0];
    if (paint) resolve({ paintMs: paint.startTime, byteMs: responseStart, bytes: decodedBodySize });
  }).observe({ type: 'paint', buffered: true });
})`;
