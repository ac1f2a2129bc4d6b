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
 * Convention: values are tied when they are equal as doubles after this change. Each search goes on from where the
 * last change left it, displaced as much as the one before: O(m + n), as the displacements vary no more than the
 * counts do, and hardly a step where changes close in on one.
 *
 * @param x ascending, not empty, without NaN
 * @param y the same
 */
export function createPlacements(x: Float64Array, y: Float64Array): (change: Change) => Placements {
  const own = findRuns(x);
  const first = countBefore(own);
  const other = findRuns(y);
  const search: Search = {
    counts: { m: x.length, n: y.length },
    own,
    weights: squaresBetween(first),
    fenced: fence(other.values),
    before: countBefore(other),
    below: new Int32Array(own.values.length),
  };
  return (change) => placeApart(search, change) ?? place(search, change);
}

/** The square of each number less that of the one before. */
function squaresBetween(numbers: Float64Array): Float64Array {
  const differences = new Float64Array(numbers.length - 1);
  for (let i = 0; i < differences.length; i++) {
    differences[i] = numbers[i + 1]! ** 2 - numbers[i]! ** 2;
  }
  return differences;
}

interface Search {
  counts: { m: number; n: number };
  own: Runs;
  /** Of each run of `x`: the square of how many values come before its end, less that of before itself. */
  weights: Float64Array;
  /** Run k of `y`, unchanged, is fenced[k + 1]; so many of its values come before it. */
  fenced: Float64Array;
  before: Float64Array;
  /** How many runs of `y` lay below each run of `x` after the last change. */
  below: Int32Array;
}

/** Of samples that do not overlap after the change, without a search. */
function placeApart(
  { counts, own, fenced }: Search,
  { ratio, shift }: Change,
): Placements | undefined {
  const { m, n } = counts;
  const { values } = own;
  if (values[0]! > fenced[fenced.length - 2]! * ratio + shift) {
    return placementsOf(counts, {
      sum: 2 * m * n,
      squares: 4 * m * n * n,
      weighted: 2 * m * m * n,
    });
  }
  if (values[values.length - 1]! < fenced[1]! * ratio + shift) {
    return placementsOf(counts, { sum: 0, squares: 0, weighted: 0 });
  }
  return undefined;
}

/** The innermost loop of a judge: its variables are declared one by one, which is what makes them fast. */
function place(
  { counts, own, weights, fenced, before, below }: Search,
  { ratio, shift }: Change,
): Placements {
  const { values, lengths } = own;
  const runs = before.length - 1;
  let sum = 0;
  let squares = 0;
  let weighted = 0;
  let tied = 0;
  let displaced = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const last = below[i]!;
    let position = last + displaced;
    if (position > runs) position = runs;
    while (fenced[position]! * ratio + shift >= value) position--;
    let next = fenced[position + 1]! * ratio + shift;
    while (next < value) next = fenced[++position + 1]! * ratio + shift;
    below[i] = position;
    displaced = position - last;
    let placement = 2 * before[position]!;
    if (next <= value) {
      // equal, as it is not below; rounding may have made more than one run so
      let end = position + 1;
      while (fenced[end + 1]! * ratio + shift <= value) end++;
      const equal = before[end]! - before[position]!;
      placement += equal;
      tied += lengths[i]! * lengths[i]! * equal;
    }
    const added = lengths[i]! * placement;
    sum += added;
    squares += added * placement;
    weighted += weights[i]! * placement;
  }
  return placementsOf(counts, { sum, squares, weighted, tied });
}

function placementsOf(
  { m, n }: Search['counts'],
  {
    sum,
    squares,
    weighted,
    tied = 0,
  }: { sum: number; squares: number; weighted: number; tied?: number },
): Placements {
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
