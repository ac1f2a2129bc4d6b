import type { Thresholds } from '../config.ts';
import type { Verdict } from './judgement.ts';

/** Judges whose score says by itself what became of missing data, as Kayenta's own does. */
const KAYENTA_JUDGES = ['NetflixACAJudge-v1.0', 'RemoteJudge-v1.0'];

export interface Graded {
  judge: string;
  verdict?: Verdict | undefined;
  score?: number | undefined;
  thresholds: Thresholds;
}

/**
 * The score for those who know nothing else and act on it: what was not decided, or lacked data, lies between
 * marginal and pass, so that they pause or go on by their own rule, but neither promote nor roll back.
 */
export function gradedScore({ judge, verdict, score = 0, thresholds }: Graded): number {
  const { marginal, pass } = thresholds;
  const isOpen = verdict === 'undecided' || verdict === 'nodata';
  if (!isOpen || KAYENTA_JUDGES.includes(judge)) return score;
  // where nothing lies between, it is never a pass
  return marginal < pass ? (marginal + pass) / 2 : pass - 0.01;
}
