/** Two samples ranked together; counted in halves of integers, so exact below 2^53. */
export interface RankTally {
  /** Mid-rank sum of the first sample minus what equal distributions would give: -mn/2 to mn/2. */
  excess: number;
  /** Sum of t^3 - t over the groups of t equal values in the pooled sample. */
  ties: number;
}

export interface RankComparison {
  /** Ascending; -0 is replaced, see `separateNegativeZeros`. */
  x: Float64Array;
  y: Float64Array;
  /** Ranks `x - shift` among `y`. Fills and returns the same tally each time. */
  at: (shift: number) => RankTally;
}

/**
 * Ranks `x - shift` among `y`, anew for each shift, in O(m + n): both samples are sorted once, and a
 * shift keeps the order, so one merge finds the ranks and the ties.
 *
 * Convention: values are tied when they are equal as doubles at this shift (also when rounding made
 * them so). The merge goes on from the positions of the last shift, upwards or downwards, so that a
 * search that closes in on one shift hardly moves any; all counts are integers, so the bits are those
 * of ranking from nothing. Nothing is allocated per call.
 * Edge cases: `excess` is NaN when the shift turns a value into NaN (infinities of equal sign).
 *
 * @param first ascending, not empty, without NaN
 * @param second ascending, not empty, without NaN
 */
export function createRankComparison(first: Float64Array, second: Float64Array): RankComparison {
  const x = separateNegativeZeros(first);
  const y = separateNegativeZeros(second);
  const tiesWithinY = tiesWithin(y);
  const merge = createMerge(x, y);
  const tally: RankTally = { excess: 0, ties: tiesWithinY };
  return {
    x,
    y,
    at(shift) {
      if (Number.isNaN(x[0]! - shift) || Number.isNaN(x[x.length - 1]! - shift)) {
        tally.excess = Number.NaN;
        return tally;
      }
      moveTo(merge, shift);
      tally.excess = merge.wins - (x.length * y.length) / 2;
      tally.ties = tiesWithinY + merge.ties;
      return tally;
    },
  };
}

interface Merge {
  x: Float64Array;
  /** NaN on both ends stops every scan without a test for the end: y[k] is fenced[k + 1]. */
  fenced: Float64Array;
  /** How many of y lie below each x - shift, for the last shift. */
  below: Int32Array;
  lastShift: number;
  /** Pairs in which the value of `x` is the larger, ties counted half. */
  wins: number;
  /** Tie terms beyond those within `y`. */
  ties: number;
}

function createMerge(x: Float64Array, y: Float64Array): Merge {
  const fenced = new Float64Array(y.length + 2);
  fenced.set(y, 1);
  fenced[0] = Number.NaN;
  fenced[y.length + 1] = Number.NaN;
  const below = new Int32Array(x.length);
  // nothing lies below x - infinity, which is what `below` starts with
  return { x, fenced, below, lastShift: Number.POSITIVE_INFINITY, wins: 0, ties: 0 };
}

function moveTo(merge: Merge, shift: number): void {
  const isTied = shift <= merge.lastShift ? scanUp(merge, shift) : scanDown(merge, shift);
  merge.lastShift = shift;
  merge.ties = 0;
  if (isTied) countTies(merge, shift);
}

/** For a smaller shift than the last: positions can only grow. True when any value is tied. */
function scanUp(merge: Merge, shift: number): boolean {
  const { x, fenced, below } = merge;
  let wins = 0;
  let isTied = false;
  let reached = 0;
  let previous = Number.NaN;
  for (let i = 0; i < x.length; i++) {
    const value = x[i]! - shift;
    // written so that a branch is taken only where positions move: it must be predictable
    let position = below[i]!;
    if (position < reached) position = reached;
    let next = fenced[position + 1]!;
    while (next < value) next = fenced[++position + 1]!;
    // equal, as neither can be below
    if (next <= value || value <= previous) isTied = true;
    below[i] = position;
    reached = position;
    wins += position;
    previous = value;
  }
  merge.wins = wins;
  return isTied;
}

/** For a larger shift than the last: positions can only shrink. True when any value is tied. */
function scanDown(merge: Merge, shift: number): boolean {
  const { x, fenced, below } = merge;
  let wins = 0;
  let isTied = false;
  let reached = fenced.length - 2;
  let previous = Number.NaN;
  for (let i = x.length - 1; i >= 0; i--) {
    const value = x[i]! - shift;
    let position = below[i]!;
    if (position > reached) position = reached;
    while (fenced[position]! >= value) position--;
    if (fenced[position + 1]! <= value || previous <= value) isTied = true;
    below[i] = position;
    reached = position;
    wins += position;
    previous = value;
  }
  merge.wins = wins;
  return isTied;
}

function countTies(merge: Merge, shift: number): void {
  const { x, fenced, below } = merge;
  let i = 0;
  while (i < x.length) {
    const value = x[i]! - shift;
    const first = i;
    do i++;
    while (i < x.length && x[i]! - shift === value);
    let end = below[first]!;
    while (fenced[end + 1] === value) end++;
    const own = i - first;
    const others = end - below[first]!;
    merge.wins += (own * others) / 2;
    merge.ties += tieTerm(own + others) - tieTerm(others);
  }
}

/**
 * The same sample in the order of Java's `Double.compare`, which puts -0 below 0: each -0 becomes the
 * negative number closest to it, as JavaScript holds the two for equal. Monitoring systems do deliver
 * -0 (a rate times a negative factor), and labels have hung on it.
 */
function separateNegativeZeros(sorted: Float64Array): Float64Array {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle]! < 0) from = middle + 1;
    else to = middle;
  }
  // typed arrays sort -0 before 0, so the first zero tells whether there is any
  if (!Object.is(sorted[from], -0)) return sorted;
  return sorted.map((value) => (Object.is(value, -0) ? -Number.MIN_VALUE : value));
}

function tiesWithin(sorted: Float64Array): number {
  let ties = 0;
  let run = 1;
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] === sorted[i - 1]) run++;
    else {
      ties += tieTerm(run);
      run = 1;
    }
  }
  return ties + tieTerm(run);
}

function tieTerm(count: number): number {
  return count * count * count - count;
}
