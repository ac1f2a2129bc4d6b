import { commonLanguageEffect } from '../../stats/effect-size.ts';
import { kayentaShiftInterval, type ShiftInterval } from '../../stats/mann-whitney.ts';
import { createRankComparison } from '../../stats/rank-comparison.ts';
import { isConstant, RANK_LEVEL } from '../comparison.ts';

export type ShiftEstimate = ShiftInterval & { test: string; cles: number };

/** Standard deviation of Kayenta's noise on a constant, relative to its value. */
const NOISE = 1e-5;
const CANARY_DRAW = -0.57;
const BASELINE_DRAW = -1.24;

/**
 * How far the canary's values lie from the baseline's, by the Mann-Whitney test at level 0.98.
 *
 * Convention: where each side is one constant the original adds random noise and tests; here the shift
 * is the difference of the two, which its answers surround.
 * Edge cases: undefined when all values meet at some shift, so that chance has no measure.
 * Source: Kayenta's `MannWhitneyClassifier`.
 *
 * @param canary ascending, not empty
 * @param baseline ascending, not empty, not equal to `canary`
 */
export function estimateShift(
  canary: Float64Array,
  baseline: Float64Array,
): ShiftEstimate | undefined {
  const ranks = createRankComparison(canary, baseline);
  const cles = commonLanguageEffect(ranks);
  if (isConstant(canary) && isConstant(baseline)) {
    const shift = constantShift(canary, baseline);
    return shift && { ...shift, test: 'constant values', cles };
  }
  try {
    return { ...kayentaShiftInterval(ranks, RANK_LEVEL), test: 'Mann-Whitney U', cles };
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

/**
 * Kayenta's noise is proportional to the value, so a side of zeros, or of a single value, still holds
 * one value after it; with two such sides its test fails, unless rounding keeps them apart.
 */
function constantShift(canary: Float64Array, baseline: Float64Array): ShiftInterval | undefined {
  const isSingle = staysOneValue(canary) && staysOneValue(baseline);
  if (isSingle && meetsWhenShifted(canary[0]!, baseline[0]!)) return undefined;
  const difference = canary[0]! - baseline[0]!;
  return { lower: difference, upper: difference, estimate: difference };
}

function staysOneValue(constant: Float64Array): boolean {
  return constant.length === 1 || constant[0] === 0;
}

/**
 * Whether the shift between two values takes one exactly to the other, as doubles. When the canary is
 * more than twice the baseline this hangs on their last bits, which Kayenta draws at random. Here one
 * draw is frozen (in standard deviations; see docs/decisions/0004), so that equal input gives equal output.
 */
function meetsWhenShifted(canary: number, baseline: number): boolean {
  const x = canary + CANARY_DRAW * NOISE * canary;
  const y = baseline + BASELINE_DRAW * NOISE * baseline;
  return x - (x - y) === y;
}
