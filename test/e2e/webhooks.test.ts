// Deployers are told: signed, in sequence, again after a failure, and never where they must not be.
import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from '../../src/model/event.ts';
import type { components } from '../../src/openapi.d.ts';
import { until } from '../support/poll.ts';
import { startTestService, TEST_SECRET, type TestService } from '../support/service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { inlineRequest, secondsWindow } from './requests.ts';

type Delivery = components['schemas']['Delivery'];

const OTHER_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let api: TestService;
before(async () => {
  api = await startTestService({
    CANARY_WEBHOOKS_SECRETS: '{default: env:TEST_SECRET, other: env:OTHER_SECRET}',
    OTHER_SECRET,
  });
});
after(() => api.close());

test('events arrive signed and in sequence, each with the full state', async (context) => {
  const receiver = await receiverOf(context);
  const id = await submit({ callbacks: [{ url: receiver.url }], window: secondsWindow(2) });
  await receiver.waitForRequests(4);
  await settled(id);
  const events = receiver.requests.map(({ body, headers }) => {
    return { ...(new Webhook(TEST_SECRET).verify(body, headers) as WebhookEvent), headers };
  });
  const bySequence = events.toSorted((a, b) => sequenceOf(a) - sequenceOf(b));
  assert.deepEqual(
    bySequence.map((event) => [sequenceOf(event), event.type, event.data['state']]),
    [
      [1, 'analysis.started', 'queued'],
      [2, 'analysis.interval_completed', 'running'],
      [3, 'analysis.interval_completed', 'completed'],
      [4, 'analysis.completed', 'completed'],
    ],
  );
  const { data } = bySequence.at(-1)!;
  assert.deepEqual(
    [data['id'], data['verdict'], data['decision'], data['score']],
    [id, 'pass', 'promote', 100],
  );
  const { self, report } = data.links;
  assert.equal((await fetch(self)).status, 200);
  assert.equal((await fetch(report)).status, 200);
});

test('a receiver that is down gets the event again on the schedule, with the same id and bytes', async (context) => {
  const receiver = await receiverOf(context);
  receiver.answerWith({ status: 503, body: 'be right back' });
  const id = await submit({ callbacks: [{ url: receiver.url, events: ['analysis.completed'] }] });
  await receiver.waitForRequests(1);
  const [waiting] = await until('the failure is recorded', async () => {
    const items = await deliveriesOf(id);
    return items[0]?.attempts.length === 1 ? items : undefined;
  });
  const [first] = waiting!.attempts;
  assert.deepEqual(
    [waiting!.state, first!.status, first!.error, first!.answer],
    ['pending', 503, 'receiver answered 503', 'be right back'],
  );
  const waitMs = Date.parse(waiting!.nextAttemptAt ?? '') - Date.parse(first!.startedAt);
  assert.ok(waitMs >= 4000 && waitMs <= 7000, `the second attempt is 5 s away, not ${waitMs} ms`);

  receiver.answerWith({ status: 200 });
  const [once, again] = await receiver.waitForRequests(2);
  assert.equal(again!.headers['webhook-id'], once!.headers['webhook-id']);
  assert.equal(again!.body, once!.body);
  new Webhook(TEST_SECRET).verify(again!.body, again!.headers);
  assert.ok(again!.at >= Date.parse(waiting!.nextAttemptAt ?? ''), 'it came before its time');
  const [delivered] = await settled(id);
  assert.deepEqual(
    [delivered!.state, delivered!.attempts.map(({ number, status }) => [number, status])],
    [
      'delivered',
      [
        [1, 503],
        [2, 200],
      ],
    ],
  );
});

test('410 ends a delivery at once, and only that one', async (context) => {
  const [gone, present] = [await receiverOf(context), await receiverOf(context)];
  gone.answerWith({ status: 410 });
  const events = ['analysis.completed'];
  const id = await submit({
    callbacks: [
      { url: gone.url, events },
      { url: present.url, events, secret: 'other' },
    ],
  });
  const deliveries = await settled(id);
  assert.deepEqual(
    new Map(deliveries.map(({ url, state, attempts }) => [url, [state, attempts.length]])),
    new Map([
      [gone.url, ['dead', 1]],
      [present.url, ['delivered', 1]],
    ]),
  );
  const { body, headers } = present.requests[0]!;
  new Webhook(OTHER_SECRET).verify(body, headers);
  assert.throws(() => new Webhook(TEST_SECRET).verify(body, headers));
});

test('a callback gets only the events it asked for', async (context) => {
  const [all, some] = [await receiverOf(context), await receiverOf(context)];
  const id = await submit({
    callbacks: [
      { url: all.url },
      { url: some.url, events: ['analysis.started', 'analysis.completed'] },
    ],
  });
  await settled(id);
  assert.deepEqual(typesOf(all), [
    'analysis.completed',
    'analysis.interval_completed',
    'analysis.started',
  ]);
  assert.deepEqual(typesOf(some), ['analysis.completed', 'analysis.started']);
});

test('values in the query of an address reach the receiver, and nobody else', async (context) => {
  const receiver = await receiverOf(context);
  const url = `${receiver.url}/hook?token=s3cret`;
  const id = await submit({ callbacks: [{ url, events: ['analysis.completed'] }] });
  const deliveries = await settled(id);
  assert.equal(receiver.requests[0]!.path, '/hook?token=s3cret');
  const masked = `${receiver.url}/hook?token=***`;
  const shown = await api.call('get', `/api/v1/analyses/${id}`);
  assert.deepEqual([deliveries[0]!.url, shown.body.callbacks[0].url], [masked, masked]);
  const page = await api.call('get', `/analyses/${id}`);
  const told = [shown.text, page.text, JSON.stringify(deliveries), receiver.requests[0]!.body];
  assert.doesNotMatch([...told, ...api.log].join('\n'), /s3cret/);
});

test('a cancelled analysis says so, once and without a verdict', async (context) => {
  const receiver = await receiverOf(context);
  const events = ['analysis.completed'];
  const id = await submit({
    callbacks: [{ url: receiver.url, events }],
    window: { duration: '1h', interval: '10m' },
  });
  await api.call('post', `/api/v1/analyses/${id}/cancel`);
  await api.call('post', `/api/v1/analyses/${id}/cancel`);
  const deliveries = await settled(id);
  assert.equal(deliveries.length, 1);
  const { type, data } = JSON.parse(receiver.requests[0]!.body) as WebhookEvent;
  assert.deepEqual(
    [type, data['state'], data['verdict'], data['decision'], data['sequence']],
    ['analysis.completed', 'cancelled', null, 'hold', 2],
  );
});

test('an address inside is refused at submit unless it is allowed', async (context) => {
  const receiver = await receiverOf(context);
  const guarded = await startTestService({ CANARY_OUTBOUND_WEBHOOKS_ALLOW: '[]' });
  context.after(() => guarded.close());
  const port = new URL(receiver.url).port;
  const urls = [receiver.url, `http://localhost:${port}/`, `http://2130706433:${port}/`];
  for (const url of urls) {
    const callbacks = [{ url, events: ['analysis.completed'] }];
    const body = inlineRequest('pass', { callbacks });
    const refused = await guarded.call('post', '/api/v1/analyses', { body });
    assert.equal(refused.status, 400, url);
    assert.equal(refused.body.violations[0].pointer, '/callbacks/0/url');
    assert.match(refused.body.violations[0].message, /loopback|127\.0\.0\.1|not public/);
  }
  assert.equal(receiver.requests.length, 0);
});

test('a receiver that hangs does not hold up another', async (context) => {
  const [slow, quick] = [await receiverOf(context), await receiverOf(context)];
  slow.answerWith('hang');
  const events = ['analysis.completed'];
  const flood = { callbacks: Array.from({ length: 10 }, () => ({ url: slow.url, events })) };
  for (let count = 0; count < 20; count += 1) await submit(flood);
  const id = await submit({ callbacks: [{ url: quick.url, events }] });
  await quick.waitForRequests(1);
  assert.equal((await settled(id))[0]!.state, 'delivered');
  assert.ok(slow.requests.length <= 2, 'more than two deliveries at once to one receiver');
});

async function receiverOf(context: TestContext): Promise<WebhookReceiver> {
  const receiver = await startWebhookReceiver();
  context.after(() => receiver.close());
  return receiver;
}

async function submit(more: object): Promise<string> {
  const { status, body } = await api.call('post', '/api/v1/analyses', {
    body: inlineRequest('pass', more),
  });
  assert.equal(status, 202, JSON.stringify(body));
  return body.id;
}

async function deliveriesOf(id: string, service = api): Promise<Delivery[]> {
  const { body } = await service.call('get', `/api/v1/analyses/${id}/deliveries`);
  return body.items;
}

/** Once the analysis has ended and nothing of it is to be sent any more. */
async function settled(id: string): Promise<Delivery[]> {
  await api.call('get', `/api/v1/analyses/${id}?wait=20s`);
  return until(`all events of ${id} are through`, async () => {
    const items = await deliveriesOf(id);
    return items.every(({ state }) => state !== 'pending') ? items : undefined;
  });
}

function sequenceOf({ data }: WebhookEvent): number {
  return data.sequence;
}

function typesOf(receiver: WebhookReceiver): string[] {
  return receiver.requests.map(({ body }) => (JSON.parse(body) as WebhookEvent).type).sort();
}
