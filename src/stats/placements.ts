import { countBefore, fence, findRuns, type Runs } from './runs.ts';

/** Twice the number of values below, equal ones counted half, added over a sample: whole numbers, so exact. */
export interface PlacementSums {
  count: number;
  others: number;
  sum: number;
  squares: number;
}

/** Of two samples among each other. */
export interface Placements {
  ofX: PlacementSums;
  ofY: PlacementSums;
}

/** What becomes of a value: value * ratio + shift, rounded once where either does nothing. */
export interface Change {
  /** Above 0. */
  ratio: number;
  shift: number;
}

export const UNCHANGED: Change = { ratio: 1, shift: 0 };

/**
 * Places two samples among each other, the second one changed, anew for each change.
 *
 * Definition: the placements of `x` come from how many values of `y` lie below each of its own, and up to it.
 * Those of `y` follow by summation by parts, as a value of `y` counts just those of `x` that do not count it.
 * Equal values of one sample travel as one run.
 * Convention: values are tied when they are equal as doubles after this change. The merge takes a run of either
 * sample at each step, without a branch: which one it is cannot be predicted.
 *
 * @param x ascending, not empty, without NaN
 * @param y the same
 */
export function createPlacements(x: Float64Array, y: Float64Array): (change: Change) => Placements {
  const own = findRuns(x);
  const other = findRuns(y);
  const merge: Merge = {
    counts: { m: x.length, n: y.length },
    own,
    weights: squaresBetween(countBefore(own)),
    fenced: fence(other.values),
    before: countBefore(other),
  };
  return (change) => placeApart(merge, change) ?? place(merge, change);
}

interface Merge {
  counts: { m: number; n: number };
  own: Runs;
  /** Of each run of `x`: the square of how many values come before its end, less that of before itself. */
  weights: Float64Array;
  /** The runs of `y`, unchanged, and NaN. */
  fenced: Float64Array;
  /** How many values of `y` come before each of them. */
  before: Float64Array;
}

/** The square of each number less that of the one before. */
function squaresBetween(numbers: Float64Array): Float64Array {
  const differences = new Float64Array(numbers.length - 1);
  for (let i = 0; i < differences.length; i++) {
    const [low, high] = [numbers[i]!, numbers[i + 1]!];
    differences[i] = high * high - low * low;
  }
  return differences;
}

/** Of samples that do not overlap after the change, without a merge. */
function placeApart(
  { counts, own, fenced }: Merge,
  { ratio, shift }: Change,
): Placements | undefined {
  const { m, n } = counts;
  const { values } = own;
  if (values[0]! > fenced[fenced.length - 2]! * ratio + shift) {
    return placementsOf(counts, {
      sum: 2 * m * n,
      squares: 4 * m * n * n,
      weighted: 2 * m * m * n,
      tied: 0,
    });
  }
  if (values[values.length - 1]! < fenced[0]! * ratio + shift) {
    return placementsOf(counts, { sum: 0, squares: 0, weighted: 0, tied: 0 });
  }
  return undefined;
}

/** The innermost loop of a judge: variables that are declared one by one are the faster ones. */
function place(
  { counts, own, weights, fenced, before }: Merge,
  { ratio, shift }: Change,
): Placements {
  const { values, lengths } = own;
  let sum = 0;
  let squares = 0;
  let weighted = 0;
  let tied = 0;
  let j = 0;
  for (let i = 0; i < values.length;) {
    const next = fenced[j]! * ratio + shift;
    const isOther = Number(next < values[i]!);
    const isOwn = 1 - isOther;
    let placement = 2 * before[j]!;
    if (next === values[i]!) {
      // rounding may have made more than one run so
      let end = j + 1;
      while (fenced[end]! * ratio + shift === next) end++;
      const equal = before[end]! - before[j]!;
      placement += equal;
      tied += lengths[i]! * lengths[i]! * equal;
    }
    const added = isOwn * lengths[i]! * placement;
    sum += added;
    squares += added * placement;
    weighted += isOwn * weights[i]! * placement;
    j += isOther;
    i += isOwn;
  }
  return placementsOf(counts, { sum, squares, weighted, tied });
}

function placementsOf(
  { m, n }: Merge['counts'],
  sums: { sum: number; squares: number; weighted: number; tied: number },
): Placements {
  const { sum, squares, weighted, tied } = sums;
  return {
    ofX: { count: m, others: n, sum, squares },
    ofY: {
      count: n,
      others: m,
      sum: 2 * m * n - sum,
      squares: 4 * m * m * n - 2 * weighted - tied,
    },
  };
}
