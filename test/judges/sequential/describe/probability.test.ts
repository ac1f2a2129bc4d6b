import { test } from 'node:test';

import { regressionProbability } from '../../../../src/judges/sequential/describe/probability.ts';
import { assertClose } from '../../../support/vectors.ts';

const none = { either: 0, increase: 0, decrease: 0 };

test('without evidence the prior stays', () => {
  for (const direction of ['increase', 'decrease', 'either'] as const) {
    assertClose(regressionProbability(none, direction, 0.2), 0.2, 1e-12, direction);
  }
});

test('an e-value is a Bayes factor', () => {
  const sides = { either: 0, increase: Math.log(36), decrease: -Infinity };
  assertClose(regressionProbability(sides, 'increase', 0.2), 0.9, 1e-12, 'increase');
  assertClose(regressionProbability(sides, 'decrease', 0.2), 0, 1e-12, 'decrease');
  assertClose(regressionProbability(sides, 'either', 0.2), 3.6 / 4.4, 1e-12, 'either');
});

test('overwhelming evidence is certainty, not an overflow', () => {
  const sides = { either: 5000, increase: 5000, decrease: -5000 };
  assertClose(regressionProbability(sides, 'increase', 0.2), 1, 0, 'sure');
});
