import assert from 'node:assert/strict';
import { test } from 'node:test';

import { quantileConfidence } from '../../src/stats/quantile-confidence.ts';
import { assertClose, readVectors } from '../support/vectors.ts';

interface Vectors {
  confseq: {
    fixedQuantileCs: {
      stream: number[];
      rows: {
        p: number;
        t: number;
        t_opt: number;
        alpha: number;
        lowerRadius: number;
        upperRadius: number;
        low: number;
        high: number;
      }[];
    };
  };
}
const { stream, rows } = readVectors<Vectors>('sequential').confseq.fixedQuantileCs;
const TUNING = { tightAt: 100, alpha: 0.05 };

function firstOf(values: readonly number[], count: number): Float64Array {
  return Float64Array.from(values.slice(0, count)).sort();
}

test('the confidence sequence of a quantile agrees with the reference', () => {
  assert.equal(rows.length, 15);
  for (const row of rows) {
    const tuning = { tightAt: row.t_opt, alpha: row.alpha };
    const actual = quantileConfidence(firstOf(stream, row.t), row.p, row.alpha, tuning);
    const label = `p ${row.p} after ${row.t}`;
    assertClose(actual.lowerRadius, row.lowerRadius, 1e-9 * row.lowerRadius, label);
    assertClose(actual.upperRadius, row.upperRadius, 1e-9 * row.upperRadius, label);
    assert.equal(actual.lower, row.low, label);
    assert.equal(actual.upper, row.high, label);
  }
});

test('an end is open as long as all samples may well lie on one side of the quantile', () => {
  const ends = (count: number, share: number) => {
    const { isOpenBelow, isOpenAbove } = quantileConfidence(
      firstOf(stream, count),
      share,
      0.05,
      TUNING,
    );
    return { isOpenBelow, isOpenAbove };
  };
  // 0.9^20 = 0.12: twenty samples may all be below, but not all above
  assert.deepEqual(ends(20, 0.9), { isOpenBelow: false, isOpenAbove: true });
  assert.deepEqual(ends(20, 0.1), { isOpenBelow: true, isOpenAbove: false });
  assert.deepEqual(ends(3, 0.5), { isOpenBelow: true, isOpenAbove: true });
  assert.deepEqual(ends(200, 0.9), { isOpenBelow: false, isOpenAbove: false });
  assert.deepEqual(ends(0, 0.5), { isOpenBelow: true, isOpenAbove: true });
});

test('turned upside down, the ends change places', () => {
  const negated = stream.map((value) => -value);
  const upright = quantileConfidence(firstOf(stream, 150), 0.8, 0.05, TUNING);
  const turned = quantileConfidence(firstOf(negated, 150), 1 - 0.8, 0.05, TUNING);
  assert.deepEqual([turned.lower, turned.upper], [-upright.upper, -upright.lower]);
});
