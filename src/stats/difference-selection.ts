/** The differences `x[i] - y[j]` of two samples, in ascending order, without listing them. */
export interface Differences {
  /** How many there are: m times n. */
  count: number;
  /** The k-th smallest, counted from 1. */
  at: (k: number) => number;
}

/** Columns of one row that may still hold the wanted difference: from `from` to before `to`. */
interface Windows {
  from: Int32Array;
  to: Int32Array;
}

/**
 * Selects order statistics of all pairwise differences in O((m + n) log(m + n)) each.
 *
 * Definition: with both samples sorted, the differences are a matrix whose rows and columns ascend.
 * Each round takes the middle of what is left of every row, their median weighted by what is left, and
 * counts along the staircase below it how many differences are smaller and how many are not larger;
 * at least a quarter of the candidates leaves. The last m + n are sorted.
 * Convention: rounding keeps the order of rows and columns, so the answer is the difference of two given
 * values, to the bit. An infinity minus itself is 0, as any value minus itself: the order stays total,
 * and an infinite value counts as farther out than every other. Memory is O(m + n).
 * Source: Johnson & Mizoguchi, Selecting the Kth element in X + Y (1978).
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
  while (left > x.length + y.length) {
    const pivot = weightedMedianOfRows(x, y, windows);
    const smaller = countBelow({ x, y, pivot }, reached.from, isSmaller);
    if (k <= smaller) {
      windows.to.set(reached.from);
      left = smaller - below;
      continue;
    }
    const notLarger = countBelow({ x, y, pivot }, reached.to, isNotLarger);
    if (k <= notLarger) return pivot;
    windows.from.set(reached.to);
    left -= notLarger - below;
    below = notLarger;
  }
  return listCandidates(x, y, windows).sort()[k - below - 1]!;
}

function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

type Relation = (value: number, pivot: number) => boolean;
const isSmaller: Relation = (value, pivot) => value < pivot;
const isNotLarger: Relation = (value, pivot) => value <= pivot;

/** Per row, how many differences stand in the relation to the pivot: one walk down the staircase. */
function countBelow(
  { x, y, pivot }: { x: Float64Array; y: Float64Array; pivot: number },
  counts: Int32Array,
  relation: Relation,
): number {
  let total = 0;
  let column = y.length;
  for (let row = 0; row < x.length; row++) {
    while (column > 0 && !relation(difference(x[row]!, y[column - 1]!), pivot)) column--;
    counts[row] = column;
    total += column;
  }
  return total;
}

function weightedMedianOfRows(x: Float64Array, y: Float64Array, { from, to }: Windows): number {
  const middles = new Float64Array(x.length);
  const weights = new Float64Array(x.length);
  let size = 0;
  for (let row = 0; row < x.length; row++) {
    const width = to[row]! - from[row]!;
    if (width <= 0) continue;
    middles[size] = difference(x[row]!, y[from[row]! + (width >> 1)]!);
    weights[size++] = width;
  }
  return weightedMedian(middles.subarray(0, size), weights.subarray(0, size));
}

/** The value with at most half of the weight on either side; reorders its inputs (quickselect). */
function weightedMedian(values: Float64Array, weights: Float64Array): number {
  let target = weights.reduce((sum, weight) => sum + weight, 0) / 2;
  let [from, to] = [0, values.length];
  for (;;) {
    const pivot = medianOfThree(values, from, to);
    // [from, low) is smaller, [low, next) equal, [high, to) larger
    let [low, next, high] = [from, from, to];
    let [smaller, equal] = [0, 0];
    while (next < high) {
      const value = values[next]!;
      if (value < pivot) {
        smaller += weights[next]!;
        swap(values, weights, low++, next++);
      } else if (value > pivot) swap(values, weights, next, --high);
      else equal += weights[next++]!;
    }
    if (target < smaller) to = low;
    else if (target <= smaller + equal) return pivot;
    else {
      target -= smaller + equal;
      from = high;
    }
  }
}

function medianOfThree(values: Float64Array, from: number, to: number): number {
  const [a, b, c] = [values[from]!, values[(from + to) >> 1]!, values[to - 1]!];
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function swap(values: Float64Array, weights: Float64Array, i: number, j: number): void {
  const [value, weight] = [values[i]!, weights[i]!];
  values[i] = values[j]!;
  weights[i] = weights[j]!;
  values[j] = value;
  weights[j] = weight;
}

function listCandidates(x: Float64Array, y: Float64Array, { from, to }: Windows): Float64Array {
  const candidates: number[] = [];
  for (let row = 0; row < x.length; row++) {
    for (let column = from[row]!; column < to[row]!; column++) {
      candidates.push(difference(x[row]!, y[column]!));
    }
  }
  return Float64Array.from(candidates);
}
