import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { createArFilters, observeArFilters } from '../../src/stats/ar-filter.ts';
import { arLikelihoods } from '../../src/stats/ar-likelihood.ts';
import { AR_MODELS } from '../../src/stats/noise-models.ts';
import { assertClose } from '../support/vectors.ts';

const models = [...AR_MODELS.robust, ...AR_MODELS.wandering];

/** The same, one value after the other, by the filters that the sequential judge uses. */
function oneByOne(series: readonly number[]): Float64Array {
  const filters = createArFilters(models);
  for (const value of series) observeArFilters(filters, value, 0);
  const { count, squaresCanary, logDeterminant, information } = filters;
  return squaresCanary.map(
    (squares, k) =>
      -(logDeterminant[k]! + Math.log(information[k]!) + (count - 1) * Math.log(squares)) / 2,
  );
}

test('is that of the filters, with and without gaps', () => {
  const value = fc.double({ min: -1, max: 1, noNaN: true });
  for (const gaps of [0, 3]) {
    const entry = fc.oneof(
      { weight: 20, arbitrary: value },
      { weight: gaps, arbitrary: fc.constant(NaN) },
    );
    const series = fc.array(entry, { minLength: 2, maxLength: 700, size: 'max' });
    fc.assert(
      fc.property(series, (values) => {
        const found = arLikelihoods(Float64Array.from(values), models);
        const numbers = values.filter((each) => !Number.isNaN(each));
        fc.pre(found !== undefined && Math.max(...numbers) - Math.min(...numbers) > 1e-3);
        const expected = oneByOne(values);
        found.forEach((each, k) => assertClose(each, expected[k]!, 1e-10 * values.length, `${k}`));
      }),
      { numRuns: 60 },
    );
  }
});

test('is undefined for a series that does not vary, or holds less than two values', () => {
  for (const still of [[], [NaN], [1, NaN], [0.1, 0.1, NaN, 0.1], Array<number>(500).fill(1 / 3)]) {
    assert.equal(arLikelihoods(Float64Array.from(still), models), undefined);
  }
});
