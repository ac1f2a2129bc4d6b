import { createArMixture } from '../../../stats/ar-mixture.ts';
import {
  asymptoticEvidence,
  asymptoticTuning,
} from '../../../stats/asymptotic-confidence-sequence.ts';
import type { Claim, Side } from './claims.ts';
import type { Noise } from './noise.ts';
import { rates, signedRatio } from '../data/rates.ts';
import type { Statistic } from './statistic.ts';

/** Values an arm needs, and how many independent ones both together must be worth. */
const LEAST_VALUES = 30;
const LEAST_INDEPENDENT = 10;
const TUNED_FOR = 200;

export interface Unpaired extends Statistic {
  /** Values of the shorter arm. */
  count(): number;
  /** Ratio of the means; undefined while one is 0 or missing. */
  ratio(): number | undefined;
  /** Standard error of that ratio; undefined where there is none. */
  spread(): number | undefined;
  longRunFactor(): number;
}

/**
 * Arms whose values do not meet in time (3.5 A): difference of means against an asymptotic confidence
 * sequence, each arm's standard error widened by its own autocorrelation. No evidence before 30 values
 * an arm, worth 10 independent ones together. One-sided evidence is the two-sided one on its side.
 */
export function createUnpaired({ models }: Noise, alpha: number): Unpaired {
  const [canary, baseline] = [createArm(models), createArm(models)];
  const tuning = asymptoticTuning(alpha, TUNED_FOR);
  const exact = ({ ratio, side }: Claim) => against(signedRatio(ratio, baseline.mean()), side);
  return {
    observe(sample) {
      const values = rates(sample);
      canary.observe(values.canary);
      baseline.observe(values.baseline);
    },
    count: () => Math.min(canary.count(), baseline.count()),
    ratio() {
      const ratio = canary.mean() / baseline.mean();
      return Number.isFinite(ratio) && ratio !== 0 ? ratio : undefined;
    },
    spread() {
      const spread = Math.sqrt(varianceAt(1)) / Math.abs(baseline.mean());
      return Number.isFinite(spread) ? spread : undefined;
    },
    longRunFactor: () => (canary.spread().factor + baseline.spread().factor) / 2,
    evidence: exact,
    quickBound: exact,
    closeBound: exact,
  };

  function varianceAt(theta: number): number {
    const [own, other] = [canary.spread(), baseline.spread()];
    return own.variance / canary.count() + (theta * theta * other.variance) / baseline.count();
  }

  function against(theta: number, side: Side): number {
    const [n, m] = [canary.count(), baseline.count()];
    if (Math.min(n, m) < LEAST_VALUES) return 0;
    const variance = varianceAt(theta);
    const independent = n / canary.spread().factor + m / baseline.spread().factor;
    if (independent < LEAST_INDEPENDENT || !(variance > 0)) return 0;
    const distance = canary.mean() - theta * baseline.mean();
    const either = asymptoticEvidence(distance / Math.sqrt(variance), n + m, tuning);
    if (!Number.isFinite(either)) return 0;
    const isFavoured = side === 'increase' ? distance > 0 : distance < 0;
    return isFavoured ? either : Math.min(either, 0);
  }
}

/** One arm's mean with its long-run variance, from the same noise models as the differences. */
function createArm(models: Noise['models']) {
  const mixture = createArMixture({ models });
  let count = 0;
  let sum = 0;
  let known: { variance: number; factor: number } | undefined;
  return {
    observe(value: number) {
      mixture.observe(value, 0);
      if (Number.isNaN(value)) return;
      known = undefined;
      count++;
      sum += value;
    },
    count: () => count,
    mean: () => sum / count,
    spread() {
      if (known !== undefined) return known;
      const estimate = mixture.estimate(0);
      known = {
        variance: estimate?.longRunVariance ?? 0,
        factor: estimate?.longRunFactor ?? 1,
      };
      return known;
    },
  };
}
