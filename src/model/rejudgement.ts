import type { Judgement, Verdict } from './judgement/judgement.ts';

/** What a list shows of a further judgement of the series that an analysis was judged by; its own verdict stays. */
export interface RejudgementSummary {
  id: string;
  analysisId: string;
  createdAt: number;
  /** Name of the token of whoever asked, where one was shown. */
  by?: string;
  configName: string;
  /** Of a stored config; absent for one that came with the request. */
  configVersion?: number;
  judge: string;
  verdict: Verdict;
  score: number;
  reason: string;
}

export interface Rejudgement extends RejudgementSummary {
  judgement: Judgement;
}
