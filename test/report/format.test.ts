import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatChange } from '../../src/report/format.ts';

const plain = (text: string) => text.replaceAll('\u202F', ' ').replaceAll('\u2212', '-');

test('a ratio reads as a change with few digits', () => {
  assert.equal(plain(formatChange(1.29)), '+29 %');
  assert.equal(plain(formatChange(1.0512)), '+5.1 %');
  assert.equal(plain(formatChange(0.5)), '-50 %');
  assert.equal(plain(formatChange(1)), '0 %');
});

test('beside a limit it has as many as it takes to see the side', () => {
  assert.equal(plain(formatChange(1.0504, [1.05])), '+5.04 %');
  assert.equal(plain(formatChange(1.0496, [1.05])), '+4.96 %');
  assert.equal(plain(formatChange(1.05, [1.05])), '+5 %');
  assert.equal(plain(formatChange(1.2504, [1.25])), '+25.04 %');
  assert.equal(plain(formatChange(0.9499, [0.95, 1.05])), '-5.01 %');
});

test('for any ratio and limit the written numbers keep their order', () => {
  const ratio = fc.double({ min: 0.5, max: 2, noNaN: true });
  fc.assert(
    fc.property(ratio, fc.double({ min: -1e-5, max: 1e-5, noNaN: true }), (limit, step) => {
      fc.pre(Math.abs(step) > 1e-9);
      const percentOf = (text: string) => Number(plain(text).replace(/[+ %]/g, ''));
      const shown = percentOf(formatChange(limit + step, [limit]));
      assert.equal(Math.sign(shown - (limit - 1) * 100), Math.sign(step));
    }),
  );
});
