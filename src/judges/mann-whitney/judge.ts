import { AR_MODELS } from '../../stats/noise-models.ts';
import type { Judge } from '../judge.ts';
import { createRankJudge, type Member } from '../rank-judge.ts';
import { alphaShares } from '../score/alpha-shares.ts';
import { resolveOptions, type SequentialOptions } from '../sequential/options.ts';
import { shareWeights } from '../score/score-canary.ts';
import { withGroups } from '../score/with-groups.ts';
import { compareMember } from './compare.ts';
import type { Arithmetic } from './measure-shift.ts';
import { scoreFully } from './score.ts';

export const MANN_WHITNEY_JUDGE = 'MannWhitneyJudge-v2.0';

export interface MannWhitneyOptions extends Pick<SequentialOptions, 'alpha' | 'preset'> {
  /** `kayenta` = the intervals of Kayenta's root finder, with its tolerance of 1e-4 and its defects. */
  arithmetic: Arithmetic;
}

/**
 * Kayenta's test with its defects removed: exact order statistics, so the same answer at every scale; a
 * minimum sample; a tolerance that is one; a look at the tails; a score in which everything counts; and
 * intervals wide enough for values that depend on each other, for repeated looks and several metrics.
 * A pure function of the data so far. Faults: those of the Netflix judge, and `bad-configuration` for
 * options; none for data.
 */
export function createMannWhitneyJudge(options: Partial<MannWhitneyOptions> = {}): Judge {
  const { arithmetic = 'exact', ...given } = options;
  const { alpha, preset } = resolveOptions(given);
  const models = AR_MODELS[preset];
  const { judge } = createRankJudge({
    name: MANN_WHITNEY_JUDGE,
    compareAll(members, groupWeights) {
      const shares = shareOut(members, groupWeights);
      return members.map((member, k) =>
        compareMember(member, { arithmetic, models, alpha: alpha * shares[k]! }),
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
  const { arithmetic, alpha, preset } = written as Partial<MannWhitneyOptions>;
  return {
    ...(arithmetic === undefined ? {} : { arithmetic }),
    ...(alpha === undefined ? {} : { alpha }),
    ...(preset === undefined ? {} : { preset }),
  };
}
