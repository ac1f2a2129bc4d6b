import assert from 'node:assert/strict';
import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { accounts } from '../../../src/settings/account.ts';
import { createKeyPairSigner } from '../../../src/sources/logins/key-pair.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const NOW = Date.parse('2026-01-15T10:00:00Z');

test('a request bears a token that the key has signed, and another one after its hour', async () => {
  let now = NOW;
  const signing = {
    type: 'key-pair' as const,
    account: 'myorg-shop.eu',
    user: 'canary',
    privateKey: pem,
  };
  const signer = createKeyPairSigner(signing, { now: () => now });
  const ask = async () =>
    (
      await signer.headers(
        { method: 'GET', url: 'https://x', headers: {} },
        AbortSignal.timeout(1000),
      )
    )['authorization']!;
  const first = await ask();
  assert.equal(await ask(), first);
  const [head, body, signature] = first.replace('Bearer ', '').split('.') as [
    string,
    string,
    string,
  ];
  assert.ok(
    createVerify('RSA-SHA256').update(`${head}.${body}`).verify(publicKey, signature, 'base64url'),
  );
  const print = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  assert.deepEqual(JSON.parse(Buffer.from(body, 'base64url').toString()), {
    iss: `MYORG-SHOP.CANARY.SHA256:${print}`,
    sub: 'MYORG-SHOP.CANARY',
    iat: NOW / 1000,
    exp: NOW / 1000 + 3600,
  });
  assert.ok(signer.secrets().some((secret) => first.includes(secret)));
  now += 3_600_000;
  assert.notEqual(await ask(), first);
});

test('a key that is none is told at the start, without its text', () => {
  const written = (key: string) => [
    {
      name: 'w',
      source: 'sql',
      url: 'https://x.snowflakecomputing.com',
      options: { dialect: 'snowflake' },
      auth: { type: 'key-pair', account: 'a', user: 'u', key },
    },
  ];
  const env = { GOOD: pem, BAD: 'hunter22-no-key' };
  assert.equal(
    accounts.parse(written('env:GOOD'), { key: 'accounts', env })[0]!.signing!.type,
    'key-pair',
  );
  assert.throws(
    () => accounts.parse(written('env:BAD'), { key: 'accounts', env }),
    (thrown: Error) =>
      /must be a private key in PEM/.test(thrown.message) && !thrown.message.includes('hunter22'),
  );
});
