import { createPlacements, UNCHANGED, type PlacementSums } from './placements.ts';

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
  const { ofX, ofY } = createPlacements(x, y)(UNCHANGED);
  return testPlacements(ofX, ofY);
}

/** The same test of samples whose placements among each other are known. */
export function testPlacements(ofX: PlacementSums, ofY: PlacementSums): RankTest {
  const [x, y] = [momentsOf(ofX), momentsOf(ofY)];
  const [m, n] = [ofX.count, ofY.count];
  const probability = x.mean;
  if (probability <= 0 || probability >= 1) return { ...separation(m, n), probability };
  const [a, b] = [x.variance / m, y.variance / n];
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
