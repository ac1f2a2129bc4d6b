import type { CanaryConfig, MetricConfig, Thresholds } from '../model/config.ts';
import type { Judgement } from '../model/judgement/judgement.ts';
import type { Origin } from '../model/origin.ts';
import type { Pair, PairInstances } from '../model/series.ts';

export interface JudgeInput {
  config: CanaryConfig;
  thresholds: Thresholds;
  pairs: Pair[];
  /** Of `count` metrics, by pair id, on the pair's grid; 1 where absent. */
  exposures?: Record<string, Exposure>;
  /** Earlier healthy runs by metric name, oldest first, on the same step. */
  history?: Record<string, readonly HealthyRun[]>;
  /** By pair id: the same instances of both sides before the rollout, on the same step. */
  before?: Record<string, HealthyRun>;
  /** By pair id: what each instance of a side reported. */
  instances?: Record<string, PairInstances>;
  traffic?: Traffic;
  /** Time since the first sample's start: younger intervals than the settling time are left out. */
  elapsedMs?: number;
  /** Length of the whole run; absent = the data is all there will be. */
  plannedMs?: number;
  /** Whether nothing follows although less than `plannedMs` has passed. */
  isOver?: boolean;
  /** Who started the run, for a judge that belongs to the same face; no other reads it. */
  origin?: Origin;
}

/** What the events of a count metric are counted out of, step by step: requests, instances. */
export interface Exposure {
  baseline: readonly number[];
  canary: readonly number[];
}

/** Series of one earlier healthy run of a metric; of a count metric the numerators. */
export interface HealthyRun {
  baseline: readonly number[];
  canary: readonly number[];
  exposure?: Exposure;
  /** When the canary's first value begins, in epoch ms; absent where it is not known. */
  startAt?: number;
}

/** Requests of each arm, step by step, and the share of them the canary should get. */
export interface Traffic extends Exposure {
  canaryShare: number;
}

/** A pure decision maker: same input, same judgement; inputs are never changed; it never waits. */
export interface Judge {
  name: string;
  /** Whether it uses `history`: earlier healthy runs are read for it. */
  learns?: boolean;
  /** Whether it may decide before the end of a run: then it looks at every step, unless told otherwise. */
  decidesEarly?: boolean;
  /** Whether it takes a few microseconds for each value at most, whatever the values and its options are. */
  isQuick?: boolean;
  /** Which sides of a metric decide its label; absent = both of each. */
  reads?(metric: MetricConfig): 'both' | 'canary' | 'nothing';
  /** Throws a Fault only for a config it cannot work with, never for data. */
  judge(input: JudgeInput): Judgement;
}

/** A judge that is elsewhere: it must be waited for, and may fail for no fault of the config. */
export interface DistantJudge extends Omit<Judge, 'judge'> {
  ask(input: JudgeInput, signal: AbortSignal): Promise<Judgement>;
}

export type AnyJudge = Judge | DistantJudge;

export function isDistant(judge: AnyJudge): judge is DistantJudge {
  return 'ask' in judge;
}

/** How a judge is made for one config: `options` are the config's own, and have passed the contract. */
export interface JudgeFactory<Kind extends AnyJudge = Judge> {
  name: string;
  create(options: Record<string, unknown>): Kind;
}
