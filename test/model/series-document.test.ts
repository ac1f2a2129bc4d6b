import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodePairs, encodePairs } from '../../src/model/encoded-result.ts';
import { decodeSeries, encodeSeries } from '../../src/model/series-document.ts';

const number = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -0, 0.1, 1e-310));

test('whatever plain data go in come out, every number to its last bit', () => {
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.array(number, { maxLength: 30 }),
      fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.string(),
      number.filter((value) => !Object.is(value, -0)), // JSON has no -0: lists of numbers keep it
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      assert.deepEqual(decodeSeries(encodeSeries(value)), value);
    }),
  );
});

test('a series takes less than half of its text', () => {
  const values = Array.from({ length: 1440 }, (_, i) => 100 + 10 * Math.sin(i * i));
  const text = JSON.stringify({ values });
  assert.ok(encodeSeries({ values }).length < text.length / 2);
});

test('pairs keep what was judged beside them', () => {
  const side = {
    startAt: 5,
    stepMs: 60_000,
    values: [1, NaN, 3, 4, 5],
    attributes: { query: 'up' },
  };
  const pair = { metric: 'errors', tags: { app: 'a' }, baseline: side, canary: side };
  const numbers = { baseline: [1, 2, 3, 4, 5], canary: [2, 3, 4, 5, 6] };
  const named = [{ name: 'pod', values: numbers.canary }];
  const series = {
    pairs: [
      { ...pair, id: 'x-0' },
      { ...pair, id: 'x-1' },
    ],
    exposures: { 'x-1': numbers },
    before: { 'x-0': numbers },
    instances: { 'x-0': { baseline: named, canary: [] } },
  };
  const encoded = encodePairs(series);
  assert.deepEqual(
    encoded.map(({ pairId, values }) => [pairId, values]),
    [
      ['x-0', 10],
      ['x-1', 10],
    ],
  );
  assert.deepEqual(decodePairs(encoded), series);
});

test('series of which one bit has changed are refused, never shown as others', () => {
  const encoded = encodeSeries({ values: Array.from({ length: 200 }, (_, i) => Math.sin(i)) });
  for (let at = 0; at < encoded.length; at += 7) {
    const changed = encoded.slice();
    changed[at]! ^= 1;
    assert.throws(() => decodeSeries(changed), { code: 'store-unavailable' }, `byte ${at}`);
  }
});
