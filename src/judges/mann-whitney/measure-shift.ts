import type { MetricConfig } from '../../model/config.ts';
import type { Evidence } from '../../model/judgement/judgement.ts';
import { testPlacements, type RankTest } from '../../stats/brunner-munzel.ts';
import { farthestRejected, type Search, type Tried } from '../../stats/farthest-rejected.ts';
import type { Change, Placements } from '../../stats/placements.ts';
import { typicalDifference } from '../../stats/typical-difference.ts';
import type { Observations } from './observations.ts';
import type { Yardstick } from './yardstick.ts';

/** Where a change may lie; an end is infinite, or 0 of a ratio, where the data rule nothing out. */
type Range = Evidence['ratio'];

/** The two sides, and how they lie among each other when the baseline is changed. */
export type Placed = Pick<Observations, 'canary' | 'baseline'> & {
  placementsAfter: (change: Change) => Placements;
};

/** The changes among which the ends of an interval are looked for. */
interface Family {
  from: number;
  to: number;
  /** The largest rise and fall that are allowed. */
  rise: number;
  fall: number;
  /** What stands for "nothing is ruled out below". */
  least: number;
  /** The change of a typical value. */
  estimate: number;
  /** What is as far from the estimate on its other side. */
  mirror: (by: number) => number;
  /** To this the ends are exact. */
  tolerance: number;
  change: (by: number) => Change;
}

const LARGEST_RATIO = 2 ** 10;
/** To a part of it the ends of a ratio are exact: no digit shows what is left. */
const RATIO_PRECISION = 2 ** -22;
/** Of a shift: as a part of how far values lie apart at most, as its own size may be 0. */
const SHIFT_PRECISION = 2 ** -28;
/** The sum of two numbers below it is one. */
const LARGEST = Number.MAX_VALUE / 4;

/**
 * By which ratio the canary's values differ from the baseline's, by inverting the test that labels them: the
 * interval holds the ratios which, put on the baseline, leave no clear difference. So it lies beyond the
 * allowed ratio exactly where the canary does. NaN unless all values are above 0.
 */
export function measureRatio(
  placed: Placed,
  { effect }: Pick<MetricConfig, 'effect'>,
  yardstick: Yardstick,
): Range {
  const { canary, baseline } = placed;
  if (!(canary[0]! > 0 && baseline[0]! > 0)) return { estimate: NaN, lower: NaN, upper: NaN };
  const isRatio = effect.measure === 'meanRatio';
  const [rise, fall] = isRatio ? [effect.allowedIncrease, effect.allowedDecrease] : [1, 1];
  const estimate = Math.exp(typicalDifference(canary.map(Math.log), baseline.map(Math.log)));
  const [from, to] = [Math.min(1 / LARGEST_RATIO, fall / 2), Math.max(LARGEST_RATIO, rise * 2)];
  const ends = invert(placed, yardstick, {
    from,
    to,
    rise,
    fall,
    least: 0,
    estimate,
    mirror: (ratio) => (estimate / ratio) * estimate,
    tolerance: RATIO_PRECISION * Math.max(from, Math.min(estimate, to)),
    change: (ratio) => ({ ratio, shift: 0 }),
  });
  return { estimate, ...ends };
}

/** The same of the shift, canary minus baseline, in their unit. */
export function measureShift(placed: Placed, yardstick: Yardstick): Range {
  const { canary, baseline } = placed;
  // twice as far as any difference: there the sides do not overlap
  const reach = 2 * (largestOf(canary, baseline) - smallestOf(canary, baseline));
  const estimate = typicalDifference(canary, baseline);
  const ends = invert(placed, yardstick, {
    from: -reach,
    to: reach,
    rise: 0,
    fall: 0,
    least: -Infinity,
    estimate,
    mirror: (shift) => 2 * estimate - shift,
    tolerance: SHIFT_PRECISION * reach,
    change: (shift) => ({ ratio: 1, shift }),
  });
  return { estimate, ...ends };
}

/** Of the finite values of ascending samples. */
function largestOf(...samples: Float64Array[]): number {
  return Math.max(...samples.map((sorted) => sorted.findLast(Number.isFinite) ?? -Infinity));
}

function smallestOf(...samples: Float64Array[]): number {
  return Math.min(...samples.map((sorted) => sorted.find(Number.isFinite) ?? Infinity));
}

function invert(
  { placementsAfter }: Placed,
  yardstick: Yardstick,
  { from, to, rise, fall, least, estimate, mirror, tolerance, change }: Family,
): Pick<Range, 'lower' | 'upper'> {
  if (!(Math.abs(from) < LARGEST && Math.abs(to) < LARGEST)) return { lower: NaN, upper: NaN };
  const excess = (test: RankTest): number => test.probability - yardstick.halfWidth(test) - 0.5;
  const ofHigher = (by: number): number => {
    const { ofX, ofY } = placementsAfter(change(by));
    return excess(testPlacements(ofX, ofY));
  };
  const ofLower = (by: number): number => {
    const { ofX, ofY } = placementsAfter(change(by));
    return excess(testPlacements(ofY, ofX));
  };
  const lower = findEnd(ofHigher, {
    ends: { null: rise, near: from, far: to, none: least, all: Infinity },
    guess: estimate,
    tolerance,
  });
  const upper = findEnd(ofLower, {
    ends: { null: fall, near: to, far: from, none: Infinity, all: least },
    guess: mirror(lower),
    tolerance,
  });
  return { lower, upper };
}

/** From the null value outwards while that is rejected, else towards it from where all data lie beyond. */
function findEnd(
  excessOf: (value: number) => number,
  { ends, guess, tolerance }: Pick<Search, 'guess' | 'tolerance'> & { ends: Ends },
): number {
  const attempt = (value: number): Tried => ({ value, excess: excessOf(value) });
  const search = (rejected: Tried, kept: Tried): number =>
    farthestRejected(excessOf, { rejected, kept, guess, tolerance });
  const atNull = attempt(ends.null);
  if (atNull.excess > 0) {
    const far = attempt(ends.far);
    return far.excess > 0 ? ends.all : search(atNull, far);
  }
  const near = attempt(ends.near);
  return near.excess > 0 ? search(near, atNull) : ends.none;
}

interface Ends {
  null: number;
  /** Where all data lie beyond the null value, and before it. */
  near: number;
  far: number;
  /** What the interval ends with where the data rule out nothing, or everything. */
  none: number;
  all: number;
}
