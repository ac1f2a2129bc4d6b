import assert from 'node:assert/strict';
import { test } from 'node:test';

import { compareQuantiles } from '../../src/stats/quantile-comparison.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Vectors {
  confseq: {
    functions: {
      quantile_ab_p_value: {
        quantile_p: number;
        t_opt: number;
        alpha_opt: number;
        a: number[];
        b: number[];
        value: number;
      }[];
    };
  };
}
const cases = readVectors<Vectors>('sequential').confseq.functions.quantile_ab_p_value;
const TUNING = { tightAt: 100, alpha: 0.05 };
const sorted = (values: readonly number[]) => Float64Array.from(values).sort();

test('the always-valid p-value agrees with the reference', () => {
  assert.equal(cases.length, 6);
  for (const { quantile_p, t_opt, alpha_opt, a, b, value } of cases) {
    const tuning = { tightAt: t_opt, alpha: alpha_opt };
    const label = `p ${quantile_p}, ${a.length} against ${b.length}`;
    const p = compareQuantiles(sorted(a), sorted(b), quantile_p, tuning);
    assertClose(p, value, 1e-9 * value, label);
    assertClose(compareQuantiles(sorted(b), sorted(a), quantile_p, tuning), p, 1e-12, label);
  }
});

test('only the order of the values counts', () => {
  const { a, b, value } = cases.at(-1)!;
  const [stretchedA, stretchedB] = [a.map(Math.exp), b.map(Math.exp)];
  const p = compareQuantiles(sorted(stretchedA), sorted(stretchedB), 0.9, TUNING);
  assertClose(p, value, 1e-9 * value, 'exponentials');
});

test('sides with nothing to compare are alike', () => {
  const some = sorted(cases[0]!.a);
  const none = new Float64Array();
  const ties = new Float64Array(50).fill(3);
  assert.equal(compareQuantiles(none, none, 0.5, TUNING), 1);
  assert.equal(compareQuantiles(some, none, 0.5, TUNING), 1);
  assert.equal(compareQuantiles(ties, ties, 0.5, TUNING), 1);
});

test('all of many values above all others is all but impossible', () => {
  const low = Float64Array.from({ length: 200 }, (_, i) => i);
  const high = low.map((value) => value + 200);
  assert.ok(compareQuantiles(high, low, 0.5, TUNING) < 1e-20);
});
