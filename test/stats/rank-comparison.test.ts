import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { createRankComparison, type RankTally } from '../../src/stats/rank-comparison.ts';

/** The definition: shift, pool, sort, give tied values their mean rank; -0 sorts below 0. */
function rankAnew(x: Float64Array, y: Float64Array, shift: number): RankTally {
  const pooled = [
    ...Array.from(x, (value) => ({ value: value - shift, isX: true })),
    ...Array.from(y, (value) => ({ value, isX: false })),
  ];
  pooled.sort((a, b) => compareAsJava(a.value, b.value));
  let rankSum = 0;
  let ties = 0;
  for (let first = 0; first < pooled.length;) {
    let end = first;
    while (end < pooled.length && compareAsJava(pooled[end]!.value, pooled[first]!.value) === 0)
      end++;
    const midRank = (first + 1 + end) / 2;
    rankSum += midRank * pooled.slice(first, end).filter((entry) => entry.isX).length;
    ties += (end - first) ** 3 - (end - first);
    first = end;
  }
  const m = x.length;
  return { excess: rankSum - (m * (m + 1)) / 2 - (m * y.length) / 2, ties };
}

function compareAsJava(a: number, b: number): number {
  if (a === b && a === 0) return Number(Object.is(b, -0)) - Number(Object.is(a, -0));
  return a < b ? -1 : Number(a > b);
}

/** The double next to 0 stands for -0, so its neighbours are out of reach. */
function isNotTiny(value: number): boolean {
  return Math.abs(value) > 1e-300;
}

const value = fc.oneof(
  fc.integer({ min: -4, max: 4 }),
  fc.double({ min: -10, max: 10, noNaN: true }).filter(isNotTiny),
  fc.constantFrom(0, -0, 1e-17, 1e16),
);
const sample = fc
  .array(value, { minLength: 1, maxLength: 30 })
  .map((v) => Float64Array.from(v).sort());
const shifts = fc.array(
  value.filter((shift) => shift !== 0),
  { minLength: 1, maxLength: 12 },
);

test('gives the bits of ranking anew, whatever shifts came before', () => {
  fc.assert(
    fc.property(sample, sample, shifts, (x, y, sequence) => {
      const ranks = createRankComparison(x, y);
      for (const shift of [0, ...sequence]) {
        assert.deepEqual({ ...ranks.at(shift) }, rankAnew(x, y, shift), `shift ${shift}`);
      }
    }),
    { numRuns: 2000 },
  );
});

test('ties that only rounding makes count as ties', () => {
  const x = Float64Array.of(1, 1 + 2 ** -52);
  const ranks = createRankComparison(x, Float64Array.of(0));
  assert.equal(ranks.at(0).ties, 0);
  assert.equal(ranks.at(-1e9).ties, 6);
});

test('-0 ranks below 0', () => {
  const ranks = createRankComparison(Float64Array.of(-0, -0), Float64Array.of(0, 0));
  assert.deepEqual({ ...ranks.at(0) }, { excess: -2, ties: 12 });
});

test('a shift that leaves no number leaves no rank, and the next one ranks again', () => {
  const ranks = createRankComparison(Float64Array.of(1, Infinity), Float64Array.of(0, 2));
  assert.ok(Number.isNaN(ranks.at(Infinity).excess));
  assert.equal(ranks.at(0).excess, 1);
});

test('neither sample is changed', () => {
  const x = Float64Array.of(-0, 1, 1);
  const y = Float64Array.of(-1, 0, 5);
  createRankComparison(x, y).at(0.5);
  assert.deepEqual([...x], [-0, 1, 1]);
  assert.deepEqual([...y], [-1, 0, 5]);
});
