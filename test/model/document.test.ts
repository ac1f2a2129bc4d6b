import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fault } from '../../src/errors.ts';
import { decodeDocument, encodeDocument } from '../../src/model/document.ts';

const roundTrip = (value: unknown) => decodeDocument(encodeDocument(value));

test('a document comes back as it was, numbers that JSON cannot hold included', () => {
  const document = {
    gaps: [1, Number.NaN, -0.5, Infinity, -Infinity],
    nested: { score: Number.NaN },
  };
  assert.deepEqual(roundTrip(document), document);
  const numbers = fc.array(fc.double().map((value) => (value === 0 ? 0 : value)));
  fc.assert(fc.property(numbers, (values) => assert.deepEqual(roundTrip(values), values)));
});

test('no text and no key of a user is taken for a number', () => {
  const labels = { $number: 'NaN', other: '{"$number":["NaN"]}' };
  assert.deepEqual(roundTrip({ labels }), { labels });
  assert.deepEqual(roundTrip({ labels, score: Number.NaN }), { labels, score: Number.NaN });
});

test('a document that was damaged is told as what it is, without its text', () => {
  const text = encodeDocument({ secret: 'x' }).replace(':', 'Z');
  assert.throws(
    () => decodeDocument(text),
    (thrown: unknown) => {
      const { code, message } = thrown as Fault;
      assert.equal(code, 'store-unavailable');
      assert.match(message, /its file was damaged/);
      assert.doesNotMatch(message, /secret/);
      return true;
    },
  );
});
