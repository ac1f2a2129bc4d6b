import type { MetricConfig } from '../../model/config.ts';
import type { Evidence } from '../../model/judgement/judgement.ts';
import { brunnerMunzel } from '../../stats/brunner-munzel.ts';
import { farthestRejected } from '../../stats/farthest-rejected.ts';
import { typicalDifference } from '../../stats/typical-difference.ts';
import type { Observations } from './observations.ts';
import type { Yardstick } from './yardstick.ts';

/** Where a change may lie; an end is infinite, or 0 of a ratio, where the data rule nothing out. */
type Range = Evidence['ratio'];

/** The changes among which the ends of an interval are looked for. */
interface Family {
  from: number;
  to: number;
  /** The largest rise and fall that are allowed. */
  rise: number;
  fall: number;
  /** What stands for "nothing is ruled out below". */
  least: number;
  change: (by: number) => (value: number) => number;
}

const LARGEST_RATIO = 2 ** 10;
/** Halvings: the ends are exact to a millionth of the family or so. */
const STEPS = 30;
/** The sum of two numbers below it is one. */
const LARGEST = Number.MAX_VALUE / 4;

/**
 * By which ratio the canary's values differ from the baseline's, by inverting the test that labels them: the
 * interval holds the ratios which, put on the baseline, leave no clear difference. So it lies beyond the
 * allowed ratio exactly where the canary does. NaN unless all values are above 0.
 */
export function measureRatio(
  observations: Observations,
  { effect }: Pick<MetricConfig, 'effect'>,
  yardstick: Yardstick,
): Range {
  const { canary, baseline } = observations;
  if (!(canary[0]! > 0 && baseline[0]! > 0)) return { estimate: NaN, lower: NaN, upper: NaN };
  const isRatio = effect.measure === 'meanRatio';
  const [rise, fall] = isRatio ? [effect.allowedIncrease, effect.allowedDecrease] : [1, 1];
  return {
    estimate: Math.exp(typicalDifference(canary.map(Math.log), baseline.map(Math.log))),
    ...invert(observations, yardstick, {
      from: Math.min(1 / LARGEST_RATIO, fall / 2),
      to: Math.max(LARGEST_RATIO, rise * 2),
      rise,
      fall,
      least: 0,
      change: (ratio) => (value) => value * ratio,
    }),
  };
}

/** The same of the shift, canary minus baseline, in their unit. */
export function measureShift(observations: Observations, yardstick: Yardstick): Range {
  const { canary, baseline } = observations;
  const finite = [...canary, ...baseline].filter(Number.isFinite);
  // twice as far as any difference: there the sides do not overlap
  const reach = 2 * (largestOf(finite) + largestOf(finite.map((value) => -value)));
  return {
    estimate: typicalDifference(canary, baseline),
    ...invert(observations, yardstick, {
      from: -reach,
      to: reach,
      rise: 0,
      fall: 0,
      least: -Infinity,
      change: (shift) => (value) => value + shift,
    }),
  };
}

function largestOf(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, value), -Infinity);
}

function invert(
  { canary, baseline }: Observations,
  yardstick: Yardstick,
  { from, to, rise, fall, least, change }: Family,
): Pick<Range, 'lower' | 'upper'> {
  if (!(Math.abs(from) < LARGEST && Math.abs(to) < LARGEST)) return { lower: NaN, upper: NaN };
  const isClear = (x: Float64Array, y: Float64Array): boolean => {
    const test = brunnerMunzel(x, y);
    return test.probability - yardstick.halfWidth(test) > 0.5;
  };
  const isHigher = (by: number): boolean => isClear(canary, baseline.map(change(by)));
  const isLower = (by: number): boolean => isClear(baseline.map(change(by)), canary);
  return {
    lower: findEnd(isHigher, { null: rise, near: from, far: to, none: least, all: Infinity }),
    upper: findEnd(isLower, { null: fall, near: to, far: from, none: Infinity, all: least }),
  };
}

/** From the null value outwards while that is rejected, else towards it from where all data lie beyond. */
function findEnd(
  isRejected: (value: number) => boolean,
  ends: { null: number; near: number; far: number; none: number; all: number },
): number {
  if (isRejected(ends.null)) {
    if (isRejected(ends.far)) return ends.all;
    return farthestRejected(isRejected, { rejected: ends.null, kept: ends.far, steps: STEPS });
  }
  if (!isRejected(ends.near)) return ends.none;
  return farthestRejected(isRejected, { rejected: ends.near, kept: ends.null, steps: STEPS });
}
