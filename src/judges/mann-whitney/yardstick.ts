import {
  asymptoticHalfWidth,
  asymptoticTuning,
} from '../../stats/asymptotic-confidence-sequence.ts';
import { separation, type RankTest } from '../../stats/brunner-munzel.ts';
import { rankDependence, type Arms } from '../../stats/rank-dependence.ts';
import { studentTCdf, studentTOfNormal } from '../../stats/student-t.ts';

/** What a difference of two samples must exceed to be more than chance. */
export interface Yardstick {
  /** Confidence level of the interval. */
  level: number;
  /** How many independent values the shorter arm is worth. */
  independentValues: number;
  /** False when even samples without any overlap could be chance. */
  isEnough: boolean;
  /** Half of the width of the interval of the test's probability. */
  halfWidth: (test: RankTest) => number;
  /** Two-sided p-value of a probability of 0.5, of this look alone. */
  pValue: (test: RankTest) => number;
  /** Standard normal score that an uneven share of the extreme values must exceed. */
  tailReach: number;
}

/** Values of a side below which nothing is said (W4). */
export const FEWEST_VALUES = 10;
/** Values of both sides at which the claims are narrowest for their level, as of section 3.5. */
const TYPICAL_TUNED_FOR = 200;
/** The extreme values are few: theirs is a claim of small samples. */
const TAIL_TUNED_FOR = 50;

/**
 * The yardstick of claims that hold however often one looks (W4; asymptotic confidence sequences), for values
 * that depend on each other, as one of several metrics.
 *
 * Convention: half of the metric's alpha is for typical values, half for the extreme ones, which share the
 * dependence of the ranks, but not what pairing takes away. Unlike W4, standard errors rest on as many degrees
 * of freedom as there are independent values, instead of on a normal distribution from 30 of these on: then
 * no number of values stands between nothing and everything.
 *
 * @param counts of the values compared
 * @param alpha of this metric: the chance that the metric of a healthy canary ever fails
 */
export function createYardstick(
  counts: { canary: number; baseline: number },
  arms: Arms,
  alpha: number,
): Yardstick {
  const { factor, inflation } = rankDependence(arms);
  const worth = (counts.canary + counts.baseline) / factor;
  const share = alpha / 2;
  const reach = scoreAt(worth, share, TYPICAL_TUNED_FOR);
  const freedomOf = ({ freedom }: RankTest): number => Math.max(2, freedom / factor);
  const errorOf = ({ variance }: RankTest): number => Math.sqrt(variance * inflation);
  const halfWidth = (test: RankTest): number =>
    studentTOfNormal(reach, freedomOf(test)) * errorOf(test);
  const apart = separation(counts.canary, counts.baseline);
  return {
    level: 1 - share,
    independentValues: Math.min(counts.canary, counts.baseline) / factor,
    isEnough: apart.probability - halfWidth(apart) > 0.5,
    halfWidth,
    pValue: (test) => {
      const distance = Math.abs(test.probability - 0.5);
      if (distance === 0) return 1;
      return 2 * studentTCdf(-distance / errorOf(test), freedomOf(test));
    },
    tailReach: scoreAt(worth, share, TAIL_TUNED_FOR) * Math.sqrt(factor),
  };
}

function scoreAt(values: number, alpha: number, tunedFor: number): number {
  return asymptoticHalfWidth(1, values, { tuning: asymptoticTuning(alpha, tunedFor), alpha });
}
