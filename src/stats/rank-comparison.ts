import { countBefore, findRuns, type Runs } from './runs.ts';

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
 * Ranks `x - shift` among `y`, anew for each shift, in O(distinct values): both samples are sorted once,
 * and a shift keeps the order, so one merge finds the ranks and the ties.
 *
 * Convention: values are tied when they are equal as doubles at this shift (also when rounding made
 * them so). Equal values of one sample travel as one run. The merge goes on from the positions of the
 * last shift, upwards or downwards, so that a search that closes in on one shift hardly moves any; all
 * counts are integers, so the bits are those of ranking from nothing. Nothing is allocated per call.
 * Edge cases: `excess` is NaN when the shift turns a value into NaN (infinities of equal sign).
 *
 * @param first ascending, not empty, without NaN
 * @param second ascending, not empty, without NaN
 */
export function createRankComparison(first: Float64Array, second: Float64Array): RankComparison {
  const x = separateNegativeZeros(first);
  const y = separateNegativeZeros(second);
  const tiesWithinEach = tiesWithin(x) + tiesWithin(y);
  const merge = createMerge(findRuns(x), findRuns(y));
  const tally: RankTally = { excess: 0, ties: tiesWithinEach };
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
      tally.ties = tiesWithinEach + merge.ties;
      return tally;
    },
  };
}

interface Merge {
  x: Runs;
  /** Run k of y is fenced[k + 1]. */
  fenced: Float64Array;
  /** How many values of y come before its run k. */
  before: Float64Array;
  /** How many runs of y lie below each x - shift, for the last shift. */
  below: Int32Array;
  lastShift: number;
  /** Pairs in which the value of `x` is the larger, ties counted half. */
  wins: number;
  /** Tie terms beyond those within each sample. */
  ties: number;
}

function createMerge(x: Runs, y: Runs): Merge {
  return {
    x,
    fenced: fence(y.values),
    before: countBefore(y),
    // nothing lies below x - infinity
    below: new Int32Array(x.values.length),
    lastShift: Number.POSITIVE_INFINITY,
    wins: 0,
    ties: 0,
  };
}

/** NaN before and after: every walk along the values stops there without a test for the end. */
function fence(values: Float64Array): Float64Array {
  const fenced = new Float64Array(values.length + 2).fill(NaN);
  fenced.set(values, 1);
  return fenced;
}

function moveTo(merge: Merge, shift: number): void {
  const isTied = shift <= merge.lastShift ? scanUp(merge, shift) : scanDown(merge, shift);
  merge.lastShift = shift;
  merge.ties = 0;
  if (isTied) countTies(merge, shift);
}

/** For a smaller shift than the last: positions can only grow. True when runs are tied. */
function scanUp(merge: Merge, shift: number): boolean {
  const { fenced, before, below } = merge;
  const { values, lengths } = merge.x;
  let wins = 0;
  let isTied = false;
  let reached = 0;
  let previous = Number.NaN;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! - shift;
    // written so that a branch is taken only where positions move: it must be predictable
    let position = below[i]!;
    if (position < reached) position = reached;
    let next = fenced[position + 1]!;
    while (next < value) next = fenced[++position + 1]!;
    // equal, as neither can be below
    if (next <= value || value <= previous) isTied = true;
    below[i] = position;
    reached = position;
    wins += lengths[i]! * before[position]!;
    previous = value;
  }
  merge.wins = wins;
  return isTied;
}

/** For a larger shift than the last: positions can only shrink. True when runs are tied. */
function scanDown(merge: Merge, shift: number): boolean {
  const { fenced, before, below } = merge;
  const { values, lengths } = merge.x;
  let wins = 0;
  let isTied = false;
  let reached = fenced.length - 2;
  let previous = Number.NaN;
  for (let i = values.length - 1; i >= 0; i--) {
    const value = values[i]! - shift;
    let position = below[i]!;
    if (position > reached) position = reached;
    while (fenced[position]! >= value) position--;
    if (fenced[position + 1]! <= value || previous <= value) isTied = true;
    below[i] = position;
    reached = position;
    wins += lengths[i]! * before[position]!;
    previous = value;
  }
  merge.wins = wins;
  return isTied;
}

/** Corrects wins and ties where runs of both samples meet, or rounding has merged runs of `x`. */
function countTies(merge: Merge, shift: number): void {
  const { fenced, before, below } = merge;
  const { values, lengths } = merge.x;
  let i = 0;
  while (i < values.length) {
    const value = values[i]! - shift;
    const position = below[i]!;
    let own = 0;
    let apart = 0;
    do {
      own += lengths[i]!;
      apart += tieTerm(lengths[i]!);
      i++;
    } while (i < values.length && values[i]! - shift === value);
    const others = fenced[position + 1] === value ? before[position + 1]! - before[position]! : 0;
    merge.wins += (own * others) / 2;
    merge.ties += tieTerm(own + others) - apart - tieTerm(others);
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

/** Sum of t^3 - t over the groups of t equal values of one ascending sample. */
export function tiesWithin(sorted: Float64Array): number {
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
