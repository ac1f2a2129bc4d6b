import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, afterEach, before, suite, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { createOutboundClient } from '../../src/outbound/client.ts';
import { createSender, type Outgoing, type Sender } from '../../src/webhooks/sender.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const OLD = `whsec_${randomBytes(32).toString('base64')}`;
const NEW = `whsec_${randomBytes(32).toString('base64')}`;
const NEVER = new AbortController().signal;

let receiver: WebhookReceiver;
const senders: Sender[] = [];

function sender(options: { allow?: string[]; timeoutMs?: number } = {}): Sender {
  const created = createSender({
    client: createOutboundClient({ profile: 'webhook', allow: options.allow ?? ['127.0.0.0/8'] }),
    secrets: { default: [OLD, NEW] },
    tokens: { github: { url: receiver.url, token: 'gh-token' } },
    now: Date.now,
    timeoutMs: options.timeoutMs ?? 5000,
  });
  senders.push(created);
  return created;
}

function delivery(changes: Partial<Outgoing> = {}): Outgoing {
  return {
    id: 'dlv_1',
    url: `${receiver.url}/hooks?team=a`,
    format: 'standard',
    secrets: ['default'],
    body: '{"type":"analysis.completed","data":{"config":"prüfung ✔"}}',
    ...changes,
  };
}

suite('sender', () => {
  before(async () => {
    receiver = await startWebhookReceiver();
  });
  afterEach(async () => {
    receiver.answerWith({ status: 200 });
    await Promise.all(senders.splice(0).map((created) => created.close()));
  });
  after(() => receiver.close());

  test('delivers the exact bytes, verifiable with either secret', async () => {
    receiver.answerWith({ status: 202, body: 'thanks' });
    const outcome = await sender().send(delivery(), 3, NEVER);
    const { durationMs, startedAt, ...rest } = outcome;
    assert.deepEqual(rest, { deliveryId: 'dlv_1', number: 3, status: 202, answer: 'thanks' });
    assert.ok(durationMs >= 0 && startedAt > 0);
    const { headers, body, path } = receiver.requests.at(-1)!;
    assert.equal(path, '/hooks?team=a');
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers['webhook-id'], 'dlv_1');
    assert.deepEqual(new Webhook(OLD).verify(body, headers), JSON.parse(delivery().body));
    assert.deepEqual(new Webhook(NEW).verify(body, headers), JSON.parse(delivery().body));
  });

  test('keeps the id over attempts and takes a new time for each', async () => {
    const at = [1_700_000_000_000, 1_700_000_090_000];
    const created = createSender({
      client: createOutboundClient({ profile: 'webhook', allow: ['127.0.0.1'] }),
      secrets: { default: [NEW] },
      tokens: {},
      now: () => at[receiver.requests.length - seen] ?? at[1]!,
      timeoutMs: 5000,
    });
    senders.push(created);
    const seen = receiver.requests.length;
    await created.send(delivery(), 1, NEVER);
    await created.send(delivery(), 2, NEVER);
    const [first, second] = receiver.requests.slice(seen).map(({ headers }) => headers);
    assert.equal(first!['webhook-id'], second!['webhook-id']);
    assert.equal(first!['webhook-timestamp'], '1700000000');
    assert.equal(second!['webhook-timestamp'], '1700000090');
  });

  test('any status but 2xx is a failure with its reason', async () => {
    for (const status of [400, 404, 410, 500, 503]) {
      receiver.answerWith({ status });
      const outcome = await sender().send(delivery(), 1, NEVER);
      assert.equal(outcome.status, status);
      assert.match(outcome.error!, new RegExp(`receiver answered ${status}`));
    }
  });

  test('a redirect is a failure and is not followed', async () => {
    const before = receiver.requests.length;
    receiver.answerWith({ status: 307, headers: { location: `${receiver.url}/elsewhere` } });
    const outcome = await sender().send(delivery(), 1, NEVER);
    assert.match(outcome.error!, /307: redirects are not followed/);
    assert.equal(receiver.requests.length, before + 1);
  });

  test('reads Retry-After as seconds and as a date', async () => {
    receiver.answerWith({ status: 429, headers: { 'retry-after': '120' } });
    assert.equal((await sender().send(delivery(), 1, NEVER)).retryAfterMs, 120_000);
    const date = new Date(Date.now() + 60_000).toUTCString();
    receiver.answerWith({ status: 503, headers: { 'retry-after': date } });
    const { retryAfterMs } = await sender().send(delivery(), 1, NEVER);
    assert.ok(retryAfterMs! > 50_000 && retryAfterMs! <= 60_000);
    receiver.answerWith({ status: 503, headers: { 'retry-after': 'soon' } });
    assert.equal((await sender().send(delivery(), 1, NEVER)).retryAfterMs, undefined);
  });

  test('keeps 1 kB of an answer of 10 MB', async () => {
    receiver.answerWith({ status: 500, body: Buffer.alloc(10_000_000, 'x') });
    const outcome = await sender().send(delivery(), 1, NEVER);
    assert.equal(outcome.status, 500);
    assert.equal(outcome.answer, 'x'.repeat(1024));
  });

  test('keeps no NUL of an answer: databases refuse it in a text', async () => {
    receiver.answerWith({ status: 500, body: Buffer.from('a\0b\0') });
    assert.equal((await sender().send(delivery(), 1, NEVER)).answer, 'ab');
  });

  test('a receiver that hangs is given up after the time-out', async () => {
    receiver.answerWith('hang');
    const outcome = await sender({ timeoutMs: 100 }).send(delivery(), 1, NEVER);
    assert.equal(outcome.status, undefined);
    assert.match(outcome.error!, /did not answer within 100 ms/);
    assert.ok(outcome.durationMs >= 90);
  });

  test('an abort is no attempt', async () => {
    receiver.answerWith('hang');
    const stop = new AbortController();
    const sending = sender().send(delivery(), 1, stop.signal);
    const expected = assert.rejects(sending, /shutting down/);
    await receiver.waitForRequests(receiver.requests.length + 1);
    stop.abort(new Error('shutting down'));
    await expected;
  });

  test('loopback is refused unless it is on the allow list', async () => {
    const before = receiver.requests.length;
    const outcome = await sender({ allow: [] }).send(delivery(), 1, NEVER);
    assert.match(outcome.error!, /was refused.*allow list/);
    assert.equal(receiver.requests.length, before);
  });

  test('a secret that the configuration does not have is a failed attempt', async () => {
    const outcome = await sender().send(delivery({ secrets: ['other'] }), 1, NEVER);
    assert.match(outcome.error!, /no webhook secret "other"/);
  });

  test('a token goes to its own address and what is below it, and nowhere else', async () => {
    const status = { format: 'github-status' as const, secrets: [], token: 'github', body: '{}' };
    const url = `${receiver.url}/repos/a/b/statuses/1`;
    const fine = await sender().send(delivery({ ...status, url }), 1, NEVER);
    assert.equal(fine.error, undefined);
    const { headers } = receiver.requests.at(-1)!;
    assert.equal(headers['authorization'], 'Bearer gh-token');
    assert.equal(headers['webhook-signature'], undefined);
    const before = receiver.requests.length;
    for (const other of [
      `${receiver.url}0/repos`,
      'http://127.0.0.1/repos',
      `${receiver.url}.evil/`,
    ]) {
      const refused = await sender().send(delivery({ ...status, url: other }), 1, NEVER);
      assert.match(refused.error!, /the webhook token "github" is only for http/);
    }
    const unknown = await sender().send(delivery({ ...status, url, token: 'toString' }), 1, NEVER);
    assert.match(unknown.error!, /no webhook token "toString"/);
    assert.equal(receiver.requests.length, before);
  });

  test('two secrets of two names both sign', async () => {
    const two = createSender({
      client: createOutboundClient({ profile: 'webhook', allow: ['127.0.0.1'] }),
      secrets: { old: [OLD], next: [NEW] },
      tokens: {},
      now: Date.now,
      timeoutMs: 5000,
    });
    senders.push(two);
    await two.send(delivery({ secrets: ['old', 'next'] }), 1, NEVER);
    const { headers, body } = receiver.requests.at(-1)!;
    for (const secret of [OLD, NEW]) new Webhook(secret).verify(body, headers);
  });
});
