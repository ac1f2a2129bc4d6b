import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  gammaExponentialLogMixture,
  gammaExponentialMixtureBound,
  gammaPoissonLogMixture,
  gammaPoissonMixtureBound,
} from '../../src/stats/gamma-mixture.ts';
import type { GammaMixture } from '../../src/stats/gamma-mixture.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Case {
  v: number;
  v_opt: number;
  c: number;
  alpha_opt: number;
  value: number;
}
type MixtureCase = Case & { s: number };
type BoundCase = Case & { alpha: number };
interface Vectors {
  confseq: {
    functions: {
      gamma_exponential_log_mixture: MixtureCase[];
      gamma_poisson_log_mixture: MixtureCase[];
      gamma_exponential_mixture_bound: BoundCase[];
      gamma_poisson_mixture_bound: BoundCase[];
    };
  };
}
const { functions } = readVectors<Vectors>('sequential').confseq;

function mixtureOf({ v_opt, alpha_opt, c }: Case): GammaMixture {
  return { tuning: { tightAt: v_opt, alpha: alpha_opt }, scale: c };
}

test('the gamma mixtures agree with the reference', () => {
  for (const [cases, logMixture] of [
    [functions.gamma_exponential_log_mixture, gammaExponentialLogMixture],
    [functions.gamma_poisson_log_mixture, gammaPoissonLogMixture],
  ] as const) {
    assert.equal(cases.length, 9);
    for (const item of cases) {
      const actual = logMixture(item.s, item.v, mixtureOf(item));
      assertClose(actual, item.value, 1e-9 * Math.abs(item.value), JSON.stringify(item));
    }
  }
});

test('the bounds agree with the reference', () => {
  for (const [cases, bound] of [
    [functions.gamma_exponential_mixture_bound, gammaExponentialMixtureBound],
    [functions.gamma_poisson_mixture_bound, gammaPoissonMixtureBound],
  ] as const) {
    assert.equal(cases.length, 6);
    for (const item of cases) {
      const actual = bound(item.v, item.alpha, mixtureOf(item));
      assertClose(actual, item.value, 1e-9 * item.value, JSON.stringify(item));
    }
  }
});

const UNIT: GammaMixture = { tuning: { tightAt: 20, alpha: 0.05 }, scale: 1 };

test('a Poisson step leaves the expected gamma-Poisson e-value where it is', () => {
  const e = (sum: number, time: number) => Math.exp(gammaPoissonLogMixture(sum, time, UNIT));
  let chance = Math.exp(-1);
  let expected = 0;
  for (let count = 0; count < 40; count++) {
    expected += chance * e(2 + count - 1, 11);
    chance /= count + 1;
  }
  assertClose(expected / e(2, 10), 1, 1e-10, 'after ten steps');
});

test('an exponential step leaves the expected gamma-exponential e-value where it is', () => {
  const e = (sum: number, time: number) => Math.exp(gammaExponentialLogMixture(sum, time, UNIT));
  const width = 0.005;
  let expected = 0;
  // the mixture weighs shifts up to 1, so the tail is heavy, like 1 / x^w
  for (let x = width / 2; x < 400; x += width) expected += width * Math.exp(-x) * e(1 + x, 11);
  assertClose(expected / e(2, 10), 1, 1e-5, 'after ten steps');
});
