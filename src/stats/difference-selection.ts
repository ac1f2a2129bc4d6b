/** The differences `x[i] - y[j]` of two samples, in ascending order, without listing them. */
export interface Differences {
  /** How many there are: m times n. */
  count: number;
  /** The k-th smallest, counted from 1, and the next; the last is followed by itself. */
  at: (k: number) => [number, number];
}

/** So few candidates are sorted. */
const FEW = 256;
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
 * Each round takes an even sample of the candidates and of it one value just below and one just above
 * where the wanted one should be, and counts along the staircase how many differences are smaller than
 * each and how many are not larger, in O(m + n). A round leaves about a sixteenth of the candidates; the
 * last few hundred are sorted.
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

function select(x: Float64Array, y: Float64Array, k: number): [number, number] {
  const windows = { from: new Int32Array(x.length), to: new Int32Array(x.length).fill(y.length) };
  const reached = { from: new Int32Array(x.length), to: new Int32Array(x.length) };
  let below = 0;
  let left = x.length * y.length;
  while (left > FEW) {
    for (const pivot of pivotsAbout({ x, y }, windows, { rank: k - below - 1, left })) {
      const { smaller, notLarger } = countBelow({ x, y }, windows, { pivot, reached });
      if (k <= smaller) {
        windows.to.set(reached.from);
        left = smaller - below;
        break;
      }
      if (k <= notLarger) {
        return [pivot, k < notLarger ? pivot : (smallestFrom({ x, y }, reached.to) ?? pivot)];
      }
      windows.from.set(reached.to);
      left -= notLarger - below;
      below = notLarger;
    }
  }
  const candidates = listCandidates({ x, y }, windows, left).sort();
  const wanted = candidates[k - below - 1]!;
  return [wanted, candidates[k - below] ?? smallestFrom({ x, y }, windows.to) ?? wanted];
}

function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

interface Samples {
  x: Float64Array;
  /** Descending. */
  y: Float64Array;
}

/**
 * How many differences are smaller than the pivot, one of the candidates, and how many are not larger; in all, and
 * row by row in `reached` (`from` and `to`). One walk down the staircase.
 */
function countBelow(
  { x, y }: Samples,
  windows: Windows,
  { pivot, reached }: { pivot: number; reached: Windows },
): { smaller: number; notLarger: number } {
  let smaller = 0;
  let notLarger = 0;
  let from = y.length;
  let to = y.length;
  for (let row = 0; row < x.length; row++) {
    const value = x[row]!;
    // what lies beyond the candidates is larger
    if (to > windows.to[row]!) to = windows.to[row]!;
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

/** The smallest difference from the given column on of any row. */
function smallestFrom({ x, y }: Samples, columns: Int32Array): number | undefined {
  let smallest: number | undefined;
  for (let row = 0; row < x.length; row++) {
    const column = columns[row]!;
    if (column === y.length) continue;
    const candidate = difference(x[row]!, y[column]!);
    if (smallest === undefined || candidate < smallest) smallest = candidate;
  }
  return smallest;
}

/** Candidates a little below and above the wanted one, by an even sample of them all. */
function pivotsAbout(
  { x, y }: Samples,
  { from, to }: Windows,
  { rank, left }: { rank: number; left: number },
): Set<number> {
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
  sample.sort();
  const doubt = Math.sqrt(sample.length) / 2;
  const places = [-doubt, doubt].map((by) => Math.floor(rank / stride + by));
  return new Set(places.map((place) => sample[Math.max(0, Math.min(place, sample.length - 1))]!));
}

function listCandidates({ x, y }: Samples, { from, to }: Windows, left: number): Float64Array {
  const candidates = new Float64Array(left);
  let size = 0;
  for (let row = 0; row < x.length; row++) {
    for (let column = from[row]!; column < to[row]!; column++) {
      candidates[size++] = difference(x[row]!, y[column]!);
    }
  }
  return candidates;
}
