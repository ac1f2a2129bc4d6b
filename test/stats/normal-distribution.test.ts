import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { normalCdf, normalQuantile } from '../../src/stats/normal-distribution.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

type Cases = { args: [number]; value: number }[];
const { pnorm, qnorm } = readVectors<{ pnorm: Cases; qnorm: Cases }>('special');

test('normalCdf agrees with R, in the tail relatively', () => {
  for (const { args, value } of pnorm) {
    assertClose(normalCdf(...args), value, 1e-12 * value, `pnorm(${args[0]})`);
  }
});

test('normalQuantile agrees with R', () => {
  for (const { args, value } of qnorm) {
    const tolerance = 1e-12 * Math.max(1, Math.abs(value));
    assertClose(normalQuantile(...args), value, tolerance, `qnorm(${args[0]})`);
  }
});

test('the ends of the line and of the unit interval have values, and NaN stays NaN', () => {
  assert.deepEqual([-Infinity, Infinity].map(normalCdf), [0, 1]);
  assert.deepEqual([0, 1].map(normalQuantile), [-Infinity, Infinity]);
  assert.ok([normalCdf(NaN), normalQuantile(1.5), normalQuantile(NaN)].every(Number.isNaN));
});

test('beyond the table the tail follows its asymptotic series', () => {
  const z = 20;
  const series = 1 - 1 / z ** 2 + 3 / z ** 4 - 15 / z ** 6 + 105 / z ** 8 - 945 / z ** 10;
  const density = Math.exp(-(z * z) / 2) / Math.sqrt(2 * Math.PI);
  assertClose(normalCdf(-z) / ((density / z) * series), 1, 1e-9, 'Phi(-20)');
});

test('the quantile undoes the distribution function', () => {
  fc.assert(
    fc.property(fc.double({ min: -8, max: 5, noNaN: true }), (z) =>
      assertClose(normalQuantile(normalCdf(z)), z, 1e-9, 'z'),
    ),
  );
});
