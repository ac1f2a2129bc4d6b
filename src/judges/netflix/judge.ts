import type { Judge } from '../judge.ts';
import { createRankJudge } from '../rank-judge.ts';
import { compare } from './compare.ts';
import { scoreMetrics } from '../score/score.ts';
import { compareStrictly, type Strictness } from './strictness.ts';

export const NETFLIX_JUDGE = 'NetflixACAJudge-v1.0';

/**
 * Kayenta's judge, label for label: clean each pair, compare it by the Mann-Whitney test, score the
 * labels. Deterministic, also where the original adds noise. A strictness departs from Kayenta where it
 * lets a metric pass that nobody has looked at; without one nothing does.
 *
 * Faults (`invalid-config`): a pair whose metric the config does not know; an outlier factor that is
 * not above 0.
 */
export function createNetflixJudge(strictness?: Strictness): Judge {
  const compareEach = strictness === undefined ? compare : compareStrictly(strictness, compare);
  return createRankJudge({
    name: NETFLIX_JUDGE,
    isQuick: true,
    compareAll: (members) =>
      members.map(({ canary, baseline, metric }) => compareEach(canary, baseline, metric)),
    score: scoreMetrics,
  });
}
