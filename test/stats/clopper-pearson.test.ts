import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clopperPearson } from '../../src/stats/clopper-pearson.ts';
import { assertClose } from '../support/vectors.ts';

/** R's binom.test(successes, trials)$conf.int. */
const REFERENCE = [
  { successes: 0, trials: 10, lower: 0, upper: 0.3084971 },
  { successes: 1, trials: 10, lower: 0.002528579, upper: 0.4450161 },
  { successes: 5, trials: 100, lower: 0.01643188, upper: 0.1128349 },
  { successes: 10, trials: 10, lower: 0.6915029, upper: 1 },
];

test('agrees with R', () => {
  for (const { successes, trials, lower, upper } of REFERENCE) {
    const interval = clopperPearson(successes, trials, 0.95);
    assertClose(interval.lower, lower, 1e-7, 'lower');
    assertClose(interval.upper, upper, 1e-7, 'upper');
  }
});

test('without trials nothing is known; between whole counts the ends lie between', () => {
  assert.deepEqual(clopperPearson(0, 0, 0.95), { lower: 0, upper: 1 });
  const [one, between, two] = [1, 1.5, 2].map((count) => clopperPearson(count, 10, 0.95));
  assert.ok(one!.upper < between!.upper && between!.upper < two!.upper);
  assert.ok(one!.lower < between!.lower && between!.lower < two!.lower);
});
