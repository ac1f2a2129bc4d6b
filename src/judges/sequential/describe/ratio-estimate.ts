import type { Difference } from '../evidence/statistic.ts';

/** The ratio of canary to baseline, beyond what was expected, from the whole run. */
export interface RatioEstimate {
  /** Ratio beyond the expected one, and the expected one: how the sides differ without a regression. */
  ratio: number;
  expected: number;
  /** Standard deviations of `ratio` and `expected`: of their logarithms on the log scale. */
  spread: number;
  expectedSpread: number;
  /** Long-run variance of the difference per sample, and in units of its marginal variance. */
  longRunVariance: number;
  longRunFactor: number;
}

/**
 * V9's estimate as a ratio. On the linear scale what is expected is an amount, so that it is a share of the
 * baseline's mean; a negative baseline counts by its size, as tolerances do. Undefined without pairs, and for
 * a baseline of 0.
 */
export function estimateRatio({ mixture, isLog }: Difference): RatioEstimate | undefined {
  const found = mixture.estimate(isLog ? 0 : 1);
  if (found === undefined) return undefined;
  const { mean, offset, spread, offsetSpread, longRunVariance, longRunFactor } = found;
  const noise = { longRunVariance, longRunFactor };
  if (isLog) {
    const ratios = { ratio: Math.exp(mean), expected: Math.exp(offset) };
    return { ...ratios, spread, expectedSpread: offsetSpread, ...noise };
  }
  const size = Math.abs(found.baseline);
  const ratio = 1 + mean / size;
  if (!Number.isFinite(ratio) || !Number.isFinite(spread / size)) return undefined;
  return {
    ratio,
    expected: 1 + offset / size,
    spread: spread / size,
    expectedSpread: offsetSpread / size,
    ...noise,
  };
}
