import type { AnalysisSummary } from './analysis.ts';
import type { Judgement } from './judgement/judgement.ts';

/** An analysis of a config with what it was judged to be at the end; no judgement where nothing was judged. */
export interface RunOfConfig {
  analysis: AnalysisSummary;
  judgement?: Judgement;
}
