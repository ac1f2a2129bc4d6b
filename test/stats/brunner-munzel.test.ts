import { test } from 'node:test';
import fc from 'fast-check';

import { brunnerMunzel } from '../../src/stats/brunner-munzel.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Case {
  name: string;
  canary: number[];
  tolerated: number[];
  inflation: number;
  p: number;
  V: number;
  df: number;
}
const { ranks } = readVectors<{ ranks: Case[] }>('data-rules');
const sorted = (values: readonly number[]) => Float64Array.from(values).sort();

test('probability, variance and freedom are those of the reference', () => {
  for (const { name, canary, tolerated, inflation, p, V, df } of ranks) {
    const { probability, variance, freedom } = brunnerMunzel(sorted(canary), sorted(tolerated));
    assertClose(probability, p, 1e-12, name);
    assertClose(variance * inflation, V, 1e-12, name);
    assertClose(Math.max(2, freedom / inflation), df, 1e-9 * df, name);
  }
});

test('the samples changed round give the other half, and the same variance', () => {
  const side = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 30 });
  fc.assert(
    fc.property(side, side, (a, b) => {
      const [there, back] = [
        brunnerMunzel(sorted(a), sorted(b)),
        brunnerMunzel(sorted(b), sorted(a)),
      ];
      assertClose(there.probability + back.probability, 1, 1e-12, 'probability');
      assertClose(there.variance, back.variance, 1e-12, 'variance');
    }),
  );
});
