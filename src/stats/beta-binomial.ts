import type { LogEvidence, Sides } from './log-evidence.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { logBeta } from './log-gamma.ts';

/** Prior counts of the alternative, centred on the null. */
const KAPPA = 30;

/**
 * Exact log e-values against a constant success probability p0 (3.4), 0 < p0 < 1, after `successes`
 * and `failures` in total: beta-binomial mixture with prior Beta(30 p0, 30 (1 - p0)); one-sided with
 * that prior cut at p0. An e-process in time, the counts being cumulative. The far side of a huge
 * count is floored at 1e-300 of posterior mass; sides cost an incomplete beta each.
 */
export function betaBinomialEvidence(
  counts: { successes: number; failures: number },
  p0: number,
  sides: Sides,
): LogEvidence {
  const { successes, failures } = counts;
  const [a, b] = [KAPPA * p0, KAPPA * (1 - p0)];
  const either =
    logBeta(a + successes, b + failures) -
    logBeta(a, b) -
    successes * Math.log(p0) -
    failures * Math.log1p(-p0);
  if (sides === 'none') return { either, increase: -Infinity, decrease: -Infinity };
  const above = incompleteBeta(1 - p0, b + failures, a + successes);
  const below = incompleteBeta(p0, a + successes, b + failures);
  const priorBelow = incompleteBeta(p0, a, b);
  return {
    either,
    increase: either + Math.log(Math.max(above, 1e-300)) - Math.log(1 - priorBelow),
    decrease: either + Math.log(Math.max(below, 1e-300)) - Math.log(priorBelow),
  };
}
