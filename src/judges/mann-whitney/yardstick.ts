import {
  asymptoticHalfWidth,
  asymptoticTuning,
} from '../../stats/asymptotic-confidence-sequence.ts';
import { criticalValue } from '../../stats/critical-value.ts';
import { logChoose } from '../../stats/log-choose.ts';
import { normalQuantile } from '../../stats/normal-distribution.ts';
import { rankVarianceFactor, type Arms } from '../../stats/rank-dependence.ts';
import { studentTOfNormal } from '../../stats/student-t.ts';
import { RANK_LEVEL } from '../comparison.ts';

/** What a difference of two samples must exceed to be more than chance. */
export interface Yardstick {
  /** Confidence level of the interval. */
  level: number;
  /** Standard errors, of independent values, that the interval reaches to each side. */
  reach: number;
  /** How much wider dependence makes the standard error of the rank sum. */
  inflation: number;
  /** Standard normal score that an uneven share of the extreme values must exceed. */
  tailReach: number;
  /** How many independent values the shorter arm is worth. */
  independentValues: number;
  /** False when even samples without any overlap could be chance. */
  isEnough: boolean;
}

/** With fewer values a side the interval is the whole range, and separation by chance is frequent. */
export const FEWEST_VALUES = 6;
/** Values of both arms at which the interval is narrowest for its level, as of section 3.5. */
const TUNED_FOR = 200;
/** Part of a metric's alpha that may be spent on samples too small for the normal approximation. */
const SEPARATION_PART = 0.1;
/** The tail's own alpha under Kayenta's arithmetic; far below the test's, of which it is an addition. */
const TAIL_ALPHA = 0.001;

interface Counts {
  canary: number;
  baseline: number;
}

/**
 * The yardstick of a claim that holds however often one looks (an asymptotic confidence sequence over
 * the rank sum), for values that depend on each other, as one of several metrics.
 *
 * Convention: half of the metric's alpha is for the shift, half for the tail. The standard error rests
 * on as many degrees of freedom as there are independent values. The extreme values share the
 * dependence of the ranks, but not what pairing takes away.
 *
 * @param alpha of this metric: the chance that the metric of a healthy canary ever fails
 */
export function anytimeYardstick(counts: Counts, arms: Arms, alpha: number): Yardstick {
  const variance = rankVarianceFactor(arms);
  const worth = Math.max(1, variance);
  const [m, n] = [counts.canary / worth, counts.baseline / worth];
  const share = alpha / 2;
  const reach = asymptoticHalfWidth(1, counts.canary + counts.baseline, {
    tuning: asymptoticTuning(share, TUNED_FOR),
    alpha: share,
  });
  const scores = studentTOfNormal(reach, Math.max(1, m + n - 2));
  return {
    level: 1 - share,
    reach: scores * Math.sqrt(variance),
    inflation: Math.sqrt(variance),
    tailReach: scores * Math.sqrt(worth),
    independentValues: Math.min(m, n),
    isEnough: chanceOfSeparation(m, n) <= share * SEPARATION_PART,
  };
}

/** Kayenta's: one look, independent values, every metric for itself. */
export function kayentaYardstick(counts: Counts): Yardstick {
  return {
    level: RANK_LEVEL,
    reach: criticalValue(RANK_LEVEL),
    inflation: 1,
    tailReach: normalQuantile(1 - TAIL_ALPHA),
    independentValues: Math.min(counts.canary, counts.baseline),
    isEnough: true,
  };
}

/** That two equal arms of m and n values do not overlap: 2 of the (m + n)! / (m! n!) orders. */
function chanceOfSeparation(m: number, n: number): number {
  return 2 * Math.exp(-logChoose(m + n, m));
}
