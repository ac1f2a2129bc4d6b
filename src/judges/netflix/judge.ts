import type { Judge } from '../judge.ts';
import { createRankJudge } from '../rank-judge.ts';
import { compare } from './compare.ts';
import { scoreMetrics } from './score.ts';

export const NETFLIX_JUDGE = 'NetflixACAJudge-v1.0';

/**
 * Kayenta's judge, label for label: clean each pair, compare it by the Mann-Whitney test, score the
 * labels. Deterministic, also where the original adds noise.
 *
 * Faults (`invalid-config`): a pair whose metric the config does not know; an outlier factor that is
 * not above 0.
 */
export function createNetflixJudge(): Judge {
  return createRankJudge({ name: NETFLIX_JUDGE, compare, score: scoreMetrics });
}
