/** How often a value of the first sample exceeds one of the second, and how sure that is. */
export interface RankTest {
  /** P(X > Y) + P(X = Y)/2: 0.5 = no difference. */
  probability: number;
  /** Of the probability, for independent values; 0 when all values of both samples are equal. */
  variance: number;
  /** Degrees of freedom of that variance. */
  freedom: number;
}

/** Part of the squares below which a difference of sums is none. */
const ROUNDING = 1e-14;

/**
 * The rank test of Brunner and Munzel (W2, W3): unlike that of Mann and Whitney it needs neither equal
 * variances nor values without ties.
 *
 * Definition: the mean of the placements of X among Y, and the variances of the placements of both samples,
 * each over its number; freedom by Satterthwaite.
 * Edge cases: samples that do not overlap have a probability of 0 or 1 and would have no variance; they get
 * that of a share of 1 - 1/(2k) of k values, k the smaller number.
 * Source: Brunner and Munzel (2000), The nonparametric Behrens-Fisher problem.
 *
 * @param x ascending, two values or more, without NaN
 * @param y the same
 */
export function brunnerMunzel(x: Float64Array, y: Float64Array): RankTest {
  const [ofX, ofY] = sumPlacements(x, y).map(momentsOf) as [Moments, Moments];
  const [m, n] = [x.length, y.length];
  const probability = ofX.mean;
  if (probability <= 0 || probability >= 1) return { ...separation(m, n), probability };
  const [a, b] = [ofX.variance / m, ofY.variance / n];
  const variance = a + b;
  if (!(variance > 0)) return { probability, variance: 0, freedom: m + n - 2 };
  return {
    probability,
    variance,
    freedom: variance ** 2 / (a ** 2 / (m - 1) + b ** 2 / (n - 1)),
  };
}

/** The test of samples of which the first lies above the second (W3). */
export function separation(m: number, n: number): RankTest {
  const fewest = Math.min(m, n);
  const share = 1 - 1 / (2 * fewest);
  return { probability: 1, variance: (share * (1 - share)) / fewest, freedom: m + n - 2 };
}

/** Twice the number of values below, equal ones counted half, added over a sample: whole numbers, so exact. */
interface PlacementSums {
  count: number;
  others: number;
  sum: number;
  squares: number;
}

/** One pass over both samples together, from one value that occurs to the next. */
function sumPlacements(x: Float64Array, y: Float64Array): [PlacementSums, PlacementSums] {
  const ofX = { count: x.length, others: y.length, sum: 0, squares: 0 };
  const ofY = { count: y.length, others: x.length, sum: 0, squares: 0 };
  let [i, j] = [0, 0];
  while (i < x.length || j < y.length) {
    const value = j >= y.length || x[i]! < y[j]! ? x[i]! : y[j]!;
    const [fromX, fromY] = [i, j];
    while (i < x.length && x[i] === value) i++;
    while (j < y.length && y[j] === value) j++;
    add(ofX, i - fromX, fromY + j);
    add(ofY, j - fromY, fromX + i);
  }
  return [ofX, ofY];
}

function add(sums: PlacementSums, times: number, placement: number): void {
  sums.sum += times * placement;
  sums.squares += times * placement * placement;
}

interface Moments {
  mean: number;
  variance: number;
}

function momentsOf({ count, others, sum, squares }: PlacementSums): Moments {
  const unit = 2 * others;
  const about = Math.max(0, squares - (sum * sum) / count);
  return {
    mean: sum / count / unit,
    variance: about <= ROUNDING * squares ? 0 : about / (count - 1) / unit ** 2,
  };
}

/** Tells of a value which share of a sample lies below it, equal ones counted half; NaN of NaN. */
export function placementAmong(sorted: Float64Array): (value: number) => number {
  return (value) => {
    if (Number.isNaN(value)) return NaN;
    const below = countWhile(sorted, (other) => other < value);
    const upTo = countWhile(sorted, (other) => other <= value);
    return (below + upTo) / (2 * sorted.length);
  };
}

/** How many values at the front hold, where those that hold come first. */
function countWhile(sorted: Float64Array, holds: (value: number) => boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(sorted[middle]!)) from = middle + 1;
    else to = middle;
  }
  return from;
}
