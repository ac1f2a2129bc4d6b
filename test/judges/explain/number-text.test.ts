import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  countText,
  numberText,
  percentText,
  quantityText,
  ratioText,
  ratioTextsBeside,
} from '../../../src/judges/explain/number-text.ts';

test('numbers keep three significant digits, and all before the point', () => {
  const texts = [0, 37, 0.98333, 123.456, 1234.56, -5, 0.0000526, 1e21].map(numberText);
  assert.deepEqual(texts, ['0', '37', '0.983', '123', '1235', '-5', '0.0000526', '1e+21']);
});

test('ratios show how they differ from 1', () => {
  const texts = [1, 2.1, 1.05, 1.0004, 0.9996, 1.2345, 12.345, 0.01234, -0.6].map(ratioText);
  assert.deepEqual(texts, [
    '1',
    '2.1',
    '1.05',
    '1.0004',
    '0.9996',
    '1.23',
    '12.3',
    '0.0123',
    '-0.6',
  ]);
});

test('units, percentages and counts', () => {
  assert.equal(quantityText(1.5, 'ms'), '1.5 ms');
  assert.equal(quantityText(1.5, undefined), '1.5');
  assert.equal(percentText(0.6914), '69.1 %');
  assert.deepEqual([countText(1, 'value'), countText(0, 'value')], ['1 value', '0 values']);
});

test('beside a limit a ratio has as many digits as it takes to see its side', () => {
  assert.deepEqual(ratioTextsBeside(1.05, [1.2, 1.0504]), ['1.05', '1.2', '1.0504']);
  assert.deepEqual(ratioTextsBeside(1.05, [1.2, 1.3]), ['1.05', '1.2', '1.3']);
  assert.deepEqual(ratioTextsBeside(1 / 1.05, [0.951]), ['0.9524', '0.951']);
  assert.deepEqual(ratioTextsBeside(1, [Infinity, 1]), ['1', 'Infinity', '1']);
});
