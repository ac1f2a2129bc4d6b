// The six questions of three in the morning, on a faulty run: each has its answer in the first screen of a phone.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Pair } from '../../src/model/series.ts';
import type { HealthyRun } from '../../src/judges/judge.ts';
import { createJudges } from '../../src/judges/registry.ts';
import { parseConfig } from '../../src/model/native-format.ts';
import type { Finding } from '../../src/model/judgement/finding.ts';
import { renderReport } from '../../src/report/report.ts';
import { ASSETS } from '../../src/report/shell/assets.ts';
import type { ReportView } from '../../src/report/view.ts';
import { launchChromium, missingChromium } from '../support/chromium.ts';
import { END, sampleAnalysis, sampleExecution, START } from '../support/analysis-sample.ts';
import { createRandom } from '../support/sequential-input.ts';

const random = createRandom(5);
const STEP_MS = 60_000;
const POINTS = 120;
const ONSET = 60;

/** Errors of a shop: 0.4 % with noise; from the middle on the canary has three times as many. */
function errors(factor: number): number[] {
  return Array.from({ length: POINTS }, (_, i) => {
    return 0.4 * (i < ONSET ? 1 : factor) * Math.exp(0.1 * random.normal());
  });
}

const side = (values: number[]) => ({ startAt: START, stepMs: STEP_MS, attributes: {}, values });
const pair: Pair = {
  id: 'errors',
  metric: 'error rate',
  tags: {},
  baseline: side(errors(1)),
  canary: side(errors(3)),
};
const earlier = (): HealthyRun => ({ baseline: errors(1), canary: errors(1) });
const config = {
  ...parseConfig({
    name: 'shop',
    judge: 'SequentialJudge-v1.0',
    metrics: [
      {
        name: 'error rate',
        query: { source: 'inline' },
        direction: 'increase',
        unit: '%',
        instances: 'pod',
      },
    ],
  }),
  owner: 'team shop',
  runbook: 'https://runbooks.example/shop',
};

function view(findings: Finding[] = []): ReportView {
  const judgement = createJudges()
    .for(config)
    .judge({
      config,
      thresholds: config.thresholds,
      pairs: [pair],
      history: { 'error rate': [earlier(), earlier(), earlier()] },
    });
  const [metric] = judgement.metrics;
  metric!.sequential!.instances = [{ side: 'canary', instance: 'shop-7', ratio: 5.1 }];
  const analysis = sampleAnalysis();
  return {
    analysis: {
      ...analysis,
      verdict: judgement.verdict,
      reason: judgement.reason,
      snapshot: { ...analysis.snapshot, config },
    },
    executions: [sampleExecution()],
    result: { judgement: { ...judgement, findings }, pairs: [pair], sourceWarnings: [] },
    generatedAt: END,
    selfUrl: 'https://canary.example/analyses/an_1',
  };
}

const lost: Finding = {
  code: 'partial-loss',
  action: 'hold',
  metric: 'error rate',
  sentence: 'error rate: half of the canary is missing',
  remedy: 'look at the scrape',
} as Finding;

function answer(question: string, findings: Finding[] = []): string {
  const page = renderReport(view(findings));
  const row = new RegExp(`<dt>${question.replace('?', '\\?')}</dt>\\s*<dd>(.*?)</dd>`, 's').exec(
    page,
  );
  assert.ok(row !== null, `no answer to "${question}"`);
  return row[1]!
    .replace(/<[^>]+>/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

suite('a faulty run answers', () => {
  test('why: the metric and the two values that decided', () => {
    assert.match(answer('Why'), /^error rate 0\.4\d* % → 0\.\d+ % \(\+\d+ %\)$/);
  });
  test('since when: the time of the onset, within three samples', () => {
    const [, hours, minutes] = /^(\d\d):(\d\d) UTC$/.exec(answer('Since when')) ?? [];
    const found = Number(hours) * 60 + Number(minutes);
    const onset = new Date(START + ONSET * STEP_MS);
    const expected = onset.getUTCHours() * 60 + onset.getUTCMinutes();
    assert.ok(Math.abs(found - expected) <= 3, `${found} for ${expected}`);
  });
  test('how sure: the interval with its level', () => {
    assert.match(answer('How sure'), /^\d+ % interval: at least \+\d+ %/);
  });
  test('what to do: the decision, who to ask, the runbook', () => {
    assert.equal(answer('What to do'), 'roll back; ask team shop; runbook');
  });
  test('whether the data are good', () => {
    assert.equal(answer('Are the data good?'), 'yes, 1 of 1 compared');
    assert.match(answer('Are the data good?', [lost]), /^no: error rate: half of the canary/);
  });
  test('which instance', () => {
    assert.equal(answer('Which instance'), 'canary shop-7: 5.1 times its siblings');
  });

  suite('in the first screen of a phone', { skip: missingChromium }, () => {
    let browser: Browser;
    let page: Page;
    before(async () => {
      browser = await launchChromium();
      page = await browser.newPage({ viewport: { width: 390, height: 844 } });
      page.setDefaultTimeout(5000);
      await page.route('**/*', (route) => {
        const asset = Object.values(ASSETS).find(({ path }) =>
          route.request().url().endsWith(path),
        );
        return route.fulfill(
          asset === undefined
            ? { contentType: 'text/html', body: renderReport(view([lost])) }
            : { contentType: asset.type, body: asset.content },
        );
      });
      await page.goto('http://report.example/');
    });
    after(() => browser.close());

    const bottomOf = async (place: Locator) => {
      const box = await place.boundingBox();
      assert.ok(box !== null && box.height > 0, 'is not shown');
      return box.y + box.height;
    };
    for (const [question, told] of [
      ['Why', /error rate 0\.4\d* % → 0\.\d+ %/],
      ['Since when', /\d\d:\d\d UTC/],
      ['How sure', /\d+ % interval/],
      ['What to do', /roll back; ask team shop; runbook/],
      ['Are the data good?', /half of the canary is missing/],
      ['Which instance', /canary shop-7/],
    ] as const) {
      test(question, async () => {
        const term = page.getByText(question, { exact: true });
        const place = page.locator('.answers dl > div').filter({ has: term }).locator('dd');
        assert.match(((await place.textContent()) ?? '').replace(/\s+/g, ' '), told);
        assert.ok((await bottomOf(place)) <= 844);
      });
    }
    test('with the chart', async () => {
      assert.ok((await bottomOf(page.locator('.answers svg'))) <= 844);
    });
  });
});
