// GitHub's deployment protection rules: held, and answered by the callback that GitHub names.
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { answerRule } from '../../../src/faces/triggers/protection-rule/answer.ts';
import { isAnswerAddress } from '../../../src/faces/triggers/protection-rule/rule.ts';
import {
  CHECKOUT,
  gateHistory,
  gateSettings,
  parametersFor,
  type Outcome,
} from '../gates/support/gates.ts';
import { ask } from '../../support/ask.ts';
import { startServe } from '../../support/process.ts';
import {
  PROMETHEUS_SKIP,
  startPrometheus,
  type RunningPrometheus,
} from '../../support/prometheus.ts';
import { startTestService, until, type TestService } from '../../support/service.ts';
import { startStubServer, type StubRequest, type StubServer } from '../../support/stub-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { github, SECRETS } from './support/deliveries.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const TOKEN = 'ghs_installation-token';
const CALLBACK = /^\/repos\/acme\/checkout\/actions\/runs\/(\d+)\/deployment_protection_rule$/;
const JSON_TYPE = { 'content-type': 'application/json' };

interface Github extends StubServer {
  /** Bodies of the answers for one run, in the order in which they came. */
  answersOf(run: number): Record<string, unknown>[];
  isDown: boolean;
}

/** GitHub, as far as an app needs it: a token for a JWT that the app's key has signed, then the callback. */
async function startGithub(): Promise<Github> {
  const state = { isDown: false };
  const taken: { run: string; body: Record<string, unknown> }[] = [];
  const server = await startStubServer(({ path, headers, body }: StubRequest) => {
    if (state.isDown) return { status: 503 };
    if (path === '/app/installations/9/access_tokens') {
      if (!isOfApp(String(headers['authorization']))) return { status: 401 };
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      return { status: 201, body: JSON.stringify({ token: TOKEN, expires_at }) };
    }
    const [, run] = CALLBACK.exec(path) ?? [];
    if (run === undefined) return { status: 404 };
    if (headers['authorization'] !== `Bearer ${TOKEN}`) return { status: 401 };
    taken.push({ run, body: JSON.parse(body) as Record<string, unknown> });
    return { status: 204 };
  });
  return Object.assign(server, state, {
    get isDown() {
      return state.isDown;
    },
    set isDown(isDown: boolean) {
      state.isDown = isDown;
    },
    answersOf: (run: number) =>
      taken.filter((answer) => answer.run === String(run)).map(({ body }) => body),
  });
}

function isOfApp(authorization: string): boolean {
  const [head = '', claims = '', signature = ''] = authorization.replace('Bearer ', '').split('.');
  const key = createPublicKey(publicKey);
  const signed = Buffer.from(`${head}.${claims}`);
  const { iss, iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
    iss: string;
    iat: number;
    exp: number;
  };
  const now = Date.now() / 1000;
  const holds = iss === 'Iv1.app' && iat <= now && exp > now && exp - iat <= 600;
  return holds && verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'));
}

/** A trigger whose analyses end so; the sides and the window are those of the history. */
function triggerFor(outcome: Outcome) {
  const { config, baseline, canary, account, start, end, step, duration } = parametersFor(outcome);
  return {
    name: outcome,
    sender: 'github',
    secret: 'github',
    events: ['deployment_protection_rule.requested'],
    request: {
      config,
      account,
      baseline: { scope: baseline },
      canary: { scope: canary },
      window: duration === undefined ? { start, end, step } : { duration },
      labels: { environment: '{{environment}}' },
    },
  };
}

function settingsFor(url: string, prometheusUrl: string): Record<string, string> {
  const outcomes: Outcome[] = ['pass', 'fail', 'nodata', 'error', 'running'];
  return {
    ...gateSettings(prometheusUrl),
    CANARY_TRIGGERS_SECRETS: '{github: env:TEST_TRIGGER}',
    TEST_TRIGGER: SECRETS['github']!,
    CANARY_TRIGGERS_DECLARED: JSON.stringify(outcomes.map(triggerFor)),
    CANARY_TRIGGERS_GITHUB_API_URL: url,
    CANARY_TRIGGERS_GITHUB_APP_ID: 'Iv1.app',
    CANARY_TRIGGERS_GITHUB_PRIVATE_KEY: 'env:TEST_PRIVATE_KEY',
    TEST_PRIVATE_KEY: privateKey,
  };
}

const requested = (apiUrl: string, run: number, changes: object = {}) =>
  github(
    {
      action: 'requested',
      environment: 'production-full',
      event: 'push',
      deployment_callback_url: `${apiUrl}/repos/acme/checkout/actions/runs/${run}/deployment_protection_rule`,
      deployment: { id: run, sha: 'a'.repeat(40), ref: 'main', environment: 'production-full' },
      repository: { full_name: 'acme/checkout', name: 'checkout' },
      installation: { id: 9 },
      ...changes,
    },
    'deployment_protection_rule',
    `guid-${run}`,
  );

describe('a deployment that GitHub holds', { skip: PROMETHEUS_SKIP }, () => {
  let prometheus: RunningPrometheus;
  let stub: Github;
  let api: TestService;
  before(async () => {
    prometheus = await startPrometheus(gateHistory());
    stub = await startGithub();
    api = await startTestService(settingsFor(stub.url, prometheus.url));
    assert.equal((await api.call('post', '/api/v1/configs', { body: CHECKOUT })).status, 201);
  });
  after(async () => {
    await api.close();
    await stub.close();
    await prometheus.stop();
  });

  const HELD = /Nothing was decided: approve or reject it by hand\./;
  const ENDS: [Outcome, 'approved' | 'rejected' | 'held', RegExp][] = [
    ['pass', 'approved', /^pass/],
    ['fail', 'rejected', /\w/],
    ['nodata', 'held', HELD],
    ['error', 'held', HELD],
  ];
  for (const [index, [outcome, answer, comment]] of ENDS.entries()) {
    test(`${outcome}: it is ${answer}`, async () => {
      const state = answer === 'held' ? undefined : answer;
      const run = 100 + index;
      const started = await api.call('post', `/triggers/${outcome}`, requested(stub.url, run));
      assert.equal(started.status, 202, started.text);
      const { body: end } = await api.call('get', `${started.headers['location']}?wait=60s`);
      const answers = await until(async () => {
        const found = stub.answersOf(run);
        return found.length >= 2 ? found : undefined;
      });
      const last = answers.find((body) => !String(body['comment']).includes('is running'))!;
      assert.deepEqual([last['environment_name'], last['state']], ['production-full', state]);
      assert.match(String(last['comment']), comment);
      assert.ok(String(last['comment']).includes(end.links.report), String(last['comment']));
      assert.ok(String(last['comment']).length <= 1024);
      const begun = answers.find((body) => body !== last)!;
      assert.equal(begun['state'], undefined);
      const sent = await api.call('get', `/api/v1/analyses/${end.id}/deliveries`);
      assert.equal(sent.body.items.length, 2);
      assert.ok(!sent.text.includes(TOKEN));
    });
  }

  test('one token serves all answers of an installation, and stands in no log line', () => {
    const asked = stub.requests.filter(({ path }) => path.endsWith('/access_tokens'));
    assert.ok(asked.length >= 1 && asked.length <= 4, String(asked.length));
    assert.deepEqual(
      api.log.filter((line) => line.includes(TOKEN) || line.includes('PRIVATE')),
      [],
    );
  });

  test('a callback that is not at the configured API starts nothing, nor does one that cannot be answered', async () => {
    const before = (await api.call('get', '/api/v1/analyses?limit=200')).body.items.length;
    const other = await api.call('post', '/triggers/pass', requested('http://127.0.0.1:9', 200));
    assert.equal(other.status, 400);
    assert.match(other.body.detail, /an address that is none of .*: set triggers.github.apiUrl/);
    const lost = requested(stub.url, 201, { installation: undefined });
    const answer = await api.call('post', '/triggers/pass', lost);
    assert.match(answer.body.detail, /names no installation of the app/);
    const dry = await api.call('post', '/triggers/pass/dry-run', lost);
    assert.match(dry.body.refused, /names no installation of the app/);
    const after = (await api.call('get', '/api/v1/analyses?limit=200')).body.items.length;
    assert.equal(after, before);
  });

  test('nothing is lost while GitHub is away and the service is killed', async (context) => {
    using directory = temporaryDirectory();
    const settings = settingsFor(stub.url, prometheus.url);
    let service = await startServe(directory.path, settings);
    context.after(() => service.end('SIGKILL'));
    const stored = await ask(
      service,
      'POST',
      '/api/v1/configs',
      JSON_TYPE,
      JSON.stringify(CHECKOUT),
    );
    assert.equal(stored.status, 201);
    stub.isDown = true;
    const { headers, body } = requested(stub.url, 300);
    const started = await ask(service, 'POST', '/triggers/pass', headers, body);
    assert.equal(started.status, 202, started.body);
    const end = await ask(service, 'GET', `${started.headers.location}?wait=60s`);
    assert.equal((JSON.parse(end.body) as { verdict: string }).verdict, 'pass');
    await service.end('SIGKILL');
    stub.isDown = false;
    service = await startServe(directory.path, settings);
    const answers = await until(async () => {
      const found = stub.answersOf(300);
      return found.length >= 2 ? found : undefined;
    }, 60_000);
    assert.deepEqual(
      answers.map(({ state }) => state).filter((state) => state !== undefined),
      ['approved'],
    );
  });
});

test('no request can name what stands in place of a signing secret', async () => {
  const api = await startTestService();
  const body = {
    config: { name: 'x', metrics: [{ name: 'm', query: { source: 'inline' } }] },
    baseline: { scope: 'a' },
    canary: { scope: 'b' },
    pairs: [{ metric: 'm', baseline: [1], canary: [1] }],
    callbacks: [{ url: 'http://127.0.0.1:9/', secret: 'github-protection-rule' }],
  };
  const answer = await api.call('post', '/api/v1/analyses', { body });
  assert.equal(answer.status, 400);
  assert.match(answer.body.detail, /no signing secret "github-protection-rule"/);
  await api.close();
});

test('a token goes to the answers of protection rules at the configured API, and nowhere else', () => {
  const api = 'https://api.github.com';
  const right = '/repos/acme/checkout/actions/runs/1/deployment_protection_rule';
  assert.ok(isAnswerAddress(api + right, api));
  for (const url of [
    `https://api.github.com.evil.example${right}`,
    `https://api.github.com@evil.example${right}`,
    `https://evil.example${right}`,
    `http://api.github.com${right}`,
    `${api}/repos/acme/checkout/issues`,
    `${api}${right}?x=1`,
    `${api}${right}/../../x`,
    `${api}/repos/../../actions/runs/1/deployment_protection_rule`,
  ])
    assert.ok(!isAnswerAddress(url, api), url);
});

test('a comment holds what GitHub takes, links nowhere else and calls nobody', () => {
  const reason = `metric [x](https://evil.example) of @everyone is **worse** ${'y'.repeat(5000)}`;
  const event = (verdict: string) => ({
    type: 'analysis.completed',
    data: {
      id: 'analysis',
      verdict,
      reason,
      failure: null,
      links: { report: `https://canary.example/${'r'.repeat(200)}` },
    },
  });
  for (const verdict of ['pass', 'marginal', 'fail', 'undecided', 'nodata']) {
    const { comment, state } = answerRule({ environment: 'e' }, event(verdict));
    assert.ok(comment.length <= 1024, String(comment.length));
    assert.ok(!comment.includes('](https://evil') && !comment.includes('@everyone'), comment);
    assert.ok(comment.endsWith(`(https://canary.example/${'r'.repeat(200)})`));
    assert.equal(state, { pass: 'approved', fail: 'rejected' }[verdict]);
  }
});
