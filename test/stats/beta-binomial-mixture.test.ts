import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  betaBinomialLogMixture,
  betaBinomialMixtureBound,
} from '../../src/stats/beta-binomial-mixture.ts';
import type { BetaBinomialMixture } from '../../src/stats/beta-binomial-mixture.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Case {
  v: number;
  v_opt: number;
  g: number;
  h: number;
  alpha_opt: number;
  one_sided: 0 | 1;
  value: number;
}
interface Vectors {
  confseq: {
    functions: {
      beta_binomial_log_mixture: (Case & { s: number })[];
      beta_binomial_mixture_bound: (Case & { alpha: number })[];
    };
  };
}
const { functions } = readVectors<Vectors>('sequential').confseq;

function mixtureOf({ v_opt, alpha_opt, g, h, one_sided }: Case): BetaBinomialMixture {
  return {
    tuning: { tightAt: v_opt, alpha: alpha_opt },
    sides: one_sided === 1 ? 'one-sided' : 'two-sided',
    lowest: g,
    highest: h,
  };
}

test('the beta-binomial mixtures agree with the reference', () => {
  assert.equal(functions.beta_binomial_log_mixture.length, 72);
  for (const item of functions.beta_binomial_log_mixture) {
    const actual = betaBinomialLogMixture(item.s, item.v, mixtureOf(item));
    assertClose(actual, item.value, 1e-9 * Math.abs(item.value), JSON.stringify(item));
  }
});

test('the bounds agree with the reference', () => {
  assert.equal(functions.beta_binomial_mixture_bound.length, 36);
  for (const item of functions.beta_binomial_mixture_bound) {
    const actual = betaBinomialMixtureBound(item.v, item.alpha, mixtureOf(item));
    assertClose(actual, item.value, 1e-9 * item.value, JSON.stringify(item));
  }
});

test('a step of mean zero leaves the expected e-value where it is', () => {
  const [lowest, highest] = [0.3, 1.1];
  for (const sides of ['one-sided', 'two-sided'] as const) {
    const mixture = { tuning: { tightAt: 20, alpha: 0.05 }, sides, lowest, highest };
    const e = (sum: number, steps: number) =>
      Math.exp(betaBinomialLogMixture(sum, steps * lowest * highest, mixture));
    const sum = 4 * highest - 6 * lowest;
    const up = lowest / (lowest + highest);
    const expected = up * e(sum + highest, 11) + (1 - up) * e(sum - lowest, 11);
    assertClose(expected / e(sum, 10), 1, 1e-10, sides);
  }
});

test('when nothing but highest steps is no evidence yet, their sum is the bound', () => {
  const [lowest, highest] = [0.9, 0.1];
  const tuning = { tightAt: 9, alpha: 0.05 };
  const bound = betaBinomialMixtureBound(5 * lowest * highest, 0.05, {
    tuning,
    sides: 'two-sided',
    lowest,
    highest,
  });
  assertClose(bound, 5 * highest, 1e-12, 'five steps');
});
