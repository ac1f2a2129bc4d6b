/** Ends may be infinite: then that side is unbounded. */
export interface Interval {
  lower: number;
  upper: number;
}

/** `continue` = look again; `end` = the planned time is over; the others stop before. */
export type SequentialDecision = 'fail-early' | 'pass-early' | 'continue' | 'end';

/** How a metric was compared: ratios of paired values, of means, of event rates, or of unpaired arms. */
export type ComparisonScale = 'log' | 'linear' | 'count' | 'unpaired';

/** A ratio canary / baseline with its confidence sequence. */
export interface ObservedRatio {
  estimate: number;
  interval: Interval;
}

/** The anytime-valid numbers behind a metric's label. Ratios are canary / baseline; none is NaN. */
export interface SequentialEvidence {
  scale: ComparisonScale;
  /** Pairs compared (unpaired: values of the shorter arm), and how many independent ones they equal. */
  pairs: number;
  effectiveSampleSize: number;
  /** Natural logarithm of the e-value against the tolerance: now, and the largest so far. */
  logE: number;
  logEMax: number;
  /** Anytime-valid p-value, and the same adjusted for all metrics of the canary. */
  p: number;
  adjustedP: number;
  level: number;
  /** Observed ratio with its confidence sequence; absent where no ratio exists. */
  estimate?: number;
  interval?: Interval;
  /** Samples seen when the metric was failed. */
  decidedAt: number | null;
  /** Sample at which a late change began, when a restart carries the evidence; the ratio from there on. */
  since: number | null;
  late?: ObservedRatio;
  /** Whether a change as large as the margin is ruled out, until all samples so far speak for it; since how many. */
  confirmed: boolean;
  confirmedAt: number | null;
  /** Samples still needed to rule the margin out, if nothing changes. */
  samplesToConfirm?: number;
  /** Smallest relative change that this much data finds with 80 % power; 0.05 = 5 %. */
  detectableChange?: number;
  /** Posterior probability of a harmful change. */
  probabilityOfRegression: number;
}

/** A built-in check, outside the score. */
export interface BuiltInCheck {
  name: 'sample ratio' | 'missing data';
  p: number;
  failed: boolean;
  sentence: string;
}

/** What a sequential judge says of the whole run beside its judgement. */
export interface SequentialSummary {
  decision: SequentialDecision;
  /** Samples judged. */
  samples: number;
  /** Names of counted metrics that were neither failed nor confirmed. */
  inconclusive: string[];
  checks: BuiltInCheck[];
  /** Data still needed until every margin is ruled out, if nothing changes; only while the run goes on. */
  waitSeconds?: number;
  /** Bounds of the probability that some counted metric got worse. */
  probabilityOfRegression: Interval;
  /** 100 * (1 - the sum of the critical metrics' probabilities), at least 0. */
  confidence: number;
  /** The score with 1 - probability of regression in place of pass or fail. */
  softScore: number;
}
