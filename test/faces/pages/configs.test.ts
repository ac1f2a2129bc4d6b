// Configs as people use them in a browser: read, compared, written, tried on the past, learnt from.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { inlineRequest } from '../../e2e/requests.ts';
import { CHECKOUT, checkoutHistory } from '../../support/checkout-history.ts';
import { launchChromium, missingChromium } from '../../support/chromium.ts';
import { axeViolations, complaintsOf, fitsItsWindow } from '../../support/page-checks.ts';
import {
  PROMETHEUS_SKIP,
  startPrometheus,
  type RunningPrometheus,
} from '../../support/prometheus.ts';
import { OPERATOR, startTestService, type TestService } from '../../support/service.ts';

const HOSTILE = '<img src=x onerror=alert(1)>';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const requests = (owner: string) => `name: requests
owner: ${owner}
judge: NetflixACAJudge-v1.0
metrics:
  - name: requests
    direction: decrease
    query:
      source: prometheus
      promql: 'sum(rate(http_requests_total{app="\${scope}"}[1m]))'
`;

const WINDOW = {
  start: new Date(CHECKOUT.startAt).toISOString(),
  end: new Date(CHECKOUT.endAt).toISOString(),
};
const TRIAL = { config: 'requests', baseline: CHECKOUT.baseline, canary: CHECKOUT.faulty };

suite('configs in a browser', () => {
  let api: TestService;
  let directory: string;
  const post = (path: string, fields: Record<string, string>, headers = {}) =>
    api.call('post', path, {
      body: new URLSearchParams(fields).toString(),
      headers: { ...FORM, ...headers },
    });
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'canary-configs-'));
    await writeFile(
      join(directory, 'filed.yaml'),
      JSON.stringify({ ...inlineRequest('pass').config, name: 'filed' }),
    );
    await writeFile(join(directory, 'broken.yaml'), 'name: [');
    api = await startTestService({ ...OPERATOR, CANARY_CONFIGS_DIRECTORY: directory });
    const { config, ...request } = inlineRequest('pass');
    await api.call('post', '/api/v1/configs', { body: config });
    for (const verdict of ['pass', 'pass', 'pass', 'pass', 'fail'] as const) {
      const body = { ...request, pairs: inlineRequest(verdict).pairs, config: 'checkout' };
      const { body: accepted } = await api.call('post', '/api/v1/analyses', { body });
      await api.call('get', `/api/v1/analyses/${accepted.id}?wait=60s`);
    }
  });
  after(async () => {
    await api.close();
    await rm(directory, { recursive: true });
  });

  test('the list tells name, version, file, verdicts, and which files cannot be used', async () => {
    const { text } = await api.call('get', '/configs');
    assert.match(text, /href="\/configs\/checkout"/);
    assert.match(text, /file filed\.yaml/);
    assert.match(text, /<code>broken\.yaml<\/code> line 1/);
    assert.match(text, /last 5: 1 Fail, 4 Pass; newest: Fail/);
  });

  test('a text is checked and stored by who signed in, and its mistakes stand beside their lines', async () => {
    const bad = await post('/editor', { text: 'name: a\nmetrics:\n  - name: b\n    quer: 1\n' });
    assert.equal(bad.status, 400);
    assert.match(bad.text, /data-line="4">line 4<\/a>\s*<code>quer: 1<\/code>/);
    const noYaml = await post('/editor', { text: 'name: a\nmetrics: [' });
    assert.match(noYaml.text, /data-line="2">line 2/);
    const hostile = await post('/editor', { text: `name: ${HOSTILE}`, do: 'check' });
    assert.equal(hostile.status, 200);
    assert.ok(!hostile.text.includes('<img'));
    const checked = await post('/editor', { text: requests('a team'), do: 'check' });
    assert.match(checked.text, /breaks no rule/);
    assert.equal((await api.call('get', '/api/v1/configs/requests')).status, 404);
    const stored = await post('/editor', { text: requests('a team').replaceAll('\n', '\r\n') });
    assert.equal(stored.status, 303, stored.text);
    assert.equal(stored.headers['location'], '/configs/requests');
    const { body } = await api.call('get', '/api/v1/configs/requests/versions');
    assert.equal(body.items[0].by, 'ops');
    assert.equal(body.items[0].config.owner, 'a team');
  });

  test('of two who change one version the second is told, and a version is compared with another', async () => {
    const change = { config: 'requests', version: '1' };
    const first = await post('/editor', { ...change, text: requests('team b') });
    assert.equal(first.status, 303);
    const second = await post('/editor', { ...change, text: requests('team c') });
    assert.equal(second.status, 412);
    assert.match(second.text, /is version 2 by now/);
    assert.ok(second.text.includes('owner: team c'), 'what was typed is not lost');
    const renamed = await post('/editor', { ...change, text: requests('x').replace('s\n', '\n') });
    assert.equal(renamed.status, 400);
    const { text } = await api.call('get', '/configs/requests');
    assert.match(text, /<del>− owner: a team<\/del>\s*<ins>\+ owner: team b<\/ins>/);
    assert.equal((await api.call('get', '/configs/requests?left=1&right=9')).status, 404);
    assert.equal((await api.call('get', '/configs/none')).status, 404);
  });

  test('a config from a file is shown, and changed only there', async () => {
    const { text } = await api.call('get', '/editor?config=filed');
    assert.match(text, /filed\.yaml.*only shown here/s);
    assert.ok(!text.includes('type="submit"'));
    const whole = JSON.stringify({ ...inlineRequest('pass').config, name: 'filed', owner: 'me' });
    const refused = await post('/editor', { text: whole, config: 'filed', version: '1' });
    assert.equal(refused.status, 409);
  });

  test('nobody writes without the right, and no other site makes a browser write', async () => {
    const fields = { text: requests('nobody') };
    const none = await post('/editor', fields, { authorization: 'Bearer wrong' });
    assert.equal(none.status, 401);
    const foreign = await post('/editor', fields, { origin: 'https://evil.example' });
    assert.equal(foreign.status, 403);
    const trial = await post('/trial', { ...TRIAL, do: 'submit' }, { origin: 'null' });
    assert.equal(trial.status, 403);
  });

  test('false alarms and the length of a run are drawn from healthy runs, or it says that there are none', async () => {
    const { text: alarms } = await api.call('get', '/calibration?config=checkout');
    assert.match(alarms, /the whole verdict/);
    assert.match(alarms, /aria-label="latency at the end: \d/);
    const { text: plan } = await api.call('get', '/plan?config=checkout');
    assert.match(plan, /How long until a change is found/);
    assert.match((await api.call('get', '/calibration?config=filed')).text, /role="status">/);
    assert.match((await api.call('get', '/plan?config=filed')).text, /no history/);
  });

  test('a form that is not complete is shown again with what it lacks', async () => {
    const { status, text } = await post('/trial', { ...TRIAL, canary: '', do: 'judge' });
    assert.equal(status, 400);
    assert.match(text, /\/canary\/scope/);
    assert.ok(text.includes(`value="${CHECKOUT.baseline}"`));
    const unknown = await post('/trial', { ...TRIAL, config: 'none', do: 'judge' });
    assert.equal(unknown.status, 404);
  });

  suite('in Chromium', { skip: missingChromium }, () => {
    let browser: Browser;
    before(async () => {
      browser = await launchChromium();
    });
    after(() => browser.close());

    for (const javaScriptEnabled of [true, false]) {
      test(`a config is written by keyboard, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
        const context = await browser.newContext({ javaScriptEnabled });
        const page = await context.newPage();
        await page.goto(`${api.url}/login`);
        await page.getByLabel('Token').fill(OPERATOR.TEST_OPERATOR);
        await page.keyboard.press('Enter');
        await page.getByText('Signed in as').waitFor();
        await page.goto(`${api.url}/editor`);
        const name = `typed-${javaScriptEnabled}`;
        await page.getByLabel('The config').fill(`name: ${name}\nmetrics: 5\n`);
        await page.keyboard.press('Tab');
        for (let links = 0; links < 2; links++) await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        const place = page.getByRole('link', { name: 'line 2' });
        await place.press('Enter');
        if (javaScriptEnabled) {
          const chosen = await page.evaluate('getSelection().toString()');
          assert.equal(chosen, 'metrics: 5');
        }
        await page.getByLabel('The config').fill(requests('me').replace('requests', name));
        await page.getByRole('button', { name: 'Check and save' }).press('Enter');
        await page.waitForURL(`${api.url}/configs/${name}`);
        assert.match((await page.textContent('h1')) ?? '', /version 1/);
        await context.close();
      });
    }
  });
});

suite('a config on the past', { skip: PROMETHEUS_SKIP }, () => {
  let prometheus: RunningPrometheus;
  let api: TestService;
  before(async () => {
    prometheus = await startPrometheus(checkoutHistory());
    api = await startTestService({
      CANARY_ACCOUNTS: `[{name: prod, source: prometheus, url: '${prometheus.url}'}]`,
    });
    const body = new URLSearchParams({ text: requests('ops') }).toString();
    await api.call('post', '/editor', { body, headers: FORM });
  });
  after(async () => {
    await api.close();
    await prometheus.stop();
  });
  const run = (wanted: string, more: Record<string, string> = {}) =>
    api.call('post', '/trial', {
      body: new URLSearchParams({ ...TRIAL, ...WINDOW, ...more, do: wanted }).toString(),
      headers: FORM,
    });

  test('each query is shown as it was sent, with what comes back on both sides', async () => {
    const { status, text } = await run('preview');
    assert.equal(status, 200);
    assert.match(text, /app=&quot;checkout-baseline&quot;/);
    assert.match(text, /app=&quot;checkout-faulty&quot;/);
    assert.equal([...text.matchAll(/61 points, 0 gaps/g)].length, 2);
    assert.match(text, /<svg\s+class="series small"/);
    const nothing = await run('preview', { canary: 'no-such-app' });
    assert.match(nothing.text, /∅ No series/);
  });

  test('the window is judged, and nothing is stored', async () => {
    const { status, text } = await run('judge');
    assert.equal(status, 200, text);
    assert.match(text, /nothing was stored/);
    assert.match(text, /of 100/);
    const { body } = await api.call('get', '/api/v1/analyses');
    assert.deepEqual(body.items, []);
  });

  test('an analysis of the window is submitted and its report follows', async () => {
    const { status, headers } = await run('submit');
    assert.equal(status, 303);
    const [, id] = /^\/analyses\/(\w+)$/.exec(headers['location'] ?? '') ?? [];
    const { body } = await api.call('get', `/api/v1/analyses/${id}?wait=60s`);
    assert.equal(body.state, 'completed');
    assert.equal(body.window.start, new Date(CHECKOUT.startAt).toISOString());
  });

  test(
    'what the preview and the trial show passes axe too',
    { skip: missingChromium },
    async () => {
      const browser = await launchChromium();
      for (const width of [390, 1280]) {
        const page = await browser.newPage({ viewport: { width, height: 844 } });
        const complaints = complaintsOf(page);
        for (const button of ['Show what the queries bring', 'Judge it']) {
          await page.goto(
            `${api.url}/trial?${new URLSearchParams({ ...TRIAL, ...WINDOW }).toString()}`,
          );
          await page.getByRole('button', { name: button }).click();
          await page
            .getByText(button === 'Judge it' ? 'of 100' : 'answered in')
            .first()
            .waitFor();
          await fitsItsWindow(page);
          assert.deepEqual(await axeViolations(page), []);
        }
        assert.deepEqual(complaints, []);
        await page.close();
      }
      await browser.close();
    },
  );
});
