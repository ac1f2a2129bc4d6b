import type { Judge } from '../judge.ts';
import { createRankJudge } from '../rank-judge.ts';
import { withGroups } from '../with-groups.ts';
import { compareSamples } from './compare.ts';
import type { Arithmetic } from './measure-shift.ts';
import { scoreFully } from './score.ts';

export const MANN_WHITNEY_JUDGE = 'MannWhitneyJudge-v2.0';

/**
 * Kayenta's test with its defects removed: exact order statistics, so the same answer at every scale; a
 * minimum sample; a tolerance that is one; a look at the tails; a score in which everything counts.
 * For one look: it knows nothing of peeking, autocorrelation, or several metrics; the sequential judge
 * does. Faults as those of the Netflix judge; none for data.
 *
 * @param arithmetic `exact`, or `kayenta` for Kayenta's root finder with its tolerance of 1e-4
 */
export function createMannWhitneyJudge(arithmetic: Arithmetic = 'exact'): Judge {
  const { judge } = createRankJudge({
    name: MANN_WHITNEY_JUDGE,
    compare: (canary, baseline, metric) => compareSamples(canary, baseline, metric, arithmetic),
    score: scoreFully,
  });
  return {
    name: MANN_WHITNEY_JUDGE,
    judge: (input) => judge({ ...input, config: withGroups(input.config) }),
  };
}

/** The options of a config that this judge reads; they have passed the contract. */
export function readArithmetic(options: Record<string, unknown>): Arithmetic {
  return options['arithmetic'] === 'kayenta' ? 'kayenta' : 'exact';
}
