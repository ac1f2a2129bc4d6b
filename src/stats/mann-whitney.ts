import { brentRoot } from './brent-root.ts';
import { criticalValue } from './critical-value.ts';
import type { RankComparison } from './rank-comparison.ts';

/** A shift of location, canary minus baseline, with its confidence interval; in the samples' unit. */
export interface ShiftInterval {
  lower: number;
  upper: number;
  estimate: number;
}

/** Absolute, in the samples' unit: the scale on which results stop to mean anything. */
const ROOT_TOLERANCE = 1e-4;

/**
 * Confidence interval and estimate of the shift between two samples, by inverting the Mann-Whitney U
 * test: the shifts of `canary` at which the test statistic equals +-z, and 0.
 *
 * Convention: the arithmetic of Kayenta's `MannWhitney`, to the bit. Normal approximation with tie
 * and continuity correction, the latter also for the estimate (unlike R). A bound whose end of the
 * search range is already beyond z is that end; so with five values a side or fewer the interval is
 * the whole range. The roots carry an absolute tolerance of 1e-4: samples on a scale below that give
 * meaningless intervals, and `lower` may exceed `upper`.
 * Edge cases: -0 ranks below 0, as in Java. An infinity in a sample gives an estimate and bounds that
 * decide nothing.
 * Cost: O(m + n) for each of about 35 steps.
 * Source: Kayenta's `MannWhitney` and `BrentSolver`; R's `wilcox.test(conf.int = TRUE, exact = FALSE)`.
 *
 * @param ranks of the canary's values among the baseline's
 * @param level of confidence, for example 0.98
 * @throws RangeError when at some shift all values of both samples are tied
 */
export function kayentaShiftInterval(ranks: RankComparison, level: number): ShiftInterval {
  const z = criticalValue(level);
  const statistic = createShiftStatistic(ranks);
  const from = ranks.x[0]! - ranks.y.at(-1)!;
  const to = ranks.x.at(-1)! - ranks.y[0]!;
  const atFrom = statistic(from);
  const atTo = statistic(to);

  const root = (quantile: number): number =>
    brentRoot(
      (shift) => statistic(shift) - quantile,
      { lower: from, upper: to, atLower: atFrom - quantile, atUpper: atTo - quantile },
      ROOT_TOLERANCE,
    );
  const bound = (quantile: number): number => {
    if (atFrom - quantile <= 0) return from;
    if (atTo - quantile >= 0) return to;
    return root(quantile);
  };
  return { lower: settle(bound(z)), upper: settle(bound(-z)), estimate: settle(root(0)) };
}

/** Takes back what ranking made of -0. */
function settle(shift: number): number {
  return Math.abs(shift) <= Number.MIN_VALUE ? 0 : shift;
}

/** The standardised rank-sum statistic of `x - shift` against `y`; falls as the shift grows. */
function createShiftStatistic({ x, y, at }: RankComparison): (shift: number) => number {
  const pairs = x.length * y.length;
  const total = x.length + y.length;
  return (shift) => {
    const { excess, ties } = at(shift);
    const spread = Math.sqrt((pairs / 12) * (total + 1 - ties / (total * (total - 1))));
    if (spread === 0) {
      throw new RangeError('cannot compute a confidence interval when all observations are tied');
    }
    return (excess - Math.sign(excess) * 0.5) / spread;
  };
}
