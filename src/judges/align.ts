import type { MetricConfig } from '../model/config.ts';
import type { Pair, PairSide } from '../model/series.ts';
import type { CountSample } from '../stats/count-mixture.ts';
import type { Exposure } from './judge.ts';

/** Both arms of a pair on one grid, gaps and non-finite values as NaN. */
export interface Aligned {
  samples: CountSample[];
  stepMs: number;
  /** Samples before the canary's first value. */
  canaryStart: number;
  /** False when the two steps differ, so that value i has no partner. */
  comparable: boolean;
}

/**
 * Pairs the arms by timestamp; by index where less than half of the shorter one overlaps in time (a baseline read
 * from an earlier day, or from the window just before, whose last instant is the first of this one). Missing
 * values count as 0 where the config says so and either arm has any value at all: where nothing came on both,
 * nothing is known.
 */
export function align(
  pair: Pair,
  metric: Pick<MetricConfig, 'missingValues'>,
  exposure?: Exposure,
): Aligned {
  const { baseline, canary } = pair;
  const isKnown = [baseline, canary].some(({ values }) => values.some(Number.isFinite));
  const gap = metric.missingValues === 'zero' && isKnown ? 0 : NaN;
  const shift = offsetSteps(baseline, canary);
  const length = Math.max(
    canary.values.length + Math.max(shift, 0),
    baseline.values.length - Math.min(shift, 0),
  );
  const [canaryShift, baselineShift] = [Math.max(shift, 0), Math.max(-shift, 0)];
  const canaryAt = reader(canary.values, canaryShift, gap);
  const baselineAt = reader(baseline.values, baselineShift, gap);
  return {
    stepMs: canary.stepMs,
    canaryStart: canaryShift,
    comparable: baseline.stepMs === canary.stepMs,
    samples: Array.from({ length }, (_, i) => ({
      canary: canaryAt(i),
      baseline: baselineAt(i),
      canaryExposure: exposure?.canary[i - canaryShift] ?? 1,
      baselineExposure: exposure?.baseline[i - baselineShift] ?? 1,
    })),
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

function reader(values: readonly number[], shift: number, gap: number): (i: number) => number {
  return (i) => {
    const value = values[i - shift];
    return value !== undefined && Number.isFinite(value) ? value : gap;
  };
}
