/** Two samples ranked together; counted in halves of integers, so exact below 2^53. */
export interface RankTally {
  /** Mid-rank sum of the first sample minus what equal distributions would give: -mn/2 to mn/2. */
  excess: number;
  /** Sum of t^3 - t over the groups of t equal values in the pooled sample. */
  ties: number;
}

/**
 * Ranks `x - shift` among `y`, anew for each shift, in O(m + n): both samples are sorted once, and a
 * shift keeps the order, so one merge finds the ranks and the ties.
 *
 * Convention: values are tied when they are equal as doubles at this shift (also when rounding made
 * them so). Nothing is allocated per call: the same tally is filled again each time.
 * Edge cases: `excess` is NaN when the shift turns a value into NaN (infinities of equal sign).
 *
 * @param x ascending, not empty, without NaN
 * @param y ascending, not empty, without NaN
 */
export function createRankComparison(
  x: Float64Array,
  y: Float64Array,
): (shift: number) => RankTally {
  const m = x.length;
  const n = y.length;
  const tiesWithinY = tiesWithin(y);
  const tally: RankTally = { excess: 0, ties: 0 };

  return (shift) => {
    let twiceWins = 0;
    let ties = tiesWithinY;
    let j = 0;
    let i = 0;
    while (i < m) {
      const value = x[i]! - shift;
      const first = i;
      do i++;
      while (i < m && x[i]! - shift === value);
      while (j < n && y[j]! < value) j++;
      const own = i - first;
      twiceWins += own * 2 * j;
      if (own > 1 || (j < n && y[j] === value)) {
        const below = j;
        while (j < n && y[j] === value) j++;
        const others = j - below;
        twiceWins += own * others;
        ties += tieTerm(own + others) - tieTerm(others);
      }
    }
    const undefinedRank = Number.isNaN(x[0]! - shift) || Number.isNaN(x[m - 1]! - shift);
    tally.excess = undefinedRank ? Number.NaN : (twiceWins - m * n) / 2;
    tally.ties = ties;
    return tally;
  };
}

/**
 * The same sample for ranking in the order of Java's `Double.compare`, which puts -0 below 0: each -0
 * becomes the negative number closest to it, as JavaScript and the hardware hold the two for equal.
 * Monitoring systems do deliver -0 (a rate times a negative factor), and labels have hung on it.
 *
 * @param sorted ascending; returned as it is when it holds no -0
 */
export function separateNegativeZeros(sorted: Float64Array): Float64Array {
  if (!sorted.some((value) => Object.is(value, -0))) return sorted;
  return sorted.map((value) => (Object.is(value, -0) ? -Number.MIN_VALUE : value)).sort();
}

/** How far the mid-rank sum of `x` among `y` lies above what equal distributions would give. */
export function rankExcess(x: Float64Array, y: Float64Array): number {
  return createRankComparison(x, y)(0).excess;
}

function tiesWithin(sorted: Float64Array): number {
  let ties = 0;
  let first = 0;
  for (let i = 1; i <= sorted.length; i++) {
    if (sorted[i] === sorted[first]) continue;
    ties += tieTerm(i - first);
    first = i;
  }
  return ties;
}

function tieTerm(count: number): number {
  return count * count * count - count;
}
