import type { MetricConfig } from '../../model/config.ts';
import type { MetricJudgement } from '../../model/judgement/judgement.ts';
import { limitsOf } from '../metric/change-text.ts';

/** How far the canary may lie from the baseline, in both directions; 1 = not at all, or no harm on that side. */
export interface Tolerance {
  /** Ratios canary / baseline beyond the expected one. */
  lower: number;
  upper: number;
  /** How the sides differ without any regression, as a ratio; 1 = they are expected to be alike. */
  expected: number;
  /** A change smaller than that counts for nothing, whatever its ratio; in the metric's unit. */
  amount: number;
}

/** What was tolerated of a metric; undefined where nothing was tested, and where it is no ratio. */
export function toleranceOf(
  { evidence, sequential }: MetricJudgement,
  config: MetricConfig | undefined,
): Tolerance | undefined {
  if (evidence === undefined) return undefined;
  const limits = limitsOf(evidence.effect);
  if (limits.length === 0) return undefined;
  return {
    lower: Math.min(1, ...limits),
    upper: Math.max(1, ...limits),
    expected: sequential?.expected?.ratio ?? 1,
    amount: config?.minimumChange ?? 0,
  };
}

/** From which to which value the canary may lie where the baseline has this one: a negative one counts by its size. */
export function toleratedFrom(baseline: number, tolerance: Tolerance): [number, number] {
  const { lower, upper, expected, amount } = tolerance;
  const middle = baseline * expected;
  const size = Math.abs(middle);
  const down = lower < 1 ? Math.max(size * (1 - lower), amount) : 0;
  const up = upper > 1 ? Math.max(size * (upper - 1), amount) : 0;
  return [middle - down, middle + up];
}
