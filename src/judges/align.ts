import type { MetricConfig } from '../model/config.ts';
import type { Pair, PairSide } from '../model/series.ts';
import type { CountSample } from '../stats/count-mixture.ts';
import type { Exposure } from './judge.ts';

/** Both arms of a pair on one grid, gaps and non-finite values as NaN. */
export interface Grid {
  canary: number[];
  baseline: number[];
  /** Values before the canary's and the baseline's first. */
  canaryStart: number;
  baselineStart: number;
  /** False when the two steps differ, so that value i has no partner. */
  comparable: boolean;
}

/** The same as samples, with how much each value counts. */
export interface Aligned extends Pick<Grid, 'canaryStart' | 'comparable'> {
  samples: CountSample[];
  stepMs: number;
}

export function align(
  pair: Pair,
  metric: Pick<MetricConfig, 'missingValues'>,
  exposure?: Exposure,
): Aligned {
  const { canary, baseline, canaryStart, baselineStart, comparable } = alignValues(pair, metric);
  return {
    stepMs: pair.canary.stepMs,
    canaryStart,
    comparable,
    samples: canary.map((value, i) => ({
      canary: value,
      baseline: baseline[i]!,
      canaryExposure: exposure?.canary[i - canaryStart] ?? 1,
      baselineExposure: exposure?.baseline[i - baselineStart] ?? 1,
    })),
  };
}

/**
 * Pairs the arms by timestamp; by index where less than half of the shorter one overlaps in time (a baseline read
 * from an earlier day, or from the window just before, whose last instant is the first of this one). Missing
 * values count as 0 where the config says so and either arm has any value at all: where nothing came on both,
 * nothing is known.
 */
export function alignValues(
  { baseline, canary }: Pair,
  metric: Pick<MetricConfig, 'missingValues'>,
): Grid {
  const isKnown = [baseline, canary].some(({ values }) => values.some(Number.isFinite));
  const gap = metric.missingValues === 'zero' && isKnown ? 0 : NaN;
  const shift = offsetSteps(baseline, canary);
  const [canaryStart, baselineStart] = [Math.max(shift, 0), Math.max(-shift, 0)];
  const length = Math.max(
    canary.values.length + canaryStart,
    baseline.values.length + baselineStart,
  );
  return {
    canary: placeOn(length, canary.values, { start: canaryStart, gap }),
    baseline: placeOn(length, baseline.values, { start: baselineStart, gap }),
    canaryStart,
    baselineStart,
    comparable: baseline.stepMs === canary.stepMs,
  };
}

/** Steps by which the canary's first value lies after the baseline's; 0 where they hardly overlap. */
function offsetSteps(baseline: PairSide, canary: PairSide): number {
  if (baseline.stepMs !== canary.stepMs || !(canary.stepMs > 0)) return 0;
  const shift = Math.round((canary.startAt - baseline.startAt) / canary.stepMs);
  const end = Math.min(baseline.values.length, canary.values.length + shift);
  const overlap = end - Math.max(0, shift);
  const shorter = Math.min(baseline.values.length, canary.values.length);
  return overlap > 0 && overlap >= shorter / 2 ? shift : 0;
}

function placeOn(
  length: number,
  values: readonly number[],
  { start, gap }: { start: number; gap: number },
): number[] {
  const placed: number[] = [];
  for (let i = -start; i < length - start; i++) {
    const value = i >= 0 && i < values.length ? values[i]! : NaN;
    placed.push(Number.isFinite(value) ? value : gap);
  }
  return placed;
}
