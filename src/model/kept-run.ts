import type { CanaryConfig, Thresholds } from './config.ts';
import type { EncodedPair } from './encoded-result.ts';
import type { Finding } from './judgement/finding.ts';

type KeptSeries = readonly Pick<EncodedPair, 'pairId' | 'bytes'>[];

/** Everything that the judgement of a run came from, as it is kept: enough to judge it again, anywhere. */
export interface KeptRun {
  config: CanaryConfig;
  thresholds: Thresholds;
  series: KeptSeries;
  /** Earlier runs that the judge has learned from, newest first. */
  history: readonly { analysisId: string; series: KeptSeries }[];
  /** What was found in the data: part of it came from answers of sources, which nobody keeps. */
  findings: readonly Finding[];
  /** How far the run was, and how long it should have been; absent for a window in the past. */
  elapsedMs?: number;
  plannedMs?: number;
  /** Whether nothing followed, and whether that was so because it was concluded. */
  isLast: boolean;
  isOver: boolean;
  /** What the reason ends with where it was concluded; empty otherwise. */
  conclusion: string;
}
