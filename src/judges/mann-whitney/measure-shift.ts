import type { Evidence } from '../../model/judgement.ts';
import { exactShiftInterval } from '../../stats/exact-shift.ts';
import { kayentaShiftInterval, type ShiftInterval } from '../../stats/mann-whitney.ts';
import { createRankComparison } from '../../stats/rank-comparison.ts';
import type { Sample } from '../clean.ts';
import type { Member } from '../rank-judge.ts';
import { isConstant, RANK_LEVEL } from '../comparison.ts';

/** How the bounds are found: as order statistics of the differences, or by Kayenta's root finder. */
export type Arithmetic = 'exact' | 'kayenta';

export interface Shift extends ShiftInterval {
  /** As a share of the baseline; NaN where it has no mean to compare with, or a mean of 0. */
  ratio: Evidence['ratio'];
}

/**
 * How far the canary's values lie from the baseline's, in their unit and as a ratio.
 *
 * Convention: when all values are positive, the ratio is the order statistics of the canary's values
 * divided by the baseline's, which is the shift of the logarithms: a typical value against a typical
 * one. Else, and with Kayenta's arithmetic, it is the shift against the size of the baseline's mean.
 * Edge cases: Kayenta's root finder knows its own level only, and cannot work with constants and
 * infinities; those are exact always.
 *
 * @param reach standard errors that the interval extends to each side
 */
export function measureShift(
  { canary, baseline }: Pick<Member, 'canary' | 'baseline'>,
  arithmetic: Arithmetic,
  reach: number,
): Shift {
  const [x, y] = [canary.sorted, baseline.sorted];
  if (arithmetic === 'kayenta' && isRegular(x, y)) {
    const shift = kayentaShiftInterval(createRankComparison(x, y), RANK_LEVEL);
    return { ...shift, ratio: againstMean(shift, baseline.summary.mean) };
  }
  const shift = exactShiftInterval(x, y, reach);
  if (!arePositive(canary, baseline)) {
    return { ...shift, ratio: againstMean(shift, baseline.summary.mean) };
  }
  const logarithms = exactShiftInterval(x.map(Math.log), y.map(Math.log), reach);
  const { lower, upper, estimate } = logarithms;
  return {
    ...shift,
    ratio: { estimate: Math.exp(estimate), lower: Math.exp(lower), upper: Math.exp(upper) },
  };
}

export function arePositive(canary: Sample, baseline: Sample): boolean {
  return canary.sorted[0]! > 0 && baseline.sorted[0]! > 0;
}

function isRegular(x: Float64Array, y: Float64Array): boolean {
  const ends = [x[0]!, x.at(-1)!, y[0]!, y.at(-1)!];
  return ends.every(Number.isFinite) && !(isConstant(x) && isConstant(y));
}

/** A rise is above 1 also where the mean is negative. */
function againstMean(shift: ShiftInterval, mean: number): Evidence['ratio'] {
  const size = Math.abs(mean);
  const toRatio = (distance: number): number => (size > 0 ? 1 + distance / size : Number.NaN);
  return {
    estimate: toRatio(shift.estimate),
    lower: toRatio(shift.lower),
    upper: toRatio(shift.upper),
  };
}
