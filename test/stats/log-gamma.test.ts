import assert from 'node:assert/strict';
import { test } from 'node:test';

import { logBeta, logGamma } from '../../src/stats/log-gamma.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

const { lgamma } = readVectors<{ lgamma: { args: [number]; value: number }[] }>('special');

test('logGamma agrees with R', () => {
  for (const { args, value } of lgamma) {
    const tolerance = 1e-12 * Math.max(1, Math.abs(value));
    assertClose(logGamma(...args), value, tolerance, `lgamma(${args[0]})`);
  }
});

test('logGamma has its pole at 0 and no value below', () => {
  assert.equal(logGamma(0), Infinity);
  assert.ok(Number.isNaN(logGamma(-0.5)));
});

test('logBeta of whole numbers is a ratio of factorials', () => {
  assertClose(logBeta(3, 4), Math.log((2 * 6) / 720), 1e-13, 'B(3, 4)');
});
