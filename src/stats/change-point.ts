import { quantile } from './quantile.ts';

/** Which change is looked for, and from which difference on it counts. */
export interface ChangeClaim {
  side: 'increase' | 'decrease';
  /** The largest difference that is no change, in the unit of the differences: 0 = any change. */
  tolerated: number;
}

/** Values to each side that tell whether one stands alone. */
const NEIGHBOURS = 3;
/** Robust standard deviations from the median of its neighbours beyond which a value stands alone. */
const OUTLYING = 3;
const MAD_SCALE = 1.4826;

/**
 * The most likely first sample of a change: the index from which on a difference series (canary minus
 * baseline, of logarithms or of values; NaN = gap) lies beyond the tolerated one. Undefined when no end
 * of the series does.
 *
 * Definition: maximum likelihood for normal noise of unknown size with one mean within the tolerance before
 * the change and one beyond it after, by cumulative sums. A change from the start is sample 0: nothing is
 * taken from the samples before as normal that is not tolerated. Values that stand alone are replaced by the
 * median of their neighbours first (Hampel 1974), which keeps steps where they are.
 * Edge cases: a change that comes slowly starts where a step would fit best, which is after its first signs.
 */
export function findChangePoint(
  differences: readonly number[],
  { side, tolerated }: ChangeClaim,
): number | undefined {
  const sign = side === 'increase' ? 1 : -1;
  const places = differences.flatMap((value, i) => (Number.isNaN(value) ? [] : [i]));
  const excess = places.map((i) => sign * (differences[i]! - tolerated));
  const first = bestSplit(dropLoneValues(excess));
  return first === undefined ? undefined : places[first];
}

/** The split that leaves the smallest squares about a mean of at most 0 before and of more than 0 after. */
function bestSplit(excess: readonly number[]): number | undefined {
  const total = excess.reduce((sum, value) => sum + value, 0);
  let before = 0;
  let largest = 0;
  let best: number | undefined;
  for (let first = 0; first < excess.length; first++) {
    const after = total - before;
    const explained =
      after > 0 ? after ** 2 / (excess.length - first) + (before < 0 ? before ** 2 / first : 0) : 0;
    if (explained > largest) [largest, best] = [explained, first];
    before += excess[first]!;
  }
  return best;
}

/** Unchanged where most values equal their neighbours: then a lone one is all there is to see. */
function dropLoneValues(values: readonly number[]): readonly number[] {
  const medians = values.map((_, i) =>
    median(values.slice(Math.max(0, i - NEIGHBOURS), i + NEIGHBOURS + 1)),
  );
  const distances = values.map((value, i) => Math.abs(value - medians[i]!));
  const limit = OUTLYING * MAD_SCALE * median(distances);
  if (!(limit > 0)) return values;
  return values.map((value, i) => (distances[i]! > limit ? medians[i]! : value));
}

function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}
