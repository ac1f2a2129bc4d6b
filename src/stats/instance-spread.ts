import type { OffsetSize } from './offset-sizes.ts';
import { quantile } from './quantile.ts';

/** An instance unlike its siblings, by its place in the list, and how many times their median it is. */
export interface OutlyingInstance {
  index: number;
  ratio: number;
}

export interface SpreadOptions {
  /** The sizes to weigh. */
  sizes: readonly OffsetSize[];
  /** Sampling variance of one level; 0 where it is unknown, which makes larger sizes likelier. */
  noiseVariance: number;
}

/** Variance below which instances cannot be told apart. */
const LEAST_VARIANCE = 1e-8;
const FEWEST_FREEDOM = 2;
const FEWEST_SIBLINGS = 4;
/** An outlier lies this factor and this many robust standard deviations from its siblings. */
const OUTLYING_FACTOR = 1.5;
const OUTLYING_DEVIATIONS = 5;
/** What makes a median absolute deviation the standard deviation of a normal distribution. */
const MAD_SCALE = 1.4826;

/**
 * What the spread between the instances of a side says of how far two sides may differ without any
 * regression (S11): ln of the weight of each size, 0 for the likeliest; undefined when fewer than two
 * deviations are known. Only spreads within a side enter, so a canary that is worse as a whole does not
 * excuse itself.
 *
 * @param canary one level an instance: ln of its mean; on the linear scale its mean over that of the baseline
 */
export function weighInstanceSpread(
  canary: readonly number[],
  baseline: readonly number[],
  { sizes, noiseVariance }: SpreadOptions,
): number[] | undefined {
  const freedom = canary.length + baseline.length - 2;
  const isKnown = canary.length > 0 && baseline.length > 0 && freedom >= FEWEST_FREEDOM;
  if (!isKnown) return undefined;
  const squares = squaresAboutMean(canary) + squaresAboutMean(baseline);
  // variance of the difference of the sides' means, in units of that of one instance
  const share = 1 / canary.length + 1 / baseline.length;
  const logs = sizes.map(({ size }) => {
    const variance = Math.max((size * size) / share + noiseVariance, LEAST_VARIANCE);
    return -(freedom * Math.log(variance) + squares / variance) / 2;
  });
  const largest = Math.max(...logs);
  return logs.map((log) => log - largest);
}

/**
 * The instances of a side that are unlike their siblings, by the median and the median absolute deviation
 * of these; none where there are fewer than four.
 *
 * @param levels ln of the mean of each instance
 */
export function findOutlyingInstances(levels: readonly number[]): OutlyingInstance[] {
  if (levels.length < FEWEST_SIBLINGS) return [];
  return levels.flatMap((level, index) => {
    const siblings = levels.filter((_, other) => other !== index);
    const center = median(siblings);
    const spread = MAD_SCALE * median(siblings.map((sibling) => Math.abs(sibling - center)));
    const distance = Math.abs(level - center);
    const isOutlying =
      distance > Math.log(OUTLYING_FACTOR) && distance > OUTLYING_DEVIATIONS * spread;
    return isOutlying ? [{ index, ratio: Math.exp(level - center) }] : [];
  });
}

function squaresAboutMean(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}
