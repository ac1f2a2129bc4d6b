import { test } from 'node:test';

import { eBenjaminiHochberg } from '../../src/stats/e-benjamini-hochberg.ts';
import { weightedHolm } from '../../src/stats/holm.ts';
import { assertClose, readVectors } from '../support/vectors.ts';
import assert from 'node:assert/strict';

const { multiplicity } = readVectors<{
  multiplicity: {
    p: number[];
    weights: number[];
    weightedHolmAdjusted: number[];
    holmAdjustedEqualWeights: number[];
    e: number[];
    eBH: Record<string, number[]>;
  };
}>('sequential');

test('weighted and plain Holm agree with the reference', () => {
  const { p, weights, weightedHolmAdjusted, holmAdjustedEqualWeights } = multiplicity;
  weightedHolm(p, weights).forEach((value, k) =>
    assertClose(value, weightedHolmAdjusted[k]!, 1e-14, `weighted ${k}`),
  );
  weightedHolm(
    p,
    p.map(() => 1),
  ).forEach((value, k) => assertClose(value, holmAdjustedEqualWeights[k]!, 1e-14, `plain ${k}`));
});

test('nothing to adjust is no error, and one p-value stays itself', () => {
  assert.deepEqual(weightedHolm([], []), []);
  assert.deepEqual(weightedHolm([0.03], [0.2]), [0.03]);
});

test('e-BH agrees with the reference', () => {
  const logs = multiplicity.e.map(Math.log);
  for (const [alpha, rejected] of Object.entries(multiplicity.eBH)) {
    const levels = eBenjaminiHochberg(logs);
    const found = logs.flatMap((_, k) => (levels[k]! <= Math.log(Number(alpha)) ? [k] : []));
    assert.deepEqual(found, rejected, alpha);
  }
});

test('e-BH without evidence, or without hypotheses, finds nothing', () => {
  assert.deepEqual(eBenjaminiHochberg([]), []);
  assert.deepEqual(eBenjaminiHochberg([-Infinity, -Infinity]), [Infinity, Infinity]);
  assert.deepEqual(eBenjaminiHochberg([3, -Infinity]), [Math.log(2) - 3, Infinity]);
});
