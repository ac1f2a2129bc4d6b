// What was sent to whom, sent again by a button, and who is to be told: in a real browser, to a real receiver.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { inlineRequest } from '../../e2e/requests.ts';
import { launchChromium, missingChromium } from '../../support/chromium.ts';
import { axeViolations, complaintsOf, fitsItsWindow } from '../../support/page-checks.ts';
import { OPERATOR, startTestService, until, type TestService } from '../../support/service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';

const HOSTILE = '<img src=x onerror=alert(1)>';

suite('deliveries in a browser', () => {
  let api: TestService;
  let receiver: WebhookReceiver;
  let subscription: string;
  let analysis: string;
  let deliveryId: string;
  before(async () => {
    receiver = await startWebhookReceiver();
    receiver.answerWith({ status: 410, body: HOSTILE });
    api = await startTestService(OPERATOR);
    const body = { url: `${receiver.url}/hook`, events: ['analysis.completed'] };
    const created = await api.call('post', '/api/v1/subscriptions', { body });
    subscription = created.body.id;
    const accepted = await api.call('post', '/api/v1/analyses', { body: inlineRequest('pass') });
    analysis = accepted.body.id;
    deliveryId = await until(async () => {
      const { body: list } = await api.call('get', `/api/v1/analyses/${analysis}/deliveries`);
      const [first] = list.items;
      return first?.attempts.length > 0 ? (first.id as string) : undefined;
    });
  });
  after(async () => {
    await api.close();
    await receiver.close();
  });

  test('each filter finds what it says, and answers are shown as text', async () => {
    const shown = async (query: string) => {
      const { status, text } = await api.call('get', `/deliveries?${query}`);
      assert.equal(status, 200);
      assert.ok(!text.includes('<img'));
      return text;
    };
    assert.match(await shown(''), /answered 410.*&lt;img src=x/s);
    assert.ok((await shown(`analysis=${analysis}`)).includes('analysis.completed'));
    assert.ok((await shown(`subscription=${subscription}`)).includes('analysis.completed'));
    assert.match(await shown('state=delivered'), /No delivery fits/);
    assert.match(await shown('analysis=none'), /No delivery fits/);
    assert.equal((await api.call('get', '/deliveries?state=odd')).status, 400);
  });

  test('no other site makes a browser send again or enable, and nobody does without the right', async () => {
    for (const path of [
      `/deliveries/${deliveryId}/redeliver`,
      `/subscriptions/${subscription}/enable`,
      `/subscriptions/${subscription}/test`,
    ]) {
      const foreign = await api.call('post', path, { headers: { origin: 'https://evil.example' } });
      assert.equal(foreign.status, 403);
      const none = await api.call('post', path, { headers: { authorization: 'Bearer wrong' } });
      assert.equal(none.status, 401);
    }
    assert.equal((await api.call('post', '/deliveries/none/redeliver')).status, 404);
    assert.equal((await api.call('post', '/subscriptions/none/enable')).status, 404);
  });

  test(
    'a person enables, tests, and sends again; axe finds nothing',
    { skip: missingChromium },
    async () => {
      receiver.answerWith({ status: 204 });
      const browser = await launchChromium();
      const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
      const page = await context.newPage();
      await page.goto(`${api.url}/login`);
      await page.getByLabel('Token').fill(OPERATOR.TEST_OPERATOR);
      await page.keyboard.press('Enter');
      await page.getByText('Signed in as').waitFor();
      const complaints = complaintsOf(page);
      await page.goto(`${api.url}/subscriptions`);
      assert.match((await page.textContent('main')) ?? '', /Disabled.*since .*410/s);
      await page.getByRole('button', { name: 'Enable' }).press('Enter');
      await page.getByText('Enabled').waitFor();
      await page.getByRole('button', { name: 'Send a test' }).press('Enter');
      await page.getByText('The test arrived').waitFor();
      await fitsItsWindow(page);
      assert.deepEqual(await axeViolations(page), []);
      const before = receiver.requests.length;
      await page.goto(`${api.url}/deliveries`);
      await page.getByRole('button', { name: /^Send again.*analysis.completed/ }).press('Enter');
      await page.waitForURL(`${api.url}/deliveries?analysis=${analysis}`);
      await receiver.waitForRequests(before + 1);
      await until(async () => {
        const { body } = await api.call('get', `/api/v1/deliveries/${deliveryId}`);
        return body.state === 'delivered' ? true : undefined;
      });
      assert.deepEqual(complaints, []);
      await browser.close();
    },
  );
});
