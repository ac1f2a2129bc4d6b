import type { DataPolicy } from './judgement/finding.ts';

/** What to judge and how: the one shape that both the native and the Kayenta form are parsed to. */
export interface CanaryConfig {
  name: string;
  description?: string;
  /** Address of what to do when a canary fails. */
  runbook?: string;
  /** Who answers for it. */
  owner?: string;
  /** Name of the judge, for example `NetflixACAJudge-v1.0`. */
  judge: string;
  /** What the judge is told beside the metrics; each judge reads its own. */
  judgeOptions: Record<string, unknown>;
  metrics: MetricConfig[];
  /** Group name to weight, in percent; groups without one share what is left to 100. */
  groupWeights: Record<string, number>;
  thresholds: Thresholds;
  /** Named query templates that a Kayenta-shaped query may refer to. */
  templates: Record<string, string>;
  /** What becomes of findings about the data; absent = they are told, and labels and verdict stay (Kayenta's form). */
  dataPolicy?: DataPolicy;
}

/** Scores 0 to 100: at or above `pass` is a pass, at or above `marginal` marginal, below is a fail. */
export interface Thresholds {
  pass: number;
  marginal: number;
}

/** Which change of the canary against the baseline is harmful. */
export type Direction = 'increase' | 'decrease' | 'either';

/** `gauge` = a level that may stand still, such as memory in use; `count` = events out of an exposure. */
export type MetricKind = 'continuous' | 'count' | 'gauge';

/** A metric without data is left out, counts as failed, or makes the whole verdict `nodata` instead of a pass. */
export type NoDataPolicy = 'ignore' | 'fail' | 'inconclusive';

/** How the instances of a side become one series, step by step. */
export type Aggregate = 'mean' | 'sum' | 'max';

export interface MetricConfig {
  name: string;
  groups: string[];
  /** Which pair of scopes of the request this metric is read for. */
  scopeName: string;
  /** Configured instance of a source; absent means the only one, or the request's default. */
  account?: string;
  query: MetricQuery;
  kind: MetricKind;
  /** What the events of a `count` metric are counted out of, for example requests. */
  exposure?: SourceQuery;
  /** A failing signal holds the rollout, but never rolls it back. */
  isSignal: boolean;
  /** The change that an early pass must rule out, as a ratio above 1, instead of the judge's. */
  margin?: number;
  /** Printed after values in sentences and charts, for example `ms`. */
  unit?: string;
  direction: Direction;
  /** What becomes of NaN values before judging: dropped, or replaced by 0. */
  missingValues: 'remove' | 'zero';
  outliers: Outliers;
  /** A critical metric that fails sets the whole score to 0. */
  critical: boolean;
  /** Say in its groups, and in sharing out alpha, relative to the other metrics there; > 0. */
  weight: number;
  /** What missing data means for the verdict. */
  noData: NoDataPolicy;
  /** Judged and shown, but without influence on the score. */
  muted: boolean;
  effect: EffectPolicy;
  /** Smallest change that matters, in the metric's unit: a harmful one exceeds it and the ratio; absent = any. */
  minimumChange?: number;
  /** Which label tells the instances of a side apart, and how they become one series. */
  instances?: { label: string; aggregate: Aggregate };
  /** Limits for the threshold judge; a metric without is only shown by it. */
  threshold?: ThresholdPolicy;
}

/** Which values of a metric are good enough; lists of alternatives, in each of which all must hold. */
export interface ThresholdPolicy {
  /** Formula over aggregates, for example `p95(self)`. */
  value: string;
  /** For example `<=600`, `<+10%`, `>=-5`; without any the metric is only shown. */
  pass: string[][];
  /** What still earns half of the metric's weight. */
  warning: string[][];
  /** What relative criteria are relative to. */
  compareWith: 'baseline' | 'history';
  /** Newest passed runs of the history that are used, and how they are made one number. */
  runs: number;
  aggregate: RunAggregate;
  /** A key metric that fails sets the whole score to 0. */
  isKey: boolean;
}

export type RunAggregate = 'avg' | 'p50' | 'p90' | 'p95';

export interface Outliers {
  strategy: 'keep' | 'remove';
  /** Multiple of the interquartile range beyond which a value may be an outlier; > 0. */
  factor: number;
}

/**
 * How large a statistically clear change must be to matter. `meanRatio` limits are ratios of means
 * (1 = none, 1.05 = 5 % more); `cles` limits are probabilities that a canary value exceeds a baseline one.
 */
export interface EffectPolicy {
  measure: 'meanRatio' | 'cles';
  allowedIncrease: number;
  allowedDecrease: number;
  criticalIncrease: number;
  criticalDecrease: number;
}

/** A query to one source, or a formula over several named ones. */
export type MetricQuery = SourceQuery | FormulaQuery;

/** The vendor's own fields beside the name of the kind of source; each source parses its own. */
export interface SourceQuery {
  source: string;
  [field: string]: unknown;
}

/** For example `errors / requests`, evaluated point by point over the named queries. */
export interface FormulaQuery {
  formula: string;
  queries: Record<string, SourceQuery>;
}

export function isFormula(query: MetricQuery): query is FormulaQuery {
  return 'formula' in query;
}
