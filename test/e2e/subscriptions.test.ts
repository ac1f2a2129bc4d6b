// Subscriptions: who is told of what, by real receivers; and that nobody waits for a receiver that is dead.
import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from '../../src/model/event.ts';
import type { components } from '../../src/openapi.d.ts';
import { until } from '../support/poll.ts';
import { startTestService, TEST_SECRET, type TestService } from '../support/service.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { inlineRequest } from './requests.ts';

type Subscription = components['schemas']['Subscription'];
type Delivery = components['schemas']['Delivery'];

const NEXT_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const SHA = '3f2a9c1d5e7b8a90c1d2e3f4a5b6c7d8e9f0a1b2';
const ENDS = ['analysis.completed'];

let api: TestService;
/** Plays the API of GitHub, of GitLab and of a chat: their addresses stand in the configuration. */
let forge: WebhookReceiver;
before(async () => {
  forge = await startWebhookReceiver();
  api = await startTestService({
    CANARY_WEBHOOKS_SECRETS: '{default: env:TEST_SECRET, next: env:NEXT_SECRET}',
    CANARY_WEBHOOKS_TOKENS: `{github: {url: '${forge.url}', token: env:FORGE_TOKEN}}`,
    CANARY_WEBHOOKS_SUBSCRIPTIONS:
      '[{name: team-chat, url: env:CHAT_URL, format: slack, filter: {configs: [chatty]}}]',
    NEXT_SECRET,
    FORGE_TOKEN: 'forge-token',
    CHAT_URL: `${forge.url}/services/T0/secret-path`,
  });
});
after(async () => {
  await api.close();
  await forge.close();
});

test('an event goes to every subscription that it fits, signed, and to no other', async (context) => {
  const receiver = await receiverOf(context);
  const label = unique();
  const fitting = [
    { labels: { only: label } },
    { configs: ['checkout', 'cart'], labels: { only: label } },
    { applications: ['shop'], labels: { only: label, env: 'production' } },
  ];
  const others: object[] = [
    { labels: { only: 'somebody else' } },
    { configs: ['cart'], labels: { only: label } },
    { applications: ['cart'], labels: { only: label } },
    { labels: { only: label, env: 'staging' } },
    { labels: { only: label, toString: 'x' } },
  ];
  for (const [index, filter] of [...fitting, ...others].entries())
    await subscribe(context, { url: `${receiver.url}/${index}`, filter, events: ENDS });
  const id = await analyse({ only: label, application: 'shop', env: 'production' });
  const deliveries = await settled(id);
  assert.deepEqual(
    deliveries.map(({ state, url }) => `${new URL(url).pathname} ${state}`).toSorted(),
    fitting.map((_, index) => `/${index} delivered`),
  );
  for (const { body, headers } of receiver.requests) {
    const event = new Webhook(TEST_SECRET).verify(body, headers) as WebhookEvent;
    assert.deepEqual([event.type, event.data.id], ['analysis.completed', id]);
    assert.deepEqual(
      [event.data.sides?.baseline.scope, event.data.sides?.canary.scope],
      ['v41', 'v42'],
    );
  }
});

test('events say what was measured, whom to ask, and where it says what to do', async (context) => {
  const receiver = await receiverOf(context);
  const label = unique();
  await subscribe(context, {
    url: receiver.url,
    filter: { labels: { only: label } },
    events: ENDS,
  });
  const { config, ...request } = inlineRequest('fail', { labels: { only: label } });
  const help = { runbook: 'https://wiki.example/checkout', owner: 'team <payments>' };
  const metrics = config.metrics.map((metric) => ({ ...metric, unit: 'ms' }));
  const body = { ...request, config: { ...config, ...help, metrics } };
  const { body: analysis } = await api.call('post', '/api/v1/analyses', { body });
  await settled(analysis.id);
  const { data } = JSON.parse(receiver.requests[0]!.body) as WebhookEvent;
  assert.deepEqual([data.runbook, data.owner], [help.runbook, help.owner]);
  assert.equal(data.decidingMetrics.length, 3);
  const [worst] = data.decidingMetrics;
  assert.equal(worst!.unit, 'ms');
  assert.ok(Math.abs(worst!.canary! / worst!.baseline! - 3) < 0.01);
  assert.ok(Math.abs(worst!.ratio! - 3) < 0.01);
  const shown = await api.call('get', `/api/v1/analyses/${analysis.id}`);
  assert.deepEqual([shown.body.runbook, shown.body.owner], [help.runbook, help.owner]);
  const page = (await api.call('get', `/analyses/${analysis.id}`)).text;
  assert.match(page, /href="https:\/\/wiki\.example\/checkout"/);
  assert.match(page, /team &lt;payments&gt;/);
});

test('while secrets change over, both sign; afterwards a retry is signed with the new one alone', async (context) => {
  const receiver = await receiverOf(context);
  receiver.answerWith({ status: 503 });
  const label = unique();
  const filter = { labels: { only: label } };
  const terms = { url: receiver.url, filter, events: ENDS, secrets: ['default', 'next'] };
  const { id } = await subscribe(context, terms);
  await analyse({ only: label });
  const [first] = await receiver.waitForRequests(1);
  assert.equal(first!.headers['webhook-signature']!.split(' ').length, 2);
  for (const secret of [TEST_SECRET, NEXT_SECRET])
    new Webhook(secret).verify(first!.body, first!.headers);

  const replaced = await api.call('put', `/api/v1/subscriptions/${id}`, {
    body: { ...terms, secrets: ['next'] },
  });
  assert.equal(replaced.status, 200);
  receiver.answerWith({ status: 200 });
  const again = (await receiver.waitForRequests(2))[1]!;
  assert.equal(again.headers['webhook-id'], first!.headers['webhook-id']);
  assert.equal(again.body, first!.body);
  new Webhook(NEXT_SECRET).verify(again.body, again.headers);
  assert.throws(() => new Webhook(TEST_SECRET).verify(again.body, again.headers));
});

test('410 disables, what happens meanwhile is kept, and a range brings it back', async (context) => {
  const receiver = await receiverOf(context);
  const label = unique();
  const { id } = await subscribe(context, {
    url: receiver.url,
    filter: { labels: { only: label } },
    events: ENDS,
  });
  const fine = await analyse({ only: label });
  await settled(fine);
  receiver.answerWith({ status: 410 });
  const refused = await analyse({ only: label });
  await settled(refused);
  const disabled = await until('it is disabled', async () => {
    const { body } = await api.call('get', `/api/v1/subscriptions/${id}`);
    return (body as Subscription).disabled;
  });
  assert.match(disabled.reason, /answered 410/);
  const heard = receiver.requests.length;
  const missed = await analyse({ only: label });
  const [held] = await settled(missed);
  assert.deepEqual([held!.state, held!.attempts.length], ['dead', 0]);
  assert.equal(receiver.requests.length, heard, 'a disabled subscription was sent something');

  const range = { since: '2020-01-01T00:00:00Z' };
  const path = `/api/v1/subscriptions/${id}`;
  assert.equal((await api.call('post', `${path}/redeliver`, { body: range })).status, 409);
  assert.equal((await api.call('post', `/api/v1/deliveries/${held!.id}/redeliver`)).status, 409);
  receiver.answerWith({ status: 200 });
  const enabled = await api.call('post', `${path}/enable`);
  assert.equal(enabled.body.disabled, undefined);
  const failed = await api.call('post', `${path}/redeliver`, { body: range });
  assert.deepEqual([failed.status, failed.body], [202, { redelivered: 2 }]);
  await receiver.waitForRequests(heard + 2);
  assert.deepEqual(
    receiver.requests.slice(heard).map(analysisOf).toSorted(),
    [refused, missed].toSorted(),
  );
  await Promise.all([refused, missed].map((analysis) => settled(analysis, 'delivered')));

  const all = await api.call('post', `${path}/redeliver`, {
    body: { since: 'now-1d', which: 'all' },
  });
  assert.deepEqual(all.body, { redelivered: 3 });
  await receiver.waitForRequests(heard + 5);
  const nothing = { since: '2020-01-01T00:00:00Z', until: '2020-01-02T00:00:00Z', which: 'all' };
  const none = await api.call('post', `${path}/redeliver`, { body: nothing });
  assert.deepEqual(none.body, { redelivered: 0 });
  const ids = new Map(receiver.requests.map(({ headers, body }) => [headers['webhook-id'], body]));
  assert.equal(ids.size, 3, 'what is sent again keeps its id');
  for (const { headers, body } of receiver.requests)
    assert.equal(body, ids.get(headers['webhook-id']), 'what is sent again keeps its bytes');
});

test('one delivery is sent again by its id, also one of a callback', async (context) => {
  const receiver = await receiverOf(context);
  const id = await analyse({}, { callbacks: [{ url: receiver.url, events: ENDS }] });
  const [delivery] = await settled(id);
  const again = await api.call('post', `/api/v1/deliveries/${delivery!.id}/redeliver`);
  assert.deepEqual([again.status, again.body.state], [202, 'pending']);
  const [once, twice] = await receiver.waitForRequests(2);
  assert.equal(once!.headers['webhook-id'], twice!.headers['webhook-id']);
  const shown = await until('both attempts are told', async () => {
    const { body } = await api.call('get', `/api/v1/deliveries/${delivery!.id}`);
    return body.attempts.length === 2 ? body : undefined;
  });
  assert.deepEqual([shown.state, shown.subscription], ['delivered', undefined]);
});

test('a dead receiver holds up none of five healthy ones', async (context) => {
  const dead = await receiverOf(context);
  dead.answerWith('hang');
  const healthy = await Promise.all(Array.from({ length: 5 }, () => receiverOf(context)));
  const label = unique();
  const filter = { labels: { only: label } };
  for (const { url } of [dead, ...healthy])
    await subscribe(context, { url, filter, events: ['analysis.started', 'analysis.completed'] });
  const analyses = 20;
  for (let count = 0; count < analyses; count += 1) await analyse({ only: label });
  for (const receiver of healthy) await receiver.waitForRequests(2 * analyses, 20_000);
  // the dead one has not even been given up once: all that it holds are its two places
  assert.equal(dead.requests.length, 2);
});

test('a test event is sent at once, and its end is told', async (context) => {
  const receiver = await receiverOf(context);
  const { id } = await subscribe(context, { url: `${receiver.url}/?key=s3cret` });
  const path = `/api/v1/subscriptions/${id}/test`;
  const sent = await api.call('post', path, { body: {} });
  assert.deepEqual([sent.status, sent.body.delivered, sent.body.status], [200, true, 200]);
  const { body, headers } = receiver.requests[0]!;
  const event = new Webhook(TEST_SECRET).verify(body, headers) as WebhookEvent;
  assert.deepEqual([event.type, event.data.decision], ['subscription.test', 'hold']);
  assert.equal(sent.body.body, body);
  receiver.answerWith({ status: 500, body: 'out of order' });
  const refused = await api.call('post', path, { body: {} });
  assert.deepEqual(
    [refused.body.delivered, refused.body.error, refused.body.answer],
    [false, 'receiver answered 500', 'out of order'],
  );
  assert.doesNotMatch(sent.text + refused.text, /s3cret/);
});

test('statuses are set with the token of their address, on the commit that the labels name', async (context) => {
  const label = unique();
  const { id } = await subscribe(context, {
    url: forge.url,
    format: 'github-status',
    token: 'github',
    target: { repository: 'acme/checkout', sha: '${labels.commit}' },
    filter: { labels: { only: label } },
  });
  const before = forge.requests.length;
  const analysis = await analyse({ only: label, commit: SHA });
  await settled(analysis);
  await settled(await analyse({ only: label })); // names no commit
  await settled(await analyse({ only: label, commit: '../../../user' }));
  const sent = forge.requests.slice(before);
  assert.deepEqual(sent.map(({ path, body }) => `${path} ${JSON.parse(body).state}`).toSorted(), [
    `/repos/acme/checkout/statuses/${SHA} pending`,
    `/repos/acme/checkout/statuses/${SHA} success`,
  ]);
  for (const { headers } of sent) {
    assert.equal(headers['authorization'], 'Bearer forge-token');
    assert.equal(headers['webhook-signature'], undefined);
  }
  const labels = { commit: SHA };
  const tried = await api.call('post', `/api/v1/subscriptions/${id}/test`, { body: { labels } });
  assert.equal(tried.body.delivered, true);
  assert.equal(JSON.parse(tried.body.body).context, 'test of canary/test');
  const lost = await api.call('post', `/api/v1/subscriptions/${id}/test`, { body: {} });
  assert.deepEqual([lost.status, lost.body.violations[0].pointer], [400, '/labels']);
});

test('a callback may have a format too', async (context) => {
  const receiver = await receiverOf(context);
  const chat = `${receiver.url}/services/T0/B0/unmistakable`;
  const target = { repository: 'acme/checkout', deployment: '42' };
  const callbacks = [
    { url: chat, format: 'slack' },
    { url: forge.url, format: 'github-status', token: 'github', target, events: ENDS },
  ];
  const before = forge.requests.length;
  const id = await analyse({}, { callbacks });
  const deliveries = await settled(id);
  assert.deepEqual(deliveries.map(({ format, state }) => `${format} ${state}`).toSorted(), [
    'github-status delivered',
    'slack delivered',
  ]);
  assert.equal(JSON.parse(receiver.requests[0]!.body).blocks[0].type, 'header');
  assert.equal(forge.requests[before]!.path, '/repos/acme/checkout/deployments/42/statuses');
  const { text } = await api.call('get', `/api/v1/analyses/${id}`);
  assert.doesNotMatch(text + JSON.stringify(deliveries), /unmistakable/);
});

test('a refused message of a chat is final and disables nothing', async (context) => {
  const receiver = await receiverOf(context);
  receiver.answerWith({ status: 404, body: 'no_service' });
  const label = unique();
  const { id } = await subscribe(context, {
    url: receiver.url,
    format: 'slack',
    filter: { labels: { only: label } },
  });
  const [delivery] = await settled(await analyse({ only: label }));
  assert.deepEqual([delivery!.state, delivery!.attempts.length], ['dead', 1]);
  const { body } = await api.call('get', `/api/v1/subscriptions/${id}`);
  assert.equal(body.disabled, undefined);
});

test('one of the configuration is told of, read-only, and its address is shown nowhere', async () => {
  const before = forge.requests.length;
  const { config, ...request } = inlineRequest('pass');
  const body = { ...request, config: { ...config, name: 'chatty' } };
  const { body: analysis } = await api.call('post', '/api/v1/analyses', { body });
  const [delivery] = await settled(analysis.id);
  assert.deepEqual([delivery!.subscription, delivery!.state], ['team-chat', 'delivered']);
  assert.equal(forge.requests[before]!.path, '/services/T0/secret-path');
  const shown = await api.call('get', '/api/v1/subscriptions/team-chat');
  assert.deepEqual([shown.body.origin, shown.body.events], ['configuration', ENDS]);
  const put = await api.call('put', '/api/v1/subscriptions/team-chat', {
    body: { url: forge.url },
  });
  const deleted = await api.call('delete', '/api/v1/subscriptions/team-chat');
  assert.deepEqual([put.status, deleted.status], [409, 409]);
  const off = await api.call('post', '/api/v1/subscriptions/team-chat/disable');
  assert.equal(off.body.disabled.reason, 'disabled by request');
  const on = await api.call('post', '/api/v1/subscriptions/team-chat/enable');
  assert.equal(on.body.disabled, undefined);
  const list = await api.call('get', '/api/v1/subscriptions/team-chat/deliveries');
  assert.equal(list.body.items[0].id, delivery!.id);
  const told = [shown.text, list.text, JSON.stringify(delivery), ...api.log];
  assert.doesNotMatch(told.join('\n'), /secret-path/);
});

test('subscriptions are made, listed page by page, replaced and deleted', async (context) => {
  const made = [];
  for (let index = 0; index < 3; index += 1)
    made.push(await subscribe(context, { url: `https://receiver.example/${index}?key=s3cret` }));
  assert.deepEqual(made[0]!.url, 'https://receiver.example/0?key=***');
  assert.deepEqual(made[0]!.secrets, ['default']);
  assert.equal(made[0]!.events.length, 3);
  const listed: Subscription[] = [];
  for (let next: string | undefined = '/api/v1/subscriptions?limit=2'; next !== undefined;) {
    const { body, status } = await api.call('get', next);
    assert.equal(status, 200);
    listed.push(...body.items);
    next = body.next;
  }
  const ids = listed.map(({ id }) => id);
  assert.deepEqual(ids, ids.toSorted());
  for (const one of made)
    assert.deepEqual(
      listed.find(({ id }) => id === one.id),
      one,
    );
  const path = `/api/v1/subscriptions/${made[0]!.id}`;
  const description = 'the new one';
  const replaced = await api.call('put', path, {
    body: { url: 'https://receiver.example/new', description },
  });
  assert.deepEqual([replaced.status, replaced.body.description], [200, description]);
  assert.equal((await api.call('delete', path)).status, 204);
  for (const method of ['get', 'delete'] as const)
    assert.equal((await api.call(method, path)).status, 404);
});

test('what waits for a subscription that is deleted is not sent any more', async (context) => {
  const receiver = await receiverOf(context);
  receiver.answerWith({ status: 503 });
  const label = unique();
  const filter = { labels: { only: label } };
  const { id } = await subscribe(context, { url: receiver.url, filter, events: ENDS });
  const analysis = await analyse({ only: label });
  await receiver.waitForRequests(1);
  await until('the attempt is told', async () => {
    const [delivery] = await deliveriesOf(analysis);
    return delivery?.attempts.length === 1 ? delivery : undefined;
  });
  await api.call('delete', `/api/v1/subscriptions/${id}`);
  const [delivery] = await deliveriesOf(analysis);
  assert.equal(delivery!.state, 'dead');
});

const REFUSED: [what: string, body: object, pointer: string, message: RegExp][] = [
  ['an inner address', { url: 'http://10.0.0.1/hook' }, '/url', /range private/],
  ['a user in it', { url: 'https://me:pw@receiver.example/' }, '/url', /user name or password/],
  [
    'an unknown secret',
    { url: 'https://r.example', secrets: ['x'] },
    '/secrets/0',
    /webhooks\.secrets/,
  ],
  [
    'a secret of a chat',
    { url: 'https://r.example', format: 'teams', secrets: ['default'] },
    '/secrets/0',
    /not signed/,
  ],
  ['a token of nothing', { url: 'https://r.example', token: 'github' }, '/token', /means nothing/],
  [
    'a status without all',
    { url: 'https://r.example', format: 'github-status' },
    '/target',
    /is needed/,
  ],
  [
    'the token of another address',
    {
      url: 'https://evil.example',
      format: 'github-status',
      token: 'github',
      target: { repository: 'a/b', sha: SHA },
    },
    '/url',
    /the only address that the token "github" is sent to/,
  ],
  [
    'a target with a placeholder of another kind',
    {
      url: 'https://evil.example',
      format: 'github-status',
      token: 'github',
      target: { repository: 'a/b', sha: '${commit}' },
    },
    '/target/sha',
    /placeholder/,
  ],
  [
    'a look in CDEvents',
    { url: 'https://r.example', format: 'cdevents', events: ['analysis.interval_completed'] },
    '/events/0',
    /no word/,
  ],
];

test('a subscription that could never be sent is refused with its place and what to do', async () => {
  for (const [what, body, pointer, message] of REFUSED) {
    const refused = await api.call('post', '/api/v1/subscriptions', { body });
    assert.equal(refused.status, 400, `${what}: ${refused.text}`);
    const found = refused.body.violations.find(
      (one: { pointer: string }) => one.pointer === pointer,
    );
    assert.match(found?.message ?? '', message, `${what}: ${refused.text}`);
  }
  const callbacks = [
    {
      url: forge.url,
      format: 'github-status',
      token: 'github',
      target: { repository: 'a/b', sha: '${labels.commit}' },
    },
  ];
  const refused = await api.call('post', '/api/v1/analyses', {
    body: inlineRequest('pass', { callbacks }),
  });
  assert.equal(refused.status, 400);
  assert.deepEqual(refused.body.violations, [
    {
      pointer: '/callbacks/0/target/sha',
      message: 'needs the label "commit", which the analysis does not have',
    },
  ]);
});

test('the start ends with the key of a subscription that could never be sent', async () => {
  const start = (subscriptions: string) =>
    startTestService({ CANARY_WEBHOOKS_SUBSCRIPTIONS: subscriptions });
  await assert.rejects(
    start('[{name: a, url: "https://r.example", secrets: [none]}]'),
    /"webhooks\.subscriptions\[0\]\.secrets\.0" no signing secret "none"/,
  );
  await assert.rejects(
    start('[{name: sub_1, url: "https://r.example"}]'),
    /SUBSCRIPTIONS\[0\]" has the name "sub_1"/,
  );
});

let names = 0;
function unique(): string {
  names += 1;
  return `label-${names}`;
}

async function receiverOf(context: TestContext): Promise<WebhookReceiver> {
  const receiver = await startWebhookReceiver();
  context.after(() => receiver.close());
  return receiver;
}

async function subscribe(context: TestContext, terms: object): Promise<Subscription> {
  const { status, body, text } = await api.call('post', '/api/v1/subscriptions', { body: terms });
  assert.equal(status, 201, text);
  context.after(() => api.call('delete', `/api/v1/subscriptions/${body.id}`));
  return body;
}

async function analyse(labels: Record<string, string>, more: object = {}): Promise<string> {
  const { status, body, text } = await api.call('post', '/api/v1/analyses', {
    body: inlineRequest('pass', { labels, ...more }),
  });
  assert.equal(status, 202, text);
  return body.id;
}

async function deliveriesOf(id: string): Promise<Delivery[]> {
  const { body } = await api.call('get', `/api/v1/analyses/${id}/deliveries`);
  return body.items;
}

/** Once the analysis has ended and nothing of it is to be sent any more, or all of it has this state. */
async function settled(id: string, wanted?: Delivery['state']): Promise<Delivery[]> {
  await api.call('get', `/api/v1/analyses/${id}?wait=20s`);
  return until(`all events of ${id} are through`, async () => {
    const items = await deliveriesOf(id);
    const isThrough = ({ state }: Delivery) =>
      wanted === undefined ? state !== 'pending' : state === wanted;
    return items.every(isThrough) ? items : undefined;
  });
}

function analysisOf({ body }: { body: string }): string {
  return (JSON.parse(body) as WebhookEvent).data.id;
}
