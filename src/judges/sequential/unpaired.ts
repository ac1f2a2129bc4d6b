import type { LogEvidence } from '../../stats/log-evidence.ts';
import { createArMixture } from '../../stats/ar-mixture.ts';
import {
  asymptoticEvidence,
  asymptoticTuning,
} from '../../stats/asymptotic-confidence-sequence.ts';
import { AR_MODELS } from '../../stats/noise-models.ts';
import type { Claim } from './claims.ts';
import { rates, signedRatio, type Noise, type Statistic } from './statistic.ts';

/** Values an arm needs, and how many independent ones both together must be worth. */
const LEAST_VALUES = 30;
const LEAST_INDEPENDENT = 10;
const TUNED_FOR = 200;

export interface Unpaired extends Statistic {
  /** Values of the shorter arm. */
  count(): number;
  /** Ratio of the means; undefined while one is 0 or missing. */
  ratio(): number | undefined;
  longRunFactor(): number;
  /** ln E against the canary's mean being theta times the baseline's. */
  against(theta: number): LogEvidence;
}

/**
 * Arms whose values do not meet in time (3.5 A): difference of means against an asymptotic confidence
 * sequence, each arm's standard error widened by its own autocorrelation. No evidence before 30 values
 * an arm, worth 10 independent ones together. One-sided evidence is the two-sided one on its side.
 */
export function createUnpaired({ preset }: Noise, alpha: number): Unpaired {
  const [canary, baseline] = [createArm(preset), createArm(preset)];
  const tuning = asymptoticTuning(alpha, TUNED_FOR);
  const exact = ({ ratio, side }: Claim) => against(signedRatio(ratio, baseline.mean()))[side];
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
    longRunFactor: () => (canary.spread().factor + baseline.spread().factor) / 2,
    against,
    evidence: (ratio) => against(signedRatio(ratio, baseline.mean())),
    quickBound: exact,
    closeBound: exact,
  };

  function against(theta: number): LogEvidence {
    const none = { either: 0, increase: 0, decrease: 0 };
    const [n, m] = [canary.count(), baseline.count()];
    if (Math.min(n, m) < LEAST_VALUES) return none;
    const [own, other] = [canary.spread(), baseline.spread()];
    const variance = own.variance / n + (theta * theta * other.variance) / m;
    if (n / own.factor + m / other.factor < LEAST_INDEPENDENT || !(variance > 0)) return none;
    const distance = canary.mean() - theta * baseline.mean();
    const either = asymptoticEvidence(distance / Math.sqrt(variance), n + m, tuning);
    if (!Number.isFinite(either)) return none;
    const opposed = Math.min(either, 0);
    return {
      either,
      increase: distance > 0 ? either : opposed,
      decrease: distance < 0 ? either : opposed,
    };
  }
}

/** One arm's mean with its long-run variance, from the same noise models as the differences. */
function createArm(preset: Noise['preset']) {
  const mixture = createArMixture({ models: AR_MODELS[preset] });
  let count = 0;
  let sum = 0;
  return {
    observe(value: number) {
      mixture.observe(value, 0);
      if (Number.isNaN(value)) return;
      count++;
      sum += value;
    },
    count: () => count,
    mean: () => sum / count,
    spread() {
      const estimate = mixture.estimate(0);
      return {
        variance: estimate?.longRunVariance ?? 0,
        factor: estimate?.longRunFactor ?? 1,
      };
    },
  };
}
