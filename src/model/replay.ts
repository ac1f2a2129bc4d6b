import type { Classification, Judgement, Verdict } from './judgement/judgement.ts';

/** What a run would have come to, had its samples arrived step by step and been looked at on the way. */
export interface Replay {
  verdict: Verdict;
  /** Samples seen when the verdict came early; null when it took the whole run. */
  decidedAt: number | null;
  metrics: ReplayedMetric[];
  looks: ReplayedLook[];
  /** Of the last look, before what the data say of themselves. */
  judgement: Judgement;
}

export interface ReplayedMetric {
  name: string;
  /** At the last look. */
  classification: Classification;
  /** Samples seen at the first look at which it was `High` or `Low`; null = at none. */
  decidedAt: number | null;
  /** Largest e-value so far against the tolerance: 1 / p. Null under judges without e-values. */
  eValue: number | null;
  /** Ratio canary / baseline and its interval, with infinite ends where the data do not bound it. */
  estimate: number | null;
  interval: { lower: number; upper: number } | null;
}

/** What one look saw. */
export interface ReplayedLook {
  samples: number;
  score: number;
  /** One a metric, in the order of `metrics`. */
  classifications: Classification[];
}
