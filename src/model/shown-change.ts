import type { MetricJudgement } from './judgement.ts';

/**
 * How much a metric changed, as every face shows it: all from the evidence behind the label. Ratios of canary to
 * baseline, of a sequential judge beyond what was expected; an end that says nothing is absent.
 */
export interface ShownChange {
  estimate: number;
  lower?: number;
  upper?: number;
  /** The bounds hold at different times: what is between them never was true of the whole run. */
  isMixed: boolean;
}

/** A bound farther than this factor from its estimate says nothing. */
const FARTHEST = 10;

/** Undefined where nothing was tested, and where no ratio exists. */
export function shownChange({ evidence, sequential }: MetricJudgement): ShownChange | undefined {
  if (evidence === undefined) return undefined;
  const { effect, ratio } = evidence;
  const estimate = effect.measure === 'meanRatio' ? effect.value : ratio.estimate;
  if (!Number.isFinite(estimate)) return undefined;
  if (sequential !== undefined) {
    const { lower = -Infinity, upper = Infinity } = sequential.bounds ?? {};
    const isMixed = estimate < lower || estimate > upper;
    return { estimate, ...sequential.bounds, isMixed };
  }
  const isNear = (bound: number) => {
    const factor = bound / estimate;
    return (
      Number.isFinite(bound) && (estimate <= 0 || (factor >= 1 / FARTHEST && factor <= FARTHEST))
    );
  };
  const { lower, upper } = ratio;
  return {
    estimate,
    ...(isNear(lower) ? { lower } : {}),
    ...(isNear(upper) ? { upper } : {}),
    isMixed: false,
  };
}
