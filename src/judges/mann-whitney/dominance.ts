import type { MetricConfig } from '../../model/config.ts';
import type { Dominance } from '../../model/judgement.ts';
import { brunnerMunzel, type RankTest } from '../../stats/brunner-munzel.ts';
import type { ALLOWED, CRITICAL, Move } from './label.ts';
import type { Observations } from './observations.ts';
import { tolerate, toleranceOf, type Tolerance } from './tolerate.ts';
import type { Yardstick } from './yardstick.ts';

/** How often the canary's values lie beyond the tolerated ones; the larger, the worse, on either side. */
function compareWithTolerated(
  { canary, baseline }: Observations,
  move: Move,
  tolerance: Tolerance,
): RankTest {
  const tolerated = tolerate(baseline, move, tolerance);
  return move === 'increase' ? brunnerMunzel(canary, tolerated) : brunnerMunzel(tolerated, canary);
}

/**
 * The numbers by which a metric is labelled on one side (W4).
 *
 * @param limit which of the metric's limits: what is allowed, or what is critical
 */
export function measureDominance(
  observations: Observations,
  metric: Pick<MetricConfig, 'effect' | 'minimumChange'>,
  { move, limit, yardstick }: { move: Move; limit: Limit; yardstick: Yardstick },
): Dominance {
  const test = compareWithTolerated(observations, move, toleranceOf(metric, limit));
  const half = yardstick.halfWidth(test);
  return {
    side: move,
    probability: test.probability,
    lower: Math.max(0, test.probability - half),
    upper: Math.min(1, test.probability + half),
    limit: probabilityLimit(metric, move, limit),
  };
}

type Limit = (typeof ALLOWED | typeof CRITICAL)[Move];

export function isBeyond({ lower, limit }: Dominance): boolean {
  return lower > limit;
}

/** A tolerance that is a probability (`cles`) limits how often the canary is the higher, or the lower one. */
function probabilityLimit(
  { effect }: Pick<MetricConfig, 'effect'>,
  move: Move,
  limit: Limit,
): number {
  if (effect.measure !== 'cles') return 0.5;
  return move === 'increase' ? effect[limit] : 1 - effect[limit];
}
