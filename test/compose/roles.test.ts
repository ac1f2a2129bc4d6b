import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FACE_SETTINGS } from '../../src/compose/faces.ts';
import { checkRole, type Role } from '../../src/compose/roles.ts';
import { loadConfig } from '../../src/config.ts';

const DATABASE = { DATABASE_URL: 'postgres://127.0.0.1/canary' };
const REDIS = { REDIS_URL: 'redis://127.0.0.1' };
const ADDRESS = { CANARY_SERVER_PUBLIC_URL: 'https://canary.example.com' };
const TOKENS = { CANARY_SERVER_TOKENS: '[{name: ci, token: env:T}]', T: 'x'.repeat(20) };

const check = (role: Role, env: Record<string, string>) => () =>
  checkRole(role, loadConfig({ faces: FACE_SETTINGS, env }));

test('a part that these settings do not allow is refused by the key that is missing', () => {
  assert.doesNotThrow(check('all', {}));
  assert.doesNotThrow(check('all', DATABASE));
  assert.doesNotThrow(check('api', { ...DATABASE, ...REDIS }));
  assert.doesNotThrow(check('worker', { ...DATABASE, ...REDIS, ...ADDRESS }));
  const refused: [Role, Record<string, string>, RegExp][] = [
    ['api', REDIS, /"database\.url" must be set for "canary serve --no-worker"/],
    ['api', DATABASE, /"redis\.url" must be set for "canary serve --no-worker"/],
    ['worker', { ...REDIS, ...ADDRESS }, /"database\.url" must be set for "canary worker"/],
    ['worker', { ...DATABASE, ...REDIS }, /"server\.publicUrl" must be set/],
    ['all', { ...DATABASE, ...TOKENS }, /"server\.signingSecret" must be set/],
  ];
  for (const [role, env, message] of refused)
    assert.throws(check(role, env), { code: 'bad-configuration', message });
});
