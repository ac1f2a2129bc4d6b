// One number for one thing: whoever asks, and however, reads the same estimate, interval, p, start and label.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { MetricJudgement } from '../../src/model/judgement.ts';
import { shownChange } from '../../src/model/shown-change.ts';
import type { components } from '../../src/openapi.d.ts';
import { formatChange } from '../../src/report/format.ts';
import { runCanary } from '../support/canary.ts';
import { createRandom, latencies } from '../support/sequential-input.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

type WireMetric = components['schemas']['MetricJudgement'];

let api: TestService;
let receiver: WebhookReceiver;
before(async () => {
  api = await startTestService();
  receiver = await startWebhookReceiver();
});
after(async () => {
  await api.close();
  await receiver.close();
});

const START = Date.parse('2026-01-15T10:00:00Z');
const COUNT = 120;
const STEP_AT = 60;
const random = createRandom(11);
const baseline = latencies(random, COUNT);
const canary = latencies(random, COUNT);
const later = canary.map((value, i) => (i < STEP_AT ? value : value * 1.9));
const scopes = { baseline: { scope: 'v1' }, canary: { scope: 'v2' } };

/** Judges the same series through a service and on the command line. */
async function askEverybody(judge: string, changed: number[], more: object = {}) {
  const query = { source: 'inline' };
  const metric = { name: 'latency', query, direction: 'increase', ...more };
  const config = {
    name: `one-${judge}`,
    judge,
    metrics: [{ tolerance: { increase: 1.05, decrease: 0.95 }, ...metric }],
  };
  const start = new Date(START).toISOString();
  const pair = { metric: 'latency', start, step: '60s', baseline, canary: changed };
  const begun = receiver.requests.length;
  const callbacks = [{ url: receiver.url, events: ['analysis.completed'] }];
  const body = { config, ...scopes, pairs: [pair], callbacks, history: [] };
  const { body: accepted, text } = await api.call('post', '/api/v1/analyses', { body });
  assert.ok(accepted.id, text);
  const { body: analysis } = await api.call('get', `/api/v1/analyses/${accepted.id}?wait=20s`);
  await receiver.waitForRequests(begun + 1);
  const page = await (await fetch(`${api.url}/analyses/${accepted.id}`)).text();
  return {
    api: analysis.judgement.metrics[0] as WireMetric,
    event: JSON.parse(receiver.requests.at(-1)!.body).data.failingMetrics[0],
    page,
    ...(await onCommandLine(config, changed)),
  };
}

async function onCommandLine(config: object, changed: number[]) {
  using directory = temporaryDirectory();
  const csv = (values: number[]) => {
    const rows = values.map((value, i) => `${new Date(START + i * 60_000).toISOString()},${value}`);
    return ['time,latency', ...rows].join('\n');
  };
  const write = (name: string, text: string) => writeFileSync(join(directory.path, name), text);
  write('config.json', JSON.stringify(config));
  write('baseline.csv', csv(baseline));
  write('canary.csv', csv(changed));
  const files = ['--config', 'config.json', '--baseline', 'baseline.csv', '--canary', 'canary.csv'];
  const run = (...args: string[]) =>
    runCanary(['judge', ...files, ...args], { cwd: directory.path });
  const json = JSON.parse((await run('--json')).stdout).metrics[0] as WireMetric;
  return { json, text: plain((await run()).stdout) };
}

/** Without tags, white space as one space, and signs as a keyboard has them. */
function plain(text: string): string {
  const unescaped = text
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"');
  return unescaped.replaceAll('\u2212', '-').replace(/\s+/g, ' ');
}

/** As the model has them: null is a number that cannot be told. */
function modelOf(wire: WireMetric): MetricJudgement {
  const revive = (_: string, value: unknown) => (value === null ? NaN : value);
  return JSON.parse(JSON.stringify(wire), revive) as MetricJudgement;
}

const JUDGES = ['NetflixACAJudge-v1.0', 'MannWhitneyJudge-v2.0', 'SequentialJudge-v1.0'];

for (const judge of JUDGES) {
  test(`${judge}: the API, the webhook, the command line and the page tell the same`, async () => {
    const told = await askEverybody(judge, later);
    assert.equal(told.api.classification, 'High');
    assert.deepEqual(modelOf(told.json), { ...modelOf(told.api), pairId: told.json.pairId });

    const shown = shownChange(modelOf(told.api))!;
    const { evidence, sentence } = told.api;
    assert.equal(told.event.ratio, shown.estimate);
    assert.deepEqual(
      [told.event.interval.lower, told.event.interval.upper, told.event.interval.level],
      [shown.lower ?? null, shown.upper ?? null, evidence!.level],
    );
    assert.deepEqual([told.event.sentence, told.event.since], [sentence, evidence!.sinceAt]);

    const page = plain(told.page);
    const change = plain(formatChange(shown.estimate, [1.05]));
    for (const reader of [page, told.text]) assert.ok(reader.includes(change), change);
    assert.ok(page.includes(sentence), sentence);
    const clock = evidence!.sinceAt!.slice(11, 16);
    assert.ok(Math.abs(evidence!.since! - STEP_AT) <= 3, `since sample ${evidence!.since}`);
    assert.ok(sentence.includes(`since ${clock} UTC`), sentence);
    assert.ok(page.includes(`changed from ${clock} UTC`), 'the mark in the chart');
    for (const bound of [shown.lower, shown.upper]) {
      if (bound === undefined) continue;
      const text = plain(formatChange(bound, [1.05]));
      for (const reader of [page, told.text]) assert.ok(reader.includes(text), text);
    }
  });
}

test('a failed metric is probably a regression, and its page tells both what was decided and what is', async () => {
  const { api: metric, page } = await askEverybody('SequentialJudge-v1.0', later);
  const { sequential } = metric;
  assert.ok(sequential!.probabilityOfRegression > 0.8, `${sequential!.probabilityOfRegression}`);
  assert.ok(sequential!.bounds!.lower! > 1.05, 'High exactly where the bound is beyond');
  const text = plain(page);
  assert.match(text, /Failed after \d+ samples; later samples do not undo that/);
  assert.match(text, /Since then \+\d+ % \(.*?\); it decides nothing/);
});

test('the rank judge shows what decided', async () => {
  const { api: metric, page } = await askEverybody('MannWhitneyJudge-v2.0', later);
  const { lower, limit } = metric.evidence!.dominance!;
  assert.ok(lower > limit, 'High exactly where the lower end is above the limit');
  assert.match(plain(page), /Canary above the tolerated values .* the lower end is above 50 %/);
});

test('what may move neither way differs, everywhere', async () => {
  const lower = canary.map((value) => value * 0.6);
  for (const judge of JUDGES) {
    const told = await askEverybody(judge, lower, { direction: 'either' });
    assert.equal(told.api.classification, 'Low');
    assert.match(told.text, /Differs \(lower\)/);
    assert.match(plain(told.page), /Differs \(lower\)/);
    assert.doesNotMatch(told.text, /got worse|Worse/);
  }
});
