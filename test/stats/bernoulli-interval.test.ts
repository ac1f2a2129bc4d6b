import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bernoulliConfidenceInterval } from '../../src/stats/bernoulli-interval.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Vectors {
  confseq: {
    functions: {
      bernoulli_confidence_interval: {
        num_successes: number;
        num_trials: number;
        alpha: number;
        t_opt: number;
        alpha_opt: number;
        low: number;
        high: number;
      }[];
    };
  };
}
const { functions } = readVectors<Vectors>('sequential').confseq;
const TUNING = { tightAt: 100, alpha: 0.05 };

test('the confidence sequence of a probability agrees with the reference', () => {
  assert.equal(functions.bernoulli_confidence_interval.length, 6);
  for (const item of functions.bernoulli_confidence_interval) {
    const tuning = { tightAt: item.t_opt, alpha: item.alpha_opt };
    const { num_successes, num_trials, alpha } = item;
    const actual = bernoulliConfidenceInterval(num_successes, num_trials, alpha, tuning);
    assertClose(actual.lower, item.low, 1e-9 * item.low, `lower of ${JSON.stringify(item)}`);
    assertClose(actual.upper, item.high, 1e-9 * item.high, `upper of ${JSON.stringify(item)}`);
  }
});

test('successes and failures are alike', () => {
  const some = bernoulliConfidenceInterval(7, 60, 0.05, TUNING);
  const rest = bernoulliConfidenceInterval(53, 60, 0.05, TUNING);
  assertClose(some.lower, 1 - rest.upper, 1e-10, 'lower');
  assertClose(some.upper, 1 - rest.lower, 1e-10, 'upper');
});

test('without trials nothing is known', () => {
  assert.deepEqual(bernoulliConfidenceInterval(0, 0, 0.05, TUNING), { lower: 0, upper: 1 });
});
