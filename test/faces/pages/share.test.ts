// A report in other forms: a picture for chats, Markdown for comments; by its signed link too.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { inlineRequest } from '../../e2e/requests.ts';
import { OPERATOR, startTestService, type TestService } from '../../support/service.ts';
import { startWebhookReceiver } from '../../support/webhook-receiver.ts';

/** Of the header of a PNG: signature, width and height. */
function sizeOf(png: Buffer): number[] {
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

suite('a shared report', () => {
  let api: TestService;
  let id: string;
  let link: URL;
  before(async () => {
    api = await startTestService({
      ...OPERATOR,
      CANARY_SERVER_PUBLIC_URL: 'https://canary.example/canary',
    });
    const receiver = await startWebhookReceiver();
    const callbacks = [{ url: receiver.url, events: ['analysis.completed'] }];
    const { body } = await api.call('post', '/api/v1/analyses', {
      body: inlineRequest('fail', { callbacks }),
    });
    ({ id } = body);
    const [event] = await receiver.waitForRequests(1);
    await receiver.close();
    link = new URL(
      (JSON.parse(event!.body) as { data: { links: { report: string } } }).data.links.report,
    );
  });
  after(() => api.close());

  /** As a service that shows previews asks: without a token. */
  const fetchOf = (ending: string, search = link.search) =>
    fetch(`${api.url}/analyses/${id}${ending}${search}`);

  test('the picture is a PNG of 1200 by 630 with more in it than a background', async () => {
    const answer = await fetchOf('.png');
    assert.equal(answer.headers.get('content-type'), 'image/png');
    const png = Buffer.from(await answer.arrayBuffer());
    assert.deepEqual(sizeOf(png), [1200, 630]);
    assert.ok(png.length > 25_000, `${png.length} bytes`);
    assert.equal(Number(answer.headers.get('content-length')), png.length);
  });

  test('who comes by the signed link is led to the picture by one; who has none is let in to nothing', async () => {
    const text = await (await fetchOf('')).text();
    const picture = /<meta property="og:image" content="([^"]*)"/.exec(text)![1]!;
    const address = new URL(picture.replaceAll('&amp;', '&'));
    assert.equal(address.pathname, `/canary/analyses/${id}.png`);
    assert.equal(address.search, link.search);
    for (const ending of ['.png', '.md']) {
      assert.equal((await fetchOf(ending)).status, 200);
      assert.equal((await fetchOf(ending, '')).status, 401);
    }
    const other = await fetch(`${api.url}/analyses/01KF0Q4ZB8N2W7M5T3R6Y9C1DA.png${link.search}`);
    assert.equal(other.status, 401);
  });

  test('Markdown tells verdict, metrics and where the report is', async () => {
    const { text, headers } = await api.call('get', `/analyses/${id}.md`);
    assert.match(headers['content-type']!, /^text\/markdown/);
    assert.match(text, /^## ✖ Fail/);
    assert.match(text, /\| ✖ \| <code>error ratio<\/code> \|/);
    assert.ok(text.includes(`[Report](<https://canary.example/canary/analyses/${id}>)`));
  });

  test('of an unknown analysis both say so', async () => {
    for (const ending of ['png', 'md']) {
      const { status, text } = await api.call('get', `/analyses/ghost.${ending}`);
      assert.equal(status, 404);
      assert.match(text, /ghost/);
    }
  });
});
