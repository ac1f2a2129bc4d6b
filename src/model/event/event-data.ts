import type { AnalysisState, ExecutionState } from '../analysis.ts';
import type { FindingAction, FindingCode } from '../judgement/finding.ts';
import type { Classification, Decision, Verdict } from '../judgement/judgement.ts';
import type { Side } from '../scope.ts';

/** Where one analysis is read by programs and by people. */
export interface Links {
  self: string;
  report: string;
}

/** What an event says of its analysis: instants are ISO text, and what is not known is null. */
export interface EventData {
  id: string;
  sequence: number;
  config: string;
  /** Of a stored config: the version that judged. */
  configVersion: number | null;
  labels: Record<string, string>;
  /** What is compared, of the scope that most metrics are read for. */
  sides: Record<Side, { scope: string; location: string }> | null;
  state: AnalysisState;
  verdict: Verdict | null;
  score: number | null;
  reason: string | null;
  remedy: string | null;
  decision: Decision;
  interval: EventInterval | null;
  window: { kind: 'fixed' | 'realtime'; start: string; end: string; stepSeconds: number };
  /** Worst first. */
  failingMetrics: EventMetric[];
  failingMetricCount: number;
  /** The three that weighed most in the verdict, failing or not. */
  decidingMetrics: MeasuredMetric[];
  /** When the first of the failing metrics began to differ. */
  since: string | null;
  findings: EventFinding[];
  findingCount: number;
  failure: { code: string; message: string } | null;
  runbook: string | null;
  owner: string | null;
  links: Links;
}

export interface EventInterval {
  index: number;
  start: string;
  end: string;
  state: ExecutionState;
  verdict: Verdict | null;
  score: number | null;
  reason: string | null;
}

export interface MeasuredMetric {
  name: string;
  classification: Classification;
  unit: string | null;
  /** Means of both sides in the metric's unit; null without data. */
  baseline: number | null;
  canary: number | null;
  /** Canary over baseline, as the report shows it. */
  ratio: number | null;
  since: string | null;
}

export interface EventMetric extends MeasuredMetric {
  critical: boolean;
  sentence: string;
  interval: { level: number; lower: number | null; upper: number | null } | null;
}

export interface EventFinding {
  code: FindingCode;
  action: FindingAction;
  metric: string;
  side: Side | null;
  sentence: string;
  remedy: string;
}
