// Who may call: hosts, sites, tokens, sessions, signed links and limits, each by what a real server answers.
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { ask, type Exchange } from '../support/ask.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import { inlineRequest } from '../e2e/requests.ts';

const TOKENS = { CANARY_SERVER_TOKENS: '[{name: ci, token: env:CI}]', CI: 'open sesame' };
const BEARER = { authorization: 'Bearer open sesame' };
const LISTS = ['/api/v1/analyses', '/canaryConfig'];

async function start(t: TestContext, env: Record<string, string>): Promise<TestService> {
  const api = await startTestService(env);
  t.after(() => api.close());
  return api;
}

describe('a service without tokens', () => {
  let api: TestService;
  before(async () => {
    api = await startTestService({
      CANARY_SERVER_PUBLIC_URL: 'https://canary.example/',
      CANARY_SERVER_ALLOWED_HOSTS: '["*.svc.cluster.local", other.example]',
      CANARY_SERVER_CORS_ORIGINS: '["https://deck.example"]',
    });
  });
  after(() => api.close());

  test('answers under its own names and those that are nobody else’s', async () => {
    const hosts =
      'canary.example canary.example:443 CANARY.example. other.example:8090 10.1.2.3:8090 [::1]:8090 127.0.0.1 ' +
      'localhost:8090 canary.localhost kayenta:8090 kayenta.spinnaker.svc.cluster.local:8090';

    for (const host of hosts.split(' '))
      for (const path of LISTS)
        assert.equal((await ask(api, 'GET', path, { host })).status, 200, `${host} ${path}`);
  });

  test('a host name that may lead here by somebody else’s will is refused with what to set', async () => {
    const hosts = [
      'evil.example',
      'evil.example:8090',
      'svc.cluster.local',
      'canary.example.evil.com',
    ];
    for (const host of [...hosts, 'a b']) {
      for (const path of LISTS) {
        const { status, body } = await ask(api, 'GET', path, { host });
        assert.equal(status, 421, `${host} ${path}`);
        assert.match(body, /server\.allowedHosts or server\.publicUrl, or set server\.tokens/);
      }
    }
  });

  test('probes and scrapes are answered under any name', async () => {
    for (const path of ['/health', '/ready', '/metrics'])
      assert.equal((await ask(api, 'GET', path, { host: 'evil.example' })).status, 200, path);
  });

  test('a page of another site changes nothing, on any face, whatever it sends', async () => {
    const changes: [method: string, path: string][] = [
      ['POST', '/api/v1/analyses'],
      ['DELETE', '/api/v1/configs/x'],
      ['POST', '/fetch/prometheus/query'],
      ['POST', '/canary'],
      ['PUT', '/pipelines/x/cancel'],
      ['POST', '/logout'],
    ];
    const marks: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://deck.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const [method, path] of changes) {
      for (const mark of marks) {
        const { status, body } = await ask(api, method, path, mark);
        assert.equal(status, 403, `${method} ${path} ${JSON.stringify(mark)}`);
        assert.match(body, /server\.cors\.origins/);
      }
    }
  });

  test('an allowed site, this service’s own pages and other clients may call', async () => {
    const { host } = new URL(api.url);
    const marks: Record<string, string>[] = [
      { origin: 'https://deck.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'https://canary.example' },
      { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' },
      {},
    ];
    for (const mark of marks)
      assert.equal((await ask(api, 'PUT', '/pipelines/x/cancel', mark)).status, 404);
  });

  test('CORS: an allowed origin is told, with what it may send; another is not', async () => {
    const asked = { 'access-control-request-method': 'PUT' };
    for (const path of [...LISTS, '/canary']) {
      const allowed = await ask(api, 'OPTIONS', path, { origin: 'https://deck.example', ...asked });
      assert.equal(allowed.headers['access-control-allow-origin'], 'https://deck.example');
      assert.match(String(allowed.headers['access-control-allow-methods']), /PUT/);
      assert.match(String(allowed.headers['access-control-allow-headers']), /content-type/);
      assert.equal(allowed.headers['access-control-allow-credentials'], undefined);
      const other = await ask(api, 'OPTIONS', path, { origin: 'https://evil.example', ...asked });
      assert.equal(other.headers['access-control-allow-origin'], undefined);
    }
    const read = await ask(api, 'GET', '/judges', { origin: 'https://deck.example' });
    assert.equal(read.headers['access-control-allow-origin'], 'https://deck.example');
  });

  test('a native POST must be marked so, in a way that no form can', async () => {
    const cancel = (headers: Record<string, string>) =>
      ask(api, 'POST', '/api/v1/analyses/ghost/cancel', headers);
    const forms = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''];
    for (const type of forms) {
      const { status, body } = await cancel(type === '' ? {} : { 'content-type': type });
      assert.equal(status, 415, type);
      assert.match(body, /content-type: application\/json/);
    }
    assert.equal((await cancel({ 'content-type': 'application/json' })).status, 404);
    assert.equal((await cancel({ 'x-requested-with': 'curl' })).status, 404);
    assert.equal((await cancel(BEARER)).status, 404);
  });

  test('nothing is to be signed in to, no key is made, and links of events are plain', async (t) => {
    const receiver = await startWebhookReceiver();
    t.after(() => receiver.close());
    const callbacks = [{ url: receiver.url, events: ['analysis.completed'] }];
    const body = inlineRequest('pass', { callbacks });
    const { body: analysis } = await api.call('post', '/api/v1/analyses', { body });
    const [event] = await receiver.waitForRequests(1);
    assert.match(event!.body, new RegExp(`https://canary.example/analyses/${analysis.id}"`));
    assert.equal((await ask(api, 'GET', `/analyses/${analysis.id}`)).status, 200);
  });
});

describe('a service with tokens', () => {
  let api: TestService;
  before(async () => {
    api = await startTestService({ ...TOKENS, CANARY_SERVER_PUBLIC_URL: 'https://canary.example' });
  });
  after(() => api.close());

  const basic = (pair: string) => ({
    authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
  });

  test('the token is as good as the password of any user, on every face', async () => {
    for (const path of [...LISTS, '/analyses/ghost', '/judges']) {
      const wanted = path === '/analyses/ghost' ? 404 : 200;
      assert.equal((await ask(api, 'GET', path, basic('argo:open sesame'))).status, wanted, path);
      assert.equal((await ask(api, 'GET', path, basic(':open sesame'))).status, wanted, path);
      assert.equal((await ask(api, 'GET', path, BEARER)).status, wanted, path);
      for (const wrong of [
        basic('open sesame:x'),
        basic('open sesame'),
        { authorization: 'x' },
        {},
      ])
        assert.equal((await ask(api, 'GET', path, wrong)).status, 401, path);
    }
  });

  test('the host name does not matter: a foreign page has no token', async () => {
    const host = 'kayenta.somewhere.example';
    assert.equal((await ask(api, 'GET', '/judges', { host, ...BEARER })).status, 200);
    assert.equal((await ask(api, 'GET', '/judges', { host })).status, 401);
  });

  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const signIn = (fields: Record<string, string>) =>
    ask(api, 'POST', '/login', form, new URLSearchParams(fields).toString());
  const cookieOf = ({ headers }: Exchange) => headers['set-cookie']?.[0]?.split(';')[0] ?? '';

  test('a report asks a browser for a token, and opens with the cookie it gets', async () => {
    const { body: analysis } = await api.call('post', '/api/v1/analyses', {
      body: inlineRequest('pass'),
      headers: BEARER,
    });
    const report = `/analyses/${analysis.id}`;
    const closed = await ask(api, 'GET', report);
    assert.equal(closed.status, 401);
    assert.match(closed.body, new RegExp(`<input type="hidden" name="next" value="${report}"`));
    assert.match(String(closed.headers['content-security-policy']), /form-action 'self'/);
    const signed = await signIn({ token: 'open sesame', next: report });
    assert.deepEqual([signed.status, signed.headers.location], [303, report]);
    const cookie = String(signed.headers['set-cookie']);
    assert.match(
      cookie,
      /^canary_session=.+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    assert.doesNotMatch(cookie, /sesame/);
    const session = { cookie: `other=1; ${cookieOf(signed)}` };
    assert.equal((await ask(api, 'GET', report, session)).status, 200);
    assert.equal((await ask(api, 'GET', '/api/v1/analyses', session)).status, 200);
    const signedOut = await ask(api, 'POST', '/logout', session);
    assert.deepEqual([signedOut.status, signedOut.headers.location], [303, '/login']);
    assert.match(String(signedOut.headers['set-cookie']), /^canary_session=; Max-Age=0;/);
  });

  test('a cookie changes nothing, and one that was touched is none', async () => {
    const cookie = cookieOf(await signIn({ token: 'open sesame' }));
    const cancel = '/api/v1/analyses/ghost/cancel';
    const json = { 'content-type': 'application/json' };
    assert.equal((await ask(api, 'POST', cancel, { cookie, ...json })).status, 401);
    const [name, endsAt, signature] = cookie.split('=')[1]!.split('.');
    const later = String(Number(endsAt) + 1);
    for (const value of [
      [name, later, signature],
      [name, endsAt, ''],
      [name],
      ['', endsAt, signature],
    ])
      assert.equal(
        (await ask(api, 'GET', '/judges', { cookie: `canary_session=${value.join('.')}` })).status,
        401,
      );
  });

  test('a wrong token opens nothing, and only pages of this service follow a right one', async () => {
    const wrong = await signIn({ token: 'guess', next: '/analyses/x' });
    assert.deepEqual([wrong.status, wrong.headers['set-cookie']], [401, undefined]);
    assert.match(wrong.body, /no token of this service/);
    assert.doesNotMatch(wrong.body, /guess/);
    for (const next of ['https://evil.example/', '//evil.example', '/analyses/../x', '/login'])
      assert.equal((await signIn({ token: 'open sesame', next })).status, 400, next);
    assert.match((await signIn({ token: 'open sesame' })).body, /Signed in as ci/);
    assert.equal((await ask(api, 'GET', '/login')).status, 200);
  });

  test('the report link of an event opens that report alone, without a token', async (t) => {
    const receiver = await startWebhookReceiver();
    t.after(() => receiver.close());
    const callbacks = [{ url: receiver.url, events: ['analysis.completed'] }];
    const body = inlineRequest('pass', { callbacks });
    const { body: analysis } = await api.call('post', '/api/v1/analyses', {
      body,
      headers: BEARER,
    });
    const [event] = await receiver.waitForRequests(1);
    const { links } = (JSON.parse(event!.body) as { data: { links: Record<string, string> } }).data;
    assert.equal(links['self'], `https://canary.example/api/v1/analyses/${analysis.id}`);
    const link = new URL(links['report']!);
    const open = (path: string, query = link.search) => ask(api, 'GET', path + query);
    assert.equal((await open(link.pathname)).status, 200);
    assert.equal((await open(`/api/v1${link.pathname}`)).status, 401);
    assert.equal((await open('/analyses/01KF0Q4ZB8N2W7M5T3R6Y9C1DA')).status, 401);
    assert.equal(
      (await open(link.pathname, link.search.replace('expires=', 'expires=9'))).status,
      401,
    );
    assert.equal((await open(link.pathname, '?expires=9999999999&signature=')).status, 401);
    const shown = await api.call('get', `/api/v1/analyses/${analysis.id}`, { headers: BEARER });
    assert.doesNotMatch(JSON.stringify(shown.body), /signature=/);
  });
});

test('a signed link ends with its lifetime, a session too; both outlive a restart', async (t) => {
  const first = await startTestService({ ...TOKENS, CANARY_SERVER_REPORT_LINK_LIFETIME: '1ms' });
  t.after(() => first.close());
  const receiver = await startWebhookReceiver();
  t.after(() => receiver.close());
  const callbacks = [{ url: receiver.url, events: ['analysis.completed'] }];
  const request = { body: inlineRequest('pass', { callbacks }), headers: BEARER };
  await first.call('post', '/api/v1/analyses', request);
  const [event] = await receiver.waitForRequests(1);
  const { links } = (JSON.parse(event!.body) as { data: { links: { report: string } } }).data;
  const expired = new URL(links.report);
  assert.equal((await ask(first, 'GET', expired.pathname + expired.search)).status, 401);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const signed = await ask(first, 'POST', '/login', form, 'token=open+sesame');
  const cookie = signed.headers['set-cookie']![0]!.split(';')[0]!;
  await first.service.close();
  const again = await startTestService(TOKENS, first.directory);
  t.after(() => again.close());
  assert.equal((await ask(again, 'GET', '/judges', { cookie })).status, 200);
  await again.service.close();
  const replaced = await startTestService({ ...TOKENS, CI: 'another' }, first.directory);
  t.after(() => replaced.close());
  assert.equal((await ask(replaced, 'GET', '/judges', { cookie })).status, 401);
});

describe('limits of one caller', () => {
  const three = { CANARY_LIMITS_REQUESTS_PER_MINUTE: '3' };

  test('more than so many requests a minute are 429 with Retry-After; others and probes go on', async (t) => {
    const api = await start(t, { ...TOKENS, ...three });
    const list = (headers: Record<string, string>, path = '/judges') =>
      ask(api, 'GET', path, headers);
    for (let count = 0; count < 3; count += 1) assert.equal((await list(BEARER)).status, 200);
    for (const path of LISTS) {
      const refused = await list(BEARER, path);
      assert.equal(refused.status, 429);
      assert.ok(Number(refused.headers['retry-after']) > 0);
      assert.match(refused.body, /limits\.requestsPerMinute/);
    }
    assert.equal((await ask(api, 'GET', '/ready')).status, 200);
    // an address of its own: whoever guesses tokens
    const guesses = [];
    for (let count = 0; count < 4; count += 1)
      guesses.push((await list({ authorization: `Bearer ${count}` })).status);
    assert.deepEqual(guesses, [401, 401, 401, 429]);
  });

  test('more than so many at once are 429; a long poll that ends makes room', async (t) => {
    const api = await start(t, { CANARY_LIMITS_CONCURRENT_REQUESTS: '2' });
    const body = inlineRequest('pass', { window: { duration: '1h', interval: '10m' } });
    const { body: analysis } = await api.call('post', '/api/v1/analyses', { body });
    const path = `/api/v1/analyses/${analysis.id}`;
    const gone = new AbortController();
    const polls = [1, 2].map(() => fetch(`${api.url}${path}?wait=60s`, { signal: gone.signal }));
    const ended = Promise.allSettled(polls);
    let refused = await ask(api, 'GET', path);
    while (refused.status === 200) refused = await ask(api, 'GET', path); // until both polls have come in
    assert.equal(refused.status, 429);
    assert.equal(refused.headers['retry-after'], '1');
    assert.match(refused.body, /limits\.concurrentRequests/);
    gone.abort();
    await ended;
    while (refused.status === 429) refused = await ask(api, 'GET', path); // until the service knows
    assert.equal(refused.status, 200);
  });
});
