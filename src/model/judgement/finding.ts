import type { Side } from '../scope.ts';

/** What a finding asks for: that it is told, that nothing is promoted on these data, or that the canary fails. */
export type FindingAction = 'warn' | 'hold' | 'fail';

/** What the data themselves say before any judge; `docs/explanation/data.md` tells each. */
export const FINDING_CODES = [
  'silent-side',
  'no-series',
  'no-data',
  'not-compared',
  'partial-loss',
  'labels-differ',
  'unpaired-series',
  'infinite-values',
  'no-traffic',
  'made-up-values',
  'counted-as-zero',
  'counter-reset',
  'rise-from-zero',
  'sample-ratio',
  'same-query',
  'identical-sides',
  'constant-side',
  'stale-repeats',
  'coarse-step',
  'partial-answer',
  'source-warning',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export interface Finding {
  code: FindingCode;
  action: FindingAction;
  /** Name of the metric in the config. */
  metric: string;
  side?: Side;
  /** Of one pair of a metric that has several. */
  tags?: Record<string, string>;
  /** What was counted, by name; all finite. */
  numbers: Record<string, number>;
  /** What was seen, in one sentence. */
  sentence: string;
  /** What to do about it. */
  remedy: string;
}

/** What becomes of each finding of a config. */
export type DataPolicy = Record<FindingCode, FindingAction | 'ignore'>;

/** Of native configs, where they are silent; `openapi.yaml` states the same, and a test compares. */
export const NATIVE_DATA_POLICY: DataPolicy = {
  'silent-side': 'hold',
  'no-series': 'hold',
  'no-data': 'hold',
  'not-compared': 'hold',
  'partial-loss': 'hold',
  'labels-differ': 'hold',
  'unpaired-series': 'hold',
  'infinite-values': 'hold',
  'no-traffic': 'hold',
  'made-up-values': 'hold',
  'counted-as-zero': 'warn',
  'counter-reset': 'hold',
  'rise-from-zero': 'hold',
  'sample-ratio': 'hold',
  'same-query': 'hold',
  'identical-sides': 'warn',
  'constant-side': 'warn',
  'stale-repeats': 'warn',
  'coarse-step': 'warn',
  'partial-answer': 'hold',
  'source-warning': 'warn',
};

const ACTIONS: readonly FindingAction[] = ['fail', 'hold', 'warn'];

/** What stops most comes first; those of one kind stay in their order. */
export function worstFindingsFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action));
}

/** Whether nothing may be promoted on such data. */
export function isHolding({ action }: Finding): boolean {
  return action !== 'warn';
}
