import { AR_MODELS, type ArPreset } from '../../stats/noise-models.ts';
import type { Judge } from '../judge.ts';
import { createRankJudge, type Member } from '../rank-judge.ts';
import { alphaShares } from '../score/alpha-shares.ts';
import { checkChoice, checkShare } from '../option-rules.ts';
import { shareWeights } from '../score/score-canary.ts';
import { withGroups } from '../score/with-groups.ts';
import { compareMember } from './compare.ts';
import { scoreFully } from './score.ts';

export const MANN_WHITNEY_JUDGE = 'MannWhitneyJudge-v2.0';

export interface MannWhitneyOptions {
  /** Probability that a healthy canary is ever failed, over all looks and metrics together. */
  alpha: number;
  /** Noise models: how far the difference of two healthy sides may be believed to wander. */
  preset: ArPreset;
}

/**
 * A test of ranks without the defects of Kayenta's: the same answer at every scale, also where most values
 * are equal; a minimum sample; a tolerance that is one; a look at the tails; a score in which everything
 * counts; and intervals wide enough for values that depend on each other, for repeated looks and several
 * metrics. W1 to W4.
 * A pure function of the data so far. Faults: those of the Netflix judge, and `bad-configuration` for
 * options; none for data.
 */
export function createMannWhitneyJudge(options: Partial<MannWhitneyOptions> = {}): Judge {
  const { alpha = 0.05, preset = 'robust' } = options;
  checkShare('alpha', alpha);
  checkChoice('preset', preset, Object.keys(AR_MODELS));
  const models = AR_MODELS[preset];
  const { judge } = createRankJudge({
    name: MANN_WHITNEY_JUDGE,
    compareAll(members, groupWeights) {
      const shares = shareOut(members, groupWeights);
      return members.map((member, k) =>
        compareMember(member, { models, alpha: alpha * shares[k]! }),
      );
    },
    score: scoreFully,
  });
  return {
    name: MANN_WHITNEY_JUDGE,
    judge: (input) => judge({ ...input, config: withGroups(input.config) }),
  };
}

/** Bonferroni by the shares of V1: intervals that hold together. A metric without a say keeps it all. */
function shareOut(members: readonly Member[], groupWeights: Record<string, number>): number[] {
  const metrics = members.map(({ metric }) => metric);
  const names = [...new Set(metrics.flatMap(({ groups }) => groups))];
  return alphaShares(metrics, shareWeights(names, groupWeights)).map((share) => share || 1);
}

/** The options of a config that this judge reads, unchecked: Kayenta's form lets everything through. */
export function readOptions(written: Record<string, unknown>): Partial<MannWhitneyOptions> {
  const { alpha, preset } = written as Partial<MannWhitneyOptions>;
  return {
    ...(alpha === undefined ? {} : { alpha }),
    ...(preset === undefined ? {} : { preset }),
  };
}
