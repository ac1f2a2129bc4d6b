import { logSumExp } from './log-sum-exp.ts';
import { EFFECT_SIZES } from './noise-models.ts';
import { normalQuantile } from './normal-distribution.ts';

/** One way the sides may differ without any regression (S9), in the squared unit of the difference. */
export interface PlannedOffset {
  logWeight: number;
  offsetVariance: number;
  offsetSpread: number;
}

/** A question to the planner: `longRunVariance` per sample of the difference; levels in (0, 1). */
export interface Plan {
  longRunVariance: number;
  alpha: number;
  /** Probability to find the change; 0.5 estimates the median stopping time. */
  power: number;
  /** What is known of the run's offset before it; none by default. */
  offsets?: readonly PlannedOffset[];
}

const NO_OFFSET: readonly PlannedOffset[] = [{ logWeight: 0, offsetVariance: 0, offsetSpread: 0 }];
/** How much larger than the offsets a regression may be (S9.5). */
const EFFECT_TO_OFFSET = 10;

const LONGEST = 200_000;

/** Samples that a single look after a fixed time needs to find a mean change `delta` (section 4). */
export function fixedSampleSize(delta: number, { longRunVariance, alpha, power }: Plan): number {
  const z = normalQuantile(1 - alpha / 2) + normalQuantile(power);
  return (z * z * longRunVariance) / (delta * delta);
}

/**
 * Samples after which the sequential judge has found a mean change `delta` with the wanted power
 * (section 4): the smallest n at which the e-value of a known noise level reaches 1/alpha at the
 * matching quantile of its path. Undefined beyond 200 000 samples, and for a change that may always be an
 * offset between runs; that the run has an offset itself is not reckoned with.
 */
export function sequentialSampleSize(delta: number, plan: Plan): number | undefined {
  const back = normalQuantile(plan.power);
  const found = (n: number) =>
    expectedEvidence(
      Math.max(Math.abs(delta) * Math.sqrt(n / plan.longRunVariance) - back, 0),
      n,
      plan,
    ) >= -Math.log(plan.alpha);
  let high = 1;
  while (!found(high)) {
    if (high >= LONGEST) return undefined;
    high = Math.min(high * 2, LONGEST);
  }
  let low = high >> 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (found(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** log E of known noise at n samples whose mean lies z standard errors from the null. */
function expectedEvidence(
  z: number,
  n: number,
  { longRunVariance, offsets = NO_OFFSET }: Pick<Plan, 'longRunVariance' | 'offsets'>,
): number {
  const information = n / longRunVariance;
  const logDensity = (widening: number) => -(Math.log(widening) + (z * z) / widening) / 2;
  const nulls: number[] = [];
  const alternatives: number[] = [];
  for (const { logWeight, offsetVariance, offsetSpread } of offsets) {
    const widened = 1 + information * offsetVariance;
    nulls.push(logWeight + logDensity(widened));
    for (const { phi, weight } of EFFECT_SIZES) {
      const effect = n / phi + EFFECT_TO_OFFSET * information * offsetSpread;
      alternatives.push(logWeight + Math.log(weight) + logDensity(widened + effect));
    }
  }
  return logSumExp(alternatives) - logSumExp(nulls);
}
