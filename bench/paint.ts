import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { launchChromium, missingChromium } from '../test/support/chromium.ts';
import { startServe } from '../test/support/process.ts';
import { temporaryDirectory } from '../test/support/temporary-directory.ts';
import { METRICS, POINTS, quantile, submitOne } from './load.ts';

const LOADS = 15;
/** Metrics of the large report. */
const MANY = 300;
/** Before anything is measured: the code of a service that runs for long is compiled. */
const WARM_UP = 5;

/**
 * What a person waits for: the first contentful paint of the report of one failed analysis in Chromium, each load in a
 * browser context of its own, so that nothing is cached; the first byte of it, and the first row of a large one.
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
    print(await firstRow(`${service.url}/analyses/${await submitOne(service.url, MANY)}`));
  } finally {
    await browser.close();
    await service.end('SIGTERM');
  }
}

/** How soon the first row of a large report is there, and how large it is on the wire. */
async function firstRow(address: string): Promise<string> {
  const times: number[] = [];
  let page = '';
  for (let i = -WARM_UP; i < LOADS; i += 1) {
    const begin = performance.now();
    const answer = await fetch(address);
    const decoder = new TextDecoder();
    let rowAt: number | undefined;
    page = '';
    for await (const part of answer.body!) {
      page += decoder.decode(part as Uint8Array, { stream: true });
      if (rowAt === undefined && page.includes('<tr role="row" data-groups')) {
        rowAt = performance.now() - begin;
      }
    }
    if (i >= 0) times.push(rowAt ?? NaN);
  }
  const compressed = (gzipSync(page).length / 1024).toFixed(0);
  return `first row of a report (${MANY} x ${POINTS}): median ${quantile(times, 0.5)} ms, most ${quantile(times, 1)}; ${compressed} kB compressed`;
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
