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

/** What the sides differed by without any regression, learned from earlier healthy runs or the time before. */
export interface ExpectedRatio {
  /** Ratio canary / baseline that was expected of this run. */
  ratio: number;
  /** Its standard deviation as a share: 0.03 = 3 %. */
  spread: number;
  /** Earlier runs it was learned from, and whether the same instances before the rollout were, too. */
  runs: number;
  hasBefore: boolean;
}

/** Ratios that were shown to be exceeded, and not to be reached; absent = no bound yet. */
export interface ShownBounds {
  lower?: number;
  upper?: number;
}

/**
 * How estimate and running bounds came to be, at no more than 60 moments of a run in equal steps, and now; each list
 * has one entry a moment. Ratios as in `estimate` and `bounds`, to five digits; null = none yet. All bounds are at the
 * level that decides now, and so may lie closer than those that earlier looks showed.
 */
export interface EvidencePath {
  /** Samples seen. */
  samples: number[];
  estimate: (number | null)[];
  lower: (number | null)[];
  upper: (number | null)[];
  /** The canary's sample, from 0, that is the first of the run; below 0 where the baseline began before. */
  first: number;
}

/** Ratios canary / baseline that this run would have found with 80 % power, upwards and downwards. */
export interface DetectableRatios {
  increase?: number;
  decrease?: number;
}

/** Samples that repeat: values are renewed every so many steps, and only new ones are observations. */
export interface HeldSamples {
  canaryHold: number;
  baselineHold: number;
  /** Steps with a value on both sides, and those among them that were observations. */
  steps: number;
  observations: number;
}

/** An instance unlike its siblings on the same side. */
export interface OutlyingInstanceFinding {
  side: 'baseline' | 'canary';
  instance: string;
  /** Its mean as a multiple of the siblings' median. */
  ratio: number;
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
  /** 1 - the chance that either of the two bounds is wrong at any look. */
  level: number;
  /**
   * Ratio beyond `expected` (where there is one), with the running bounds that decide the label, as an
   * interval: an open end is infinite, or 0. The interval is absent where no ratio exists, and where the
   * bounds exclude each other: then the change began or ended during the run.
   */
  estimate?: number;
  interval?: Interval;
  bounds?: ShownBounds;
  /** Absent where no ratio exists, in judgements of before it was kept, and where both sides differ by a constant. */
  path?: EvidencePath;
  /** Ratio of the sides themselves, with what was expected. */
  observed?: number;
  expected?: ExpectedRatio;
  /** Samples seen when the metric was failed. */
  decidedAt: number | null;
  /**
   * Sample (from 0) with which the change began that failed the metric, or that speaks against an earlier
   * confirmation; the ratio from there on, which decides nothing.
   */
  since: number | null;
  late?: ObservedRatio;
  /** Whether a change as large as the margin is ruled out, until all samples so far speak for it; since how many. */
  confirmed: boolean;
  confirmedAt: number | null;
  /** Samples still needed to rule the margin out, if nothing changes. */
  samplesToConfirm?: number;
  /** The samples speak for a harmful change without being certain (p below 0.5): no such metric passes. */
  suspected?: true;
  /** Smallest harmful change that this run would have found with 80 % power; 0.05 = 5 %. By side as ratios. */
  detectableChange?: number;
  detectable?: DetectableRatios;
  held?: HeldSamples;
  instances?: OutlyingInstanceFinding[];
  /** Label without the instances that stand out; it decides nothing. Absent where none does, and of counts. */
  labelWithoutInstances?: string;
  /** Smallest change that counts, in the metric's unit, where there is one, and whether it was exceeded. */
  minimumChange?: { amount: number; isExceeded: boolean };
  /** Earlier days whose daily shape was taken off, and how far they agree, 0 to 1; absent where none was. */
  season?: { days: number; shrinkage: number };
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
  /** Names of counted metrics of which the run shows neither a regression nor that it would have found one. */
  undecided: string[];
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
