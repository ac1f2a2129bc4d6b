import type { Direction, EffectPolicy, RunAggregate, Thresholds } from './config.ts';
import type { Finding } from './finding.ts';
import type { SequentialEvidence, SequentialSummary } from './sequential.ts';

/**
 * The answer to "is the new version as good as the old one?"; `nodata` = honestly not enough data; `undecided` =
 * no regression was found, nor would one as large as matters have been.
 */
export type Verdict = 'pass' | 'marginal' | 'fail' | 'nodata' | 'undecided';

/** What a deployer should do now. */
export type Decision = 'promote' | 'rollback' | 'hold';

export const DECISIONS: Record<Verdict, Decision> = {
  pass: 'promote',
  fail: 'rollback',
  marginal: 'hold',
  nodata: 'hold',
  undecided: 'hold',
};

/** Per-metric labels, spelled as Kayenta spells them; `Undecided` is none of its, and scores like `Pass`. */
export type Classification =
  'Pass' | 'Undecided' | 'High' | 'Low' | 'Nodata' | 'NodataFailMetric' | 'Error';

/** What a judge says of one comparison. */
export interface Judgement {
  judge: string;
  verdict: Verdict;
  /** 0 to 100, two decimals; may leave that range through group weights (Kayenta's rule). */
  score: number;
  scoreClassification: 'Pass' | 'Marginal' | 'Fail';
  /** The hard rule that fired (Kayenta's `classificationReason`), or empty. */
  scoreReason: string;
  thresholds: Thresholds;
  /** One sentence for a tired person, backed by the numbers below. */
  reason: string;
  /** What would change the verdict; absent for a pass, and where no metric stands in the way. */
  remedy?: string;
  groups: GroupScore[];
  metrics: MetricJudgement[];
  /** What a reader should know although it did not decide: holes, missing data, weights. */
  warnings: string[];
  /** What the data themselves say, the worst first; absent until they were examined. */
  findings?: Finding[];
  /** Ids of the earlier healthy analyses that the judge has learned from, newest first. */
  learnedFrom?: string[];
  /** Of a judge that may decide before the end of the run. */
  sequential?: SequentialSummary;
}

export interface GroupScore {
  name: string;
  score: number;
  /** Share of the total score, in percent, after sharing out what the config left open. */
  weight: number;
  /** False when no metric of the group could be counted; Kayenta then lets the group pass. */
  hasData: boolean;
}

export interface MetricJudgement {
  /** Name of the metric in the config; not unique, as a metric may have several pairs. */
  metric: string;
  pairId: string;
  tags: Record<string, string>;
  groups: string[];
  unit?: string;
  /** Say in its groups relative to the other metrics there; absent = 1. */
  weight?: number;
  classification: Classification;
  /** Kayenta's `classificationReason`, absent where Kayenta has none. */
  classificationReason?: string;
  /** True when this result alone decides the score. */
  critical: boolean;
  muted: boolean;
  baseline: SampleSummary;
  canary: SampleSummary;
  /** mean(canary) / mean(baseline): NaN when either mean is 0, absent for `Error`. */
  ratio?: number;
  /** The numbers behind the label; absent where nothing was tested. */
  evidence?: Evidence;
  /** How many independent values the shorter side is worth, where the judge asks. */
  independentValues?: number;
  /** What the threshold judge found. */
  criteria?: CriteriaEvidence;
  /** One plain-language sentence. */
  sentence: string;
  /** The anytime-valid numbers of a sequential judge. */
  sequential?: SequentialEvidence;
}

/** A sample after cleaning; all 0 when empty (Kayenta's convention). */
export interface SampleSummary {
  count: number;
  min: number;
  max: number;
  mean: number;
  std: number;
  /** Values received before cleaning, gaps included. */
  received: number;
  /** Gaps (NaN) among the received values. */
  missing: number;
  /** Values dropped as outliers. */
  outliers: number;
}

/** What a person needs to believe a label. */
export interface Evidence {
  /** For example `Mann-Whitney U`. */
  test: string;
  /** Confidence level of the interval, for example 0.98. */
  level: number;
  /** Two-sided p-value of no shift at all, where the judge gives one. */
  p?: number;
  /** Shift of location canary minus baseline, in the metric's unit. */
  estimate: number;
  interval: { lower: number; upper: number };
  /** The interval must lie wholly beyond +-bound to count as a shift. */
  bound: number;
  /** The shift as a ratio to the baseline's mean: 1 = none; NaN when that mean is 0. */
  ratio: { estimate: number; lower: number; upper: number };
  effect: {
    measure: EffectPolicy['measure'];
    /** Observed effect in the measure above. */
    value: number;
    /** Which change is harmful; the limit of the other one does not count. */
    direction: Direction;
    allowedIncrease: number;
    allowedDecrease: number;
  };
  /** What decided instead of the shift: extreme values, nearly all of them on one side. */
  tail?: TailEvidence;
  /** Vargha-Delaney A = P(canary > baseline) + P(equal)/2: 0.5 = no difference. */
  cles: number;
  /** What decided, where the judge compares values with tolerated ones. */
  dominance?: Dominance;
  /** Of a failed metric: the canary's sample, from 0, at which the change most likely began. */
  since?: number;
  /** The time of that sample, where the series carry real times; ISO text, as judgements are written as they are. */
  sinceAt?: string;
}

/**
 * How often a canary value lies beyond a baseline value that has used up its tolerance, equal ones counted half,
 * with the interval that decides: `High` or `Low` exactly where its lower end lies above the limit.
 */
export interface Dominance {
  side: 'increase' | 'decrease';
  probability: number;
  lower: number;
  upper: number;
  /** 0.5, or what a tolerance that is a probability allows. */
  limit: number;
}

/** How the extreme tenth of all values is shared between the sides. */
export interface TailEvidence {
  side: 'upper' | 'lower';
  canary: number;
  baseline: number;
  /** Chance that the canary gets as many of them, or more, when the sides are alike. */
  p: number;
}

/** Which criteria of a metric are met, and by which number. */
export interface CriteriaEvidence {
  /** `none`: no criteria, or nothing to hold against them. */
  state: 'pass' | 'warning' | 'fail' | 'none';
  /** The formula of the judged number, and the number where the data give one. */
  formula: string;
  value?: number;
  comparedWith?: ComparedValue;
  pass: CriterionEvidence[][];
  warning: CriterionEvidence[][];
  isKey: boolean;
}

/** What relative criteria were relative to. */
export interface ComparedValue {
  source: 'baseline' | 'history';
  value: number;
  /** Earlier runs behind the number; 0 for the baseline. */
  runs: number;
  /** How they were made one number; absent for the baseline. */
  aggregate?: RunAggregate;
}

export interface CriterionEvidence {
  criterion: string;
  /** The limit as a number; absent where there was nothing to compare with. */
  limit?: number;
  isMet: boolean;
}
