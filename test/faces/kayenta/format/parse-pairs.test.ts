import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseKayentaPairs } from '../../../../src/faces/kayenta/format/parse-pairs.ts';

test('reads sides, scopes and attributes, and gaps from their text', () => {
  const pairs = parseKayentaPairs([
    {
      name: 'cpu',
      id: '0d6a4b52',
      tags: { pod: 'a' },
      values: { control: [40.1, '39.8', 'NaN'], experiment: ['Infinity', '-Infinity', -0] },
      scopes: {
        control: {
          startTimeIso: '2026-01-15T10:00:00Z',
          startTimeMillis: 1_768_471_200_000,
          stepMillis: 60_000,
        },
        experiment: { startTimeMillis: '1768474800000', stepMillis: 60_000 },
      },
      attributes: { control: { query: 'avg(...)' }, experiment: {} },
    },
  ]);
  assert.deepEqual(pairs, [
    {
      id: '0d6a4b52',
      metric: 'cpu',
      tags: { pod: 'a' },
      baseline: {
        startAt: 1_768_471_200_000,
        stepMs: 60_000,
        values: [40.1, 39.8, NaN],
        attributes: { query: 'avg(...)' },
      },
      canary: {
        startAt: 1_768_474_800_000,
        stepMs: 60_000,
        values: [Infinity, -Infinity, -0],
        attributes: {},
      },
    },
  ]);
});

test('what only describes may be absent', () => {
  const [pair] = parseKayentaPairs([{ name: 'cpu', values: { control: [], experiment: [1] } }]);
  assert.deepEqual([pair?.id, pair?.tags, pair?.baseline.attributes], ['', {}, {}]);
});

for (const [name, values] of [
  ['null for a gap', { control: [null], experiment: [1] }],
  ['a word for a number', { control: ['one'], experiment: [1] }],
  ['an empty text', { control: [''], experiment: [1] }],
  ['a hexadecimal number', { control: ['0x10'], experiment: [1] }],
  ['a missing side', { control: [1] }],
  ['no values', undefined],
] as const) {
  test(`refuses ${name}`, () => {
    assert.throws(() => parseKayentaPairs([{ name: 'cpu', values }]), { code: 'invalid-request' });
  });
}

test('refuses what is no list', () => {
  for (const json of [null, undefined, {}, 'x']) {
    assert.throws(() => parseKayentaPairs(json), { code: 'invalid-request' });
  }
});
