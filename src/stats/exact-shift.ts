import { selectDifferences } from './difference-selection.ts';
import type { ShiftInterval } from './mann-whitney.ts';
import { normalCdf } from './normal-distribution.ts';
import { createRankComparison, tiesWithin } from './rank-comparison.ts';

/**
 * Confidence interval of the shift between two samples by the Mann-Whitney test, without a root finder.
 *
 * Definition: between two pairwise differences the test statistic is constant, so the bounds are the
 * differences number k and mn + 1 - k, with k = ceil(mn/2 - 1/2 - reach * sigma), at least 1; the estimate is
 * their median (Hodges and Lehmann). sigma has the tie correction of the ties within each sample.
 * Convention: the limit of R's `wilcox.test(conf.int = TRUE, exact = FALSE)` for a root tolerance of 0.
 * Scale-free: f times both samples gives f times the answer; the same added to both changes nothing.
 * Edge cases: below about 6 values a side k is 1 and the interval the whole range. Infinities rank as
 * farther out than every number; the estimate is 0 when it lies between -Infinity and Infinity.
 * Cost: O((m + n) log(m + n)). Source: Hodges & Lehmann (1963); section 2 of the judges' specification.
 *
 * @param canary ascending, not empty, without NaN
 * @param baseline ascending, not empty, without NaN
 * @param reach standard errors that the interval extends to each side, for example 2.326 for 98 %
 */
export function exactShiftInterval(
  canary: Float64Array,
  baseline: Float64Array,
  reach: number,
): ShiftInterval {
  const differences = selectDifferences(canary, baseline);
  const pairs = differences.count;
  const ties = tiesWithin(canary) + tiesWithin(baseline);
  const spread = rankSumSpread(canary.length, baseline.length, ties);
  const k = Math.max(1, Math.ceil(pairs / 2 - 0.5 - reach * spread));
  const middle = [Math.floor((pairs + 1) / 2), Math.floor(pairs / 2) + 1] as const;
  const [low, high] = middle.map((rank) => differences.at(rank)) as [number, number];
  return {
    lower: differences.at(k),
    upper: differences.at(pairs + 1 - k),
    estimate: midpoint(low, high),
  };
}

/**
 * Two-sided p-value of the Mann-Whitney test of no shift: normal approximation with tie and continuity
 * correction, as R's `wilcox.test(exact = FALSE)`. 1 when all values are tied.
 *
 * @param canary ascending, not empty, without NaN
 * @param baseline ascending, not empty, without NaN
 * @param inflation of the standard error by dependence, 1 for independent values
 */
export function rankSumPValue(canary: Float64Array, baseline: Float64Array, inflation = 1): number {
  const [x, y] = [canary, baseline].map(withoutNegativeZeros) as [Float64Array, Float64Array];
  const { excess, ties } = createRankComparison(x, y).at(0);
  const spread = rankSumSpread(x.length, y.length, ties);
  if (spread === 0) return 1;
  const z = Math.max(0, Math.abs(excess) - 0.5) / (spread * inflation);
  return Math.min(1, 2 * normalCdf(-z));
}

/** Standard deviation of the rank sum; `ties` = sum of t^3 - t over the groups of t equal values. */
function rankSumSpread(m: number, n: number, ties: number): number {
  const total = m + n;
  return Math.sqrt(((m * n) / 12) * (total + 1 - ties / (total * (total - 1))));
}

function midpoint(low: number, high: number): number {
  if (low === high) return low;
  const middle = low / 2 + high / 2;
  return Number.isNaN(middle) ? 0 : middle;
}

/** The ranking puts -0 below 0, as Java does; to arithmetic they are one value. */
function withoutNegativeZeros(values: Float64Array): Float64Array {
  return Object.is(values[0], -0) || values.some((value) => Object.is(value, -0))
    ? values.map((value) => value + 0)
    : values;
}
