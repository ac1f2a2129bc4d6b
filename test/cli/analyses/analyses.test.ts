import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { pageNumbers, toFile } from '../../../src/cli/analyses/report-file.ts';
import type { components } from '../../../src/openapi.d.ts';
import { endOf, runCanary, startCanary } from '../../support/canary.ts';
import { launchChromium, missingChromium } from '../../support/chromium.ts';
import { until } from '../../support/poll.ts';
import { OPERATOR, startTestService, type TestService } from '../../support/service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';
import { CONFIG, quietValues, writeExample } from '../example-files.ts';

type Analysis = components['schemas']['Analysis'];

/** The commands about analyses that are there, against a service that wants a token. */
let api: TestService;
let receiver: WebhookReceiver;
let env: Record<string, string>;
let failed: Analysis;
let passed: Analysis;

before(async () => {
  api = await startTestService(OPERATOR);
  receiver = await startWebhookReceiver();
  env = { CANARY_URL: api.url, CANARY_TOKEN: OPERATOR.TEST_OPERATOR };
  failed = await judged(quietValues(533, 1), { version: 'v42' });
  passed = await judged(quietValues(400, 1), { version: 'v43' });
});
after(async () => {
  await api.close();
  await receiver.close();
});

async function judged(latency: number[], labels: Record<string, string>): Promise<Analysis> {
  const body = {
    config: CONFIG,
    baseline: { scope: 'v41' },
    canary: { scope: 'canary' },
    labels,
    callbacks: [{ url: receiver.url }],
    pairs: [
      { metric: 'errors', baseline: quietValues(0.01), canary: quietValues(0.01, 1) },
      { metric: 'latency', baseline: quietValues(400), canary: latency },
    ],
  };
  const { body: submitted } = await api.call('post', '/api/v1/analyses', { body });
  const { id } = submitted as Analysis;
  const ended = await api.call('get', `/api/v1/analyses/${id}?wait=60s`);
  return ended.body as Analysis;
}

test('list has the newest first, filters, and ends with 0', async () => {
  const all = await runCanary(['list'], { env });
  assert.equal(all.code, 0, all.stderr);
  const [header, first, second] = all.stdout.split('\n');
  assert.match(header!, /^ {2}ANALYSIS +RESULT +SCORE +CONFIG +CREATED +LABELS$/);
  assert.match(first!, new RegExp(`^  ${passed.id}  ✔ Pass +100 +checkout .* version=v43$`));
  assert.match(second!, new RegExp(`^  ${failed.id}  ✖ Fail +60 +checkout .* version=v42$`));
  const ids = async (...args: string[]) => {
    const { stdout } = await runCanary(['list', '--json', ...args], { env });
    return (JSON.parse(stdout) as Analysis[]).map(({ id }) => id);
  };
  assert.deepEqual(await ids('--verdict', 'fail'), [failed.id]);
  assert.deepEqual(await ids('--label', 'version=v43'), [passed.id]);
  assert.deepEqual(await ids('--limit', '1'), [passed.id]);
  assert.deepEqual(await ids('--search', 'V42'), [failed.id]);
  assert.deepEqual(await ids('--last', '1h'), [passed.id, failed.id]);
  assert.deepEqual(await ids('--from', 'now-2h', '--to', 'now-1h'), []);
  const both = await runCanary(['list', '--last', '1h', '--to', 'now'], { env });
  assert.equal(both.code, 3);
  assert.match(both.stderr, /--last excludes --from and --to/);
  const none = await runCanary(['list', '--config', 'other'], { env });
  assert.deepEqual([none.code, none.stdout], [0, 'no analyses\n']);
});

test('get shows an analysis as it stands; its code is the verdict', async () => {
  const run = await runCanary(['get', failed.id], { env });
  assert.equal(run.code, 1, run.stderr);
  assert.match(run.stdout, /^✖ FAIL {2}60\/100/);
  const json = await runCanary(['get', '--json', passed.id], { env });
  assert.equal(json.code, 0);
  assert.equal((JSON.parse(json.stdout) as Analysis).id, passed.id);
  const gone = await runCanary(['get', 'nothing'], { env });
  assert.deepEqual([gone.code, gone.stdout], [3, '']);
  assert.match(gone.stderr, /refused to show analysis nothing with 404/);
});

test('watch ends with the verdict of what has ended, in any format', async () => {
  const run = await runCanary(['watch', failed.id, '--output', 'markdown'], { env });
  assert.equal(run.code, 1, run.stderr);
  assert.match(run.stdout, /^## ✖ Fail 60\/100/);
  assert.match(run.stderr, new RegExp(`^canary: report of analysis ${failed.id}: ${api.url}/`));
});

test('watch follows a running analysis to its end, here its cancellation', async () => {
  await api.call('post', '/api/v1/configs', { body: CONFIG });
  const { body } = await api.call('post', '/api/v1/analyses', {
    body: {
      config: 'checkout',
      baseline: { scope: 'v41' },
      canary: { scope: 'v42' },
      window: { duration: '10m' },
    },
  });
  const { id } = body as Analysis;
  const child = startCanary(['watch', id], { env });
  const ended = endOf(child);
  let progress = '';
  child.stderr.on('data', (chunk: string) => {
    progress += chunk;
  });
  await until('the watcher sees it', () => /report of analysis/.exec(progress)?.[0]);
  await api.call('post', `/api/v1/analyses/${id}/cancel`);
  const run = await ended;
  assert.equal(run.code, 3);
  assert.match(run.stdout, /^⊘ CANCELLED\n/);
});

test('deliveries tell what was sent to whom, and the last answer', async () => {
  const run = await until('the delivery', async () => {
    const now = await runCanary(['deliveries', failed.id], { env });
    return / delivered /.test(now.stdout) ? now : undefined;
  });
  assert.equal(run.code, 0);
  assert.match(run.stdout, /^ {2}CREATED +EVENT +STATE +TRIES +LAST ANSWER +RECEIVER\n/);
  assert.match(run.stdout, / delivered +1 +200 +http:\/\/127\.0\.0\.1:\d+/);
});

test('report saves a file that opens without the server', { skip: missingChromium }, async () => {
  using files = writeExample();
  const run = await runCanary(['report', failed.id, '--html', 'out.html'], {
    env,
    cwd: files.path,
  });
  assert.deepEqual([run.code, run.stdout], [0, 'out.html\n'], run.stderr);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ offline: true });
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    await page.goto(pathToFileURL(join(files.path, 'out.html')).href);
    assert.match(await page.title(), /Fail · checkout/);
    const width = await page
      .locator('main')
      .evaluate((main) => main.ownerDocument.defaultView?.getComputedStyle(main).maxWidth);
    assert.equal(width, '1152px');
    assert.deepEqual(problems, []);
  } finally {
    await browser.close();
  }
});

test('report: nothing is written for an analysis that is not there, nor without --html', async () => {
  using files = writeExample();
  const gone = await runCanary(['report', 'nothing', '--html', 'x.html'], { env, cwd: files.path });
  assert.equal(gone.code, 3);
  assert.match(gone.stderr, /refused to show the report of analysis nothing with 404/);
  assert.throws(() => readFileSync(join(files.path, 'x.html')), /ENOENT/);
  const wanting = await runCanary(['report', failed.id], { env });
  assert.match(wanting.stderr, /--html FILE is needed; see "canary report --help"/);
  const unwritable = await runCanary(['report', failed.id, '--html', 'no/x.html'], {
    env,
    cwd: files.path,
  });
  assert.match(unwritable.stderr, /the report cannot be written to "no\/x.html": ENOENT/);
});

test('the pages of a long report link each other as files, and the server by its address', () => {
  const page = '<a href="?page=3#details-title">3</a><a href="?page=1#a">1</a><a href="/x">x</a>';
  assert.deepEqual(pageNumbers(page), [1, 2, 3]);
  const nameOf = (number: number) => `a "b"-${number}.html`;
  assert.equal(
    toFile(page, { server: 'http://s', style: '', nameOf }),
    '<a href="a%20%22b%22-3.html#details-title">3</a><a href="a%20%22b%22-1.html#a">1</a><a href="http://s/x">x</a>',
  );
});

for (const command of ['get', 'watch', 'deliveries', 'report']) {
  test(`canary ${command} needs an id, and only one`, async () => {
    const none = await runCanary([command, '--server', 'http://127.0.0.1:9']);
    assert.equal(none.code, 3);
    assert.match(none.stderr, /the id of an analysis is needed; see/);
    const two = await runCanary([command, 'a', 'b']);
    assert.match(two.stderr, /"b" stands alone/);
  });
}
