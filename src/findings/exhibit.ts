import type { CanaryConfig, MetricConfig } from '../model/config.ts';
import type { FindingCode } from '../model/judgement/finding.ts';
import type { Side } from '../model/scope.ts';
import type { Pair } from '../model/series.ts';

/** Values of both sides, step by step. */
export type Sides = Record<Side, readonly number[]>;

/** What a source was asked for one side of a metric, and what it said. */
export interface Answer {
  /** Equal for two sides that asked the same of the same times; absent where the data came with the request. */
  question?: string;
  /** Tags of each series that came. */
  series: readonly Record<string, string>[];
  remarks: readonly { kind: 'partial' | 'warning' | 'info'; text: string }[];
  /** Step that was asked for. */
  stepMs: number;
}

/** All that is examined of one run. */
export interface Examination {
  config: Pick<CanaryConfig, 'metrics' | 'dataPolicy' | 'judgeOptions'>;
  pairs: readonly Pair[];
  /** Of counts, by pair id: what their events are counted out of. */
  exposures?: Record<string, Sides>;
  /** By name of the metric. */
  answers?: ReadonlyMap<string, Record<Side, Answer>>;
  /** Which sides the judge reads of a metric; absent = both of each. */
  reads?(metric: MetricConfig): Reads;
}

/** Which sides of a metric decide its label. */
export type Reads = 'both' | 'canary' | 'nothing';

/** One pair on one time grid for both sides; gaps are NaN. */
export interface ExaminedPair extends Sides {
  pair: Pair;
  steps: number;
  exposure?: Sides;
}

/** All that is known of one metric. */
export interface Exhibit {
  metric: MetricConfig;
  reads: Reads;
  pairs: readonly ExaminedPair[];
  answers?: Record<Side, Answer>;
  /** Declared share of the traffic, at the first metric that counts it. */
  canaryShare?: number;
}

/** A finding before the config has said what becomes of it. */
export interface Observation {
  code: FindingCode;
  /** True when it is told and never more, whatever the policy says: a small loss, gaps that count as 0. */
  isSlight?: boolean;
  /** True when a critical metric fails on it, where the policy would hold. */
  isGrave?: boolean;
  side?: Side;
  tags?: Record<string, string>;
  numbers: Record<string, number>;
  sentence: string;
  remedy: string;
}

/** Looks at one metric for one kind of thing. */
export type Rule = (exhibit: Exhibit) => Observation[];

/** What a rule sees of each metric of a run, in the order of the config. */
export function exhibitsOf(examination: Examination): Exhibit[] {
  const { config, pairs, exposures = {}, answers, reads } = examination;
  const share = config.judgeOptions['canaryShare'];
  const exhibits = config.metrics.map((metric): Exhibit => {
    const own = pairs.filter((pair) => pair.metric === metric.name);
    const answered = answers?.get(metric.name);
    return {
      metric,
      reads: reads?.(metric) ?? 'both',
      pairs: own.map((pair) => onOneGrid(pair, exposures[pair.id])),
      ...(answered === undefined ? {} : { answers: answered }),
    };
  });
  const counting = exhibits.find((one) => one.pairs.some(({ exposure }) => exposure !== undefined));
  return exhibits.map((one) =>
    one === counting && typeof share === 'number' ? { ...one, canaryShare: share } : one,
  );
}

/** Sides of overlapping times lie on one grid; those of other times meet by position. */
function onOneGrid(pair: Pair, exposure: Sides | undefined): ExaminedPair {
  const shift = shiftOf(pair);
  const [baselineShift, canaryShift] = [Math.max(-shift, 0), Math.max(shift, 0)];
  const steps = Math.max(
    pair.baseline.values.length + baselineShift,
    pair.canary.values.length + canaryShift,
  );
  return {
    pair,
    steps,
    baseline: placeOn(steps, pair.baseline.values, baselineShift),
    canary: placeOn(steps, pair.canary.values, canaryShift),
    ...(exposure === undefined
      ? {}
      : {
          exposure: {
            baseline: placeOn(steps, exposure.baseline, baselineShift),
            canary: placeOn(steps, exposure.canary, canaryShift),
          },
        }),
  };
}

function placeOn(steps: number, values: readonly number[], by: number): readonly number[] {
  if (by === 0 && values.length === steps) return values;
  const placed: number[] = [];
  for (let i = -by; i < steps - by; i++) placed.push(values[i] ?? Number.NaN);
  return placed;
}

/** Steps by which the canary begins after the baseline; 0 for windows of one length, or of other times. */
function shiftOf({ baseline, canary }: Pair): number {
  // a baseline may be read from an earlier time, which the canary's window overlaps
  if (baseline.values.length === canary.values.length) return 0;
  if (baseline.stepMs !== canary.stepMs || !(canary.stepMs > 0)) return 0;
  const shift = Math.round((canary.startAt - baseline.startAt) / canary.stepMs);
  const overlaps = shift < baseline.values.length && -shift < canary.values.length;
  return overlaps ? shift : 0;
}
