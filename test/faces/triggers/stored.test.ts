// Triggers by the API: who may store one, what is refused, and how those of the configuration stand beside them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { FACE_SETTINGS } from '../../../src/compose/faces.ts';
import { loadConfig } from '../../../src/config.ts';
import { OPERATOR, startTestService, type TestService } from '../../support/service.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { SECRETS } from './support/deliveries.ts';
import { CHECKOUT, REQUEST, triggerSettings } from './support/service.ts';

const SETTINGS = { ...triggerSettings('http://127.0.0.1:9'), ...OPERATOR };
const TRIGGER = { name: 'stored', sender: 'generic', secret: 'shared', request: REQUEST };
const bearer = { 'content-type': 'application/json', authorization: `Bearer ${SECRETS['shared']}` };
const PAYLOAD = { application: 'checkout', version: 'v1' };

describe('stored triggers', () => {
  let api: TestService;
  before(async () => {
    api = await startTestService(SETTINGS);
    await api.call('post', '/api/v1/configs', { body: CHECKOUT });
  });
  after(() => api.close());

  test('stored, read, replaced, used without a token, and deleted', async () => {
    const created = await api.call('post', '/api/v1/triggers', { body: TRIGGER });
    assert.equal(created.status, 201, created.text);
    assert.equal(created.headers['location'], '/api/v1/triggers/stored');
    assert.deepEqual([created.body.origin, created.body.trigger], ['api', TRIGGER]);
    const send = () => api.call('post', '/triggers/stored', { headers: bearer, body: PAYLOAD });
    const first = await send();
    assert.deepEqual([first.status, first.body.created], [202, true], first.text);
    const changed = { ...TRIGGER, when: { version: 'v2' } };
    const replaced = await api.call('put', '/api/v1/triggers/stored', { body: changed });
    assert.deepEqual([replaced.status, replaced.body.trigger], [200, changed]);
    const ignored = await send();
    assert.deepEqual(
      [ignored.status, ignored.body],
      [200, { ignored: 'version is "v1"; here v2 counts' }],
    );
    const { items } = (await api.call('get', '/api/v1/triggers')).body as {
      items: { name: string; origin: string }[];
    };
    const names = items.map(({ name }) => name);
    assert.deepEqual(names, names.toSorted());
    assert.deepEqual(
      items.filter(({ origin }) => origin === 'api').map(({ name }) => name),
      ['stored'],
    );
    assert.equal((await api.call('delete', '/api/v1/triggers/stored')).status, 204);
    assert.equal((await api.call('get', '/api/v1/triggers/stored')).status, 404);
    assert.equal((await send()).status, 404);
  });

  test('survives a restart', async () => {
    using directory = temporaryDirectory();
    const first = await startTestService(SETTINGS, directory.path);
    await first.call('post', '/api/v1/triggers', { body: TRIGGER });
    await first.close();
    const second = await startTestService(SETTINGS, directory.path);
    assert.deepEqual((await second.call('get', '/api/v1/triggers/stored')).body.trigger, TRIGGER);
    await second.close();
  });

  test('names that are taken are 409, those of the configuration cannot be changed', async () => {
    await api.call('post', '/api/v1/triggers', { body: { ...TRIGGER, name: 'twice' } });
    const twice = await api.call('post', '/api/v1/triggers', {
      body: { ...TRIGGER, name: 'twice' },
    });
    assert.equal(twice.status, 409);
    const declared = { ...TRIGGER, name: 'github', sender: 'github', secret: 'github' };
    for (const [method, path] of [
      ['post', '/api/v1/triggers'],
      ['put', '/api/v1/triggers/github'],
      ['delete', '/api/v1/triggers/github'],
    ] as const) {
      const answer = await api.call(method, path, method === 'delete' ? {} : { body: declared });
      assert.equal(answer.status, 409, answer.text);
    }
    const other = await api.call('put', '/api/v1/triggers/twice', { body: TRIGGER });
    assert.match(other.text, /must be \\"twice\\", as in the address/);
  });

  test('without a token nobody stores, replaces or deletes one; where there are none, nobody at all', async () => {
    const anonymous = { authorization: 'Bearer wrong' };
    const shut = await api.call('post', '/api/v1/triggers', { body: TRIGGER, headers: anonymous });
    assert.equal(shut.status, 401);
    const dry = { body: PAYLOAD, headers: { 'content-type': 'application/json', ...anonymous } };
    assert.equal((await api.call('post', '/triggers/generic/dry-run', dry)).status, 401);
    const open = await startTestService(triggerSettings('http://127.0.0.1:9'));
    const answer = await open.call('post', '/api/v1/triggers', { body: TRIGGER });
    assert.equal(answer.status, 403);
    assert.match(answer.body.detail, /set server.tokens, or declare it under triggers.declared/);
    assert.equal((await open.call('get', '/api/v1/triggers')).status, 200);
    await open.close();
  });

  test('no answer tells a secret', async () => {
    const { text } = await api.call('get', '/api/v1/triggers');
    for (const secret of Object.values(SECRETS)) assert.ok(!text.includes(secret), secret);
  });

  for (const [what, changes, reason] of wrong()) {
    test(`${what} is refused`, async () => {
      const body = { ...TRIGGER, ...changes };
      const answer = await api.call('post', '/api/v1/triggers', { body });
      assert.deepEqual([answer.status, answer.body.code], [400, 'invalid-request'], answer.text);
      assert.match(JSON.stringify(answer.body.violations), reason);
    });
  }
});

test('a declared trigger that cannot be used stops the start, with its key', () => {
  const cases: [object, RegExp][] = [
    [{ sender: 'gihtub' }, /^configuration key "triggers\.declared\[0\]\.sender" must be one of/],
    [{ secret: 'ghost' }, /"triggers\.declared\[0\]\.secret" is no secret of the configuration/],
    [
      { request: { ...REQUEST, canary: { scope: '{{x}}' } } },
      /declared\[0\]\.request\.canary\.scope" names "x"/,
    ],
  ];
  for (const [changes, message] of cases) {
    const declared = JSON.stringify([{ ...TRIGGER, ...changes }]);
    const env = { ...SETTINGS, CANARY_TRIGGERS_DECLARED: declared };
    const load = () => loadConfig({ faces: FACE_SETTINGS, env });
    assert.throws(load, { code: 'bad-configuration', message });
  }
});

function wrong(): [string, object, RegExp][] {
  const hmac = { scheme: 'hmac-sha256', header: 'X-Signature' };
  return [
    ['an unknown sender', { sender: 'gihtub' }, /must be one of argocd, .*github/],
    ['an unknown field', { event: ['x'] }, /did you mean \\"events\\"/],
    ['a name that is no part of an address', { name: 'a/b' }, /\/name/],
    ['no secret', { secret: undefined }, /\/secret.*is required for generic/],
    ['a secret that is not configured', { secret: 'ghost' }, /add it under triggers.secrets/],
    [
      'a secret by the name of something else',
      { secret: 'constructor' },
      /add it under triggers.secrets/,
    ],
    ['a reference in place of a name', { secret: 'env:HOME' }, /add it under triggers.secrets/],
    [
      'topics of a sender that has none',
      { topics: ['arn:aws:sns:eu-west-1:123456789012:x'] },
      /\/topics/,
    ],
    [
      'sns without topics',
      { sender: 'codedeploy-sns', secret: undefined },
      /\/topics.*is required/,
    ],
    ['sns with a secret', { sender: 'codedeploy-sns' }, /\/secret.*leave it out/],
    [
      'a scheme where it is settled',
      { sender: 'github', signature: hmac },
      /\/signature.*is settled/,
    ],
    ['a header that the scheme needs', { signature: { scheme: 'header' } }, /\/signature\/header/],
    [
      'a header that the scheme has not',
      { signature: { ...hmac, scheme: 'bearer' } },
      /\/signature\/header/,
    ],
    [
      'a secret that is none of Standard Webhooks',
      { signature: { scheme: 'standard-webhooks' } },
      /whsec_/,
    ],
    ['a place that is none', { when: { enviroment: 'x' } }, /names \\"enviroment\\"/],
    [
      'a template with a place that is none',
      { request: { ...REQUEST, canary: { scope: '{{name}}' } } },
      /\/request\/canary\/scope.*names \\"name\\"/,
    ],
    [
      'braces that do not belong together',
      { request: { ...REQUEST, labels: { a: '{{/b' } } },
      /\/request\/labels\/a.*braces/,
    ],
    [
      'a template where none is filled',
      { request: { ...REQUEST, window: { duration: '{{/x}}' } } },
      /\/request\/window/,
    ],
    [
      'a label that is set by itself',
      { request: { ...REQUEST, labels: { trigger: 'x' } } },
      /\/request\/labels\/trigger.*leave it out/,
    ],
    [
      'more labels than an analysis may have',
      {
        request: {
          ...REQUEST,
          labels: Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`l${index}`, 'x'])),
        },
      },
      /more than 30 labels/,
    ],
    ['no canary', { request: { ...REQUEST, canary: undefined } }, /\/request\/canary/],
  ];
}

test('credentials of GitHub that do not belong together stop the start', () => {
  const load =
    (github: object, env: Record<string, string> = {}) =>
    () =>
      loadConfig({
        faces: FACE_SETTINGS,
        env: Object.assign(
          Object.fromEntries(
            Object.entries(github).map(([key, text]) => [
              `CANARY_TRIGGERS_GITHUB_${key}`,
              String(text),
            ]),
          ),
          env,
        ),
      });
  assert.throws(load({ APP_ID: 'x' }), /needs both appId and privateKey/);
  assert.throws(load({ PRIVATE_KEY: '-----BEGIN' }), /holds a secret itself/);
  const env = { KEY: 'no key', TOKEN: 't' };
  assert.throws(load({ APP_ID: 'x', PRIVATE_KEY: 'env:KEY' }, env), (error: Error) => {
    assert.match(error.message, /is no private key in PEM form/);
    return !error.message.includes('no key"');
  });
  assert.throws(
    load({ APP_ID: 'x', PRIVATE_KEY: 'env:KEY', TOKEN: 'env:TOKEN' }, env),
    /only one of them/,
  );
});

test('two declared triggers of one name, and a secret as text, stop the start', () => {
  const declared = JSON.stringify([TRIGGER, TRIGGER]);
  const load = (env: Record<string, string>) => () =>
    loadConfig({ faces: FACE_SETTINGS, env: { ...SETTINGS, ...env } });
  assert.throws(load({ CANARY_TRIGGERS_DECLARED: declared }), /has the name "stored" twice/);
  assert.throws(load({ CANARY_TRIGGERS_SECRETS: '{a: plain-text}' }), /holds a secret itself/);
});
