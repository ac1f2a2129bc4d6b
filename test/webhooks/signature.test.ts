import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { parseSigningSecret, signMessage } from '../../src/webhooks/signature.ts';

const OLD = makeSecret(24);
const NEW = makeSecret(64);

function makeSecret(bytes: number): string {
  return `whsec_${randomBytes(bytes).toString('base64')}`;
}

function sign(secrets: string[], body = '{"a":1}', at = Date.now()) {
  const keys = secrets.map((secret) => parseSigningSecret(secret, 'default'));
  return signMessage({ id: 'msg_1', at, body }, keys);
}

test('a receiver with the reference library accepts any body', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.json());
  fc.assert(
    fc.property(text, (body) => {
      new Webhook(NEW).verify(body, sign([NEW], body), { jsonParse: false }); // throws if not
    }),
  );
});

test('a signature is bound to secret, time and every byte', () => {
  const headers = sign([NEW]);
  assert.throws(() => new Webhook(OLD).verify('{"a":1}', headers), /No matching signature/);
  assert.throws(() => new Webhook(NEW).verify('{"a":2}', headers), /No matching signature/);
  assert.throws(() => new Webhook(NEW).verify('{"a":1} ', headers), /No matching signature/);
  const renamed = { ...headers, 'webhook-id': 'msg_2' };
  assert.throws(() => new Webhook(NEW).verify('{"a":1}', renamed), /No matching signature/);
  const old = sign([NEW], '{"a":1}', Date.now() - 301_000);
  assert.throws(() => new Webhook(NEW).verify('{"a":1}', old), /too old/);
});

test('during rotation the old and the new secret both verify', () => {
  const headers = sign([OLD, NEW]);
  assert.equal(headers['webhook-signature']!.split(' ').length, 2);
  assert.deepEqual(new Webhook(OLD).verify('{"a":1}', headers), { a: 1 });
  assert.deepEqual(new Webhook(NEW).verify('{"a":1}', headers), { a: 1 });
});

test('secrets of another form or length are refused without being shown', () => {
  const plain = randomBytes(32).toString('base64');
  for (const secret of [makeSecret(23), makeSecret(65), plain, 'whsec_', `${NEW}!`, '']) {
    assert.throws(
      () => parseSigningSecret(secret, 'deployer'),
      (fault: Error) =>
        fault.message.startsWith('webhook secret "deployer" must be "whsec_"') &&
        (secret === '' || secret === 'whsec_' || !fault.message.includes(secret)),
    );
  }
});
