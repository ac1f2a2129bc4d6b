import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRedactor } from '../../src/outbound/redact.ts';

const SECRET = 'S3cret+/Tok en"=ü';
const redact = createRedactor([SECRET, '']);

for (const [form, text] of [
  ['itself', SECRET],
  ['small letters', SECRET.toLowerCase()],
  ['capitals', SECRET.toUpperCase()],
  ['JSON', JSON.stringify({ k: SECRET })],
  ['a URL', encodeURIComponent(SECRET)],
  ['a URL in small letters', encodeURIComponent(SECRET).toLowerCase()],
  ['a form', new URLSearchParams({ k: SECRET }).toString()],
  ['Base64', btoa(unescape(encodeURIComponent(SECRET)))],
  ['Base64 for URLs', Buffer.from(SECRET).toString('base64url')],
  ['basic authentication', Buffer.from(`me:${SECRET}`).toString('base64')],
  ['basic authentication of another', Buffer.from(`someone:${SECRET}!`).toString('base64')],
] as const) {
  test(`a secret is hidden as ${form}`, () => {
    const shown = redact(`denied: ${text}.`);
    assert.match(shown, /\[redacted\]/);
    for (const part of ['s3cret', 'tok', '%c3%bc', 'czNjcmV0', 'UzNjcmV0']) {
      assert.ok(!shown.toLowerCase().includes(part.toLowerCase()), shown);
    }
  });
}

test('without secrets nothing is hidden, and other words never are', () => {
  const text = 'parse error: unexpected end of input in aggregation';
  assert.equal(createRedactor([''])(text), text);
  assert.equal(redact(text), text);
});

test('wherever in something encoded a secret stands, most of it is hidden', () => {
  const bytes = fc.string({ minLength: 8, maxLength: 30, unit: 'grapheme' });
  fc.assert(
    fc.property(bytes, fc.string(), fc.string(), (secret, before, after) => {
      const encoded = Buffer.from(before + secret + after).toString('base64');
      assert.match(createRedactor([secret])(encoded), /\[redacted\]/);
    }),
  );
});
