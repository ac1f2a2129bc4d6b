import { countBefore, fence, findRuns, type Runs } from './runs.ts';

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
 * them so). Equal values of one sample travel as one run. All counts are integers, so the bits are those
 * of any other way to rank. Nothing is allocated per call.
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
      const wins = countWins(merge, shift);
      if (wins === undefined) countTied(merge, shift, tally);
      else {
        tally.excess = wins;
        tally.ties = 0;
      }
      tally.excess -= (x.length * y.length) / 2;
      tally.ties += tiesWithinEach;
      return tally;
    },
  };
}

interface Merge {
  /** The runs of both samples, each with NaN behind. */
  x: Float64Array;
  y: Float64Array;
  /** How often each value of `x` occurs. */
  lengths: Float64Array;
  /** How many values of `y` come before each of its runs. */
  before: Float64Array;
}

function createMerge(x: Runs, y: Runs): Merge {
  return {
    x: fence(x.values),
    y: fence(y.values),
    lengths: x.lengths,
    before: countBefore(y),
  };
}

/**
 * Pairs in which the value of `x` is the larger; undefined where values are tied, of both samples or, by rounding,
 * of `x`. Takes a run of either sample at each step without a branch, as none could be predicted.
 */
function countWins({ x, y, lengths, before }: Merge, shift: number): number | undefined {
  let wins = 0;
  let isTied = false;
  let j = 0;
  for (let i = 0; i < lengths.length;) {
    const value = x[i]! - shift;
    const isOther = Number(y[j]! < value);
    const isOwn = 1 - isOther;
    if (y[j] === value || x[i + 1]! - shift === value) isTied = true;
    wins += isOwn * lengths[i]! * before[j]!;
    j += isOther;
    i += isOwn;
  }
  return isTied ? undefined : wins;
}

/** Sets the tally to the wins, ties counted half, and to the tie terms beyond those within each sample. */
function countTied({ x, y, lengths, before }: Merge, shift: number, tally: RankTally): void {
  tally.excess = 0;
  tally.ties = 0;
  let i = 0;
  let j = 0;
  while (i < lengths.length) {
    const value = x[i]! - shift;
    while (y[j]! < value) j++;
    let own = 0;
    let apart = 0;
    do {
      own += lengths[i]!;
      apart += tieTerm(lengths[i]!);
      i++;
    } while (x[i]! - shift === value);
    const others = y[j] === value ? before[j + 1]! - before[j]! : 0;
    tally.excess += own * (before[j]! + others / 2);
    tally.ties += tieTerm(own + others) - apart - tieTerm(others);
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
