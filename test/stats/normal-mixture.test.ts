import assert from 'node:assert/strict';
import { test } from 'node:test';

import { normalLogMixture, normalMixtureBound } from '../../src/stats/normal-mixture.ts';
import type { NormalMixture } from '../../src/stats/normal-mixture.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Case {
  v: number;
  v_opt: number;
  alpha_opt: number;
  one_sided: 0 | 1;
  value: number;
}
interface Vectors {
  confseq: {
    functions: {
      normal_log_mixture: (Case & { s: number })[];
      normal_mixture_bound: (Case & { alpha: number })[];
    };
  };
}
const { functions } = readVectors<Vectors>('sequential').confseq;

function mixtureOf({ v_opt, alpha_opt, one_sided }: Case): NormalMixture {
  return {
    tuning: { tightAt: v_opt, alpha: alpha_opt },
    sides: one_sided === 1 ? 'one-sided' : 'two-sided',
  };
}

test('the normal mixtures agree with the reference', () => {
  assert.equal(functions.normal_log_mixture.length, 150);
  for (const item of functions.normal_log_mixture) {
    const actual = normalLogMixture(item.s, item.v, mixtureOf(item));
    assertClose(actual, item.value, 1e-9 * Math.abs(item.value), JSON.stringify(item));
  }
});

test('the bounds agree with the reference', () => {
  assert.equal(functions.normal_mixture_bound.length, 60);
  for (const item of functions.normal_mixture_bound) {
    const actual = normalMixtureBound(item.v, item.alpha, mixtureOf(item));
    assertClose(actual, item.value, 1e-9 * item.value, JSON.stringify(item));
  }
});

test('a normal step leaves the expected e-value where it is', () => {
  for (const sides of ['one-sided', 'two-sided'] as const) {
    const mixture = { tuning: { tightAt: 20, alpha: 0.05 }, sides };
    const e = (sum: number, time: number) => Math.exp(normalLogMixture(sum, time, mixture));
    let expected = 0;
    for (let z = -10; z <= 10; z += 0.01) {
      expected += ((0.01 * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI)) * e(3 + z, 11);
    }
    assertClose(expected / e(3, 10), 1, 1e-9, sides);
  }
});
