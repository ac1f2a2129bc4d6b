/** Which workload, where, when: one side of a comparison, resolved for one execution. */
export interface Scope {
  /** The workload as the query templates know it, for example a deployment or server group. */
  scope: string;
  location: string;
  /** Epoch milliseconds, inclusive. */
  startAt: number;
  /** Epoch milliseconds. */
  endAt: number;
  stepSeconds: number;
  /** Free parameters for query templates (Kayenta's extendedScopeParams). */
  parameters: Record<string, string>;
}

export interface ScopePair {
  baseline: Scope;
  canary: Scope;
}

/** The conventional name of a single pair of scopes. */
export const DEFAULT_SCOPE_NAME = 'default';

export type Side = 'baseline' | 'canary';
export const SIDES: readonly Side[] = ['baseline', 'canary'];
