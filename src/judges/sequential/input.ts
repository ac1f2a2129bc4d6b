import type { JudgeInput } from '../judge.ts';

/** `gauge` = a level that may stand still, such as memory in use: always judged with a tolerance. */
export type MetricKind = 'continuous' | 'count' | 'gauge';

/** Series of one earlier healthy run of a metric; of a count metric the numerators. */
export interface HealthyRun {
  baseline: readonly number[];
  canary: readonly number[];
  exposure?: Exposure;
}

/** What the events of a count metric are counted out of, step by step: requests, instances. */
export interface Exposure {
  baseline: readonly number[];
  canary: readonly number[];
}

/** Requests of each arm, step by step, and the share of them the canary should get. */
export interface Traffic extends Exposure {
  canaryShare: number;
}

/** What the sequential judge can use beyond the pairs; all of it optional. */
export interface SequentialInput extends JudgeInput {
  /** By metric name; `continuous` where absent. */
  kinds?: Record<string, MetricKind>;
  /** By pair id, on the pair's grid; 1 where absent. */
  exposures?: Record<string, Exposure>;
  /** Earlier healthy runs by metric name, oldest first, on the same step. */
  history?: Record<string, readonly HealthyRun[]>;
  traffic?: Traffic;
  /** Time since the first sample's start: younger intervals than the settling time are left out. */
  elapsedMs?: number;
  /** Length of the whole run; absent = the data is all there will be. */
  plannedMs?: number;
}
