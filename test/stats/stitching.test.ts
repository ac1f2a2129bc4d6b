import assert from 'node:assert/strict';
import { test } from 'node:test';

import { doubleStitchingBound, polynomialStitchingBound } from '../../src/stats/stitching.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Vectors {
  confseq: {
    functions: {
      poly_stitching_bound: {
        v: number;
        alpha: number;
        v_min: number;
        c: number;
        value: number;
      }[];
      double_stitching_bound: {
        quantile_p: number;
        t: number;
        alpha: number;
        t_opt: number;
        value: number;
      }[];
    };
  };
}
const { functions } = readVectors<Vectors>('sequential').confseq;

test('the polynomial stitched bound agrees with the reference', () => {
  assert.equal(functions.poly_stitching_bound.length, 6);
  for (const item of functions.poly_stitching_bound) {
    const options = { tightFrom: item.v_min, scale: item.c };
    const actual = polynomialStitchingBound(item.v, item.alpha, options);
    assertClose(actual, item.value, 1e-9 * item.value, JSON.stringify(item));
  }
});

test('the double stitched bound agrees with the reference', () => {
  assert.equal(functions.double_stitching_bound.length, 12);
  for (const item of functions.double_stitching_bound) {
    const actual = doubleStitchingBound(item.quantile_p, item.t, item.alpha, item.t_opt);
    assertClose(actual, item.value, 1e-9 * item.value, JSON.stringify(item));
  }
});

test('a heavier tail adds its linear part, and none leaves the bound as it was', () => {
  const bound = (scale: number) => polynomialStitchingBound(50, 0.05, { tightFrom: 10, scale });
  // b^2 - 2 k2 c l b = k1^2 v l, which is the square of the bound without a scale
  const part = (scale: number) => (bound(scale) ** 2 - bound(0) ** 2) / (scale * bound(scale));
  assert.ok(bound(0.5) > bound(0));
  assertClose(part(2) / part(0.5), 1, 1e-12, 'in proportion to the scale');
});

test('before it is tight, a bound is what it is then', () => {
  const options = { tightFrom: 10, scale: 1 };
  assert.equal(
    polynomialStitchingBound(3, 0.05, options),
    polynomialStitchingBound(10, 0.05, options),
  );
  assert.equal(doubleStitchingBound(0.3, 7, 0.05, 100), doubleStitchingBound(0.3, 100, 0.05, 100));
});
