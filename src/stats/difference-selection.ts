/** The differences `x[i] - y[j]` of two samples, in ascending order, without listing them. */
export interface Differences {
  /** How many there are: m times n. */
  count: number;
  /** The k-th smallest, counted from 1. */
  at: (k: number) => number;
}

/** So few candidates are sorted. */
const FEW = 128;
/** Most candidates that a pivot is chosen from. */
const LARGEST_SAMPLE = 256;

/** Columns of one row that may still hold the wanted difference: from `from` to before `to`. */
interface Windows {
  from: Int32Array;
  to: Int32Array;
}

/**
 * Selects order statistics of all pairwise differences without listing them.
 *
 * Definition: with both samples sorted, the differences are a matrix whose rows and columns ascend.
 * Each round takes an even sample of the candidates and of it, in turn, one value just below and one
 * just above where the wanted one should be, and counts along the staircase how many differences are
 * smaller and how many are not larger, in O(m + n). Two rounds leave about a tenth of the candidates;
 * the last few hundred are sorted.
 * Convention: rounding keeps the order of rows and columns, so the answer is the difference of two given
 * values, to the bit. An infinity minus itself is 0, as any value minus itself: the order stays total,
 * and an infinite value counts as farther out than every other. Memory is O(m + n).
 * Sources: Johnson & Mizoguchi, Selecting the Kth element in X + Y (1978), for the matrix and the
 * staircase; Floyd & Rivest, Expected time bounds for selection (1975), for the two pivots.
 *
 * @param x ascending, not empty, without NaN
 * @param y ascending, not empty, without NaN
 */
export function selectDifferences(x: Float64Array, y: Float64Array): Differences {
  const descending = y.toReversed();
  return {
    count: x.length * y.length,
    at: (k) => select(x, descending, k),
  };
}

function select(x: Float64Array, y: Float64Array, k: number): number {
  const windows = { from: new Int32Array(x.length), to: new Int32Array(x.length).fill(y.length) };
  const reached = { from: new Int32Array(x.length), to: new Int32Array(x.length) };
  let below = 0;
  let left = x.length * y.length;
  let side: -1 | 1 = 1;
  while (left > FEW) {
    side = side === 1 ? -1 : 1;
    const pivot = pivotNear({ x, y }, windows, { rank: k - below - 1, left, side });
    const { smaller, notLarger } = countBelow(x, y, { pivot, reached });
    if (k <= smaller) {
      windows.to.set(reached.from);
      left = smaller - below;
    } else if (k <= notLarger) return pivot;
    else {
      windows.from.set(reached.to);
      left -= notLarger - below;
      below = notLarger;
    }
  }
  return listCandidates({ x, y }, windows, left).sort()[k - below - 1]!;
}

function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/**
 * How many differences are smaller than the pivot, and how many are not larger; in all, and row by row
 * in `reached` (`from` and `to`). One walk down the staircase.
 */
function countBelow(
  x: Float64Array,
  y: Float64Array,
  { pivot, reached }: { pivot: number; reached: Windows },
): { smaller: number; notLarger: number } {
  let [smaller, notLarger] = [0, 0];
  let [from, to] = [y.length, y.length];
  for (let row = 0; row < x.length; row++) {
    const value = x[row]!;
    while (to > 0 && difference(value, y[to - 1]!) > pivot) to--;
    if (from > to) from = to;
    while (from > 0 && difference(value, y[from - 1]!) >= pivot) from--;
    reached.to[row] = to;
    reached.from[row] = from;
    notLarger += to;
    smaller += from;
  }
  return { smaller, notLarger };
}

/** One candidate a little below (side -1) or above (1) the wanted one, by an even sample of them all. */
function pivotNear(
  { x, y }: { x: Float64Array; y: Float64Array },
  { from, to }: Windows,
  { rank, left, side }: { rank: number; left: number; side: -1 | 1 },
): number {
  const sample = new Float64Array(Math.min(Math.ceil(Math.sqrt(left)), LARGEST_SAMPLE));
  const stride = left / sample.length;
  let size = 0;
  let passed = 0;
  for (let row = 0; row < x.length; row++) {
    const width = to[row]! - from[row]!;
    for (; size < sample.length && (size + 0.5) * stride < passed + width; size++) {
      const column = from[row]! + Math.floor((size + 0.5) * stride - passed);
      sample[size] = difference(x[row]!, y[column]!);
    }
    passed += width;
  }
  const doubt = Math.sqrt(sample.length) / 2;
  const place = Math.floor(rank / stride + side * doubt);
  return sample.sort()[Math.max(0, Math.min(place, sample.length - 1))]!;
}

function listCandidates(
  { x, y }: { x: Float64Array; y: Float64Array },
  { from, to }: Windows,
  left: number,
): Float64Array {
  const candidates = new Float64Array(left);
  let size = 0;
  for (let row = 0; row < x.length; row++) {
    for (let column = from[row]!; column < to[row]!; column++) {
      candidates[size++] = difference(x[row]!, y[column]!);
    }
  }
  return candidates;
}
