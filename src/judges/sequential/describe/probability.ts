import type { Direction } from '../../../model/config.ts';
import type { LogEvidence } from '../../../stats/log-evidence.ts';
import { logSumExp } from '../../../stats/log-sum-exp.ts';

/**
 * Posterior probability of a harmful change given its prior q (section 5): e-values are Bayes factors
 * against the tolerance. For `either` each side has half of the prior and both are harmful.
 */
export function regressionProbability(
  sides: Pick<LogEvidence, 'increase' | 'decrease'>,
  direction: Direction,
  prior: number,
): number {
  const terms =
    direction === 'either'
      ? [Math.log(prior / 2) + sides.increase, Math.log(prior / 2) + sides.decrease]
      : [Math.log(prior) + sides[direction]];
  const harmful = logSumExp(terms);
  return 1 / (1 + Math.exp(Math.log(1 - prior) - harmful));
}
