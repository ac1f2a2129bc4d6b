import type { MetricConfig } from '../model/config.ts';
import type { Classification } from '../model/judgement.ts';
import type { Pair } from '../model/series.ts';
import { findChangePoint } from '../stats/change-point.ts';
import { align } from './align.ts';
import { showable } from '../model/time-limits.ts';

const SIDES: Partial<Record<Classification, 'increase' | 'decrease'>> = {
  High: 'increase',
  Low: 'decrease',
};

/**
 * The canary's sample, from 0, at which the change of a failed metric most likely began: in the logarithms of
 * the ratios where all values are above 0, else in the differences, beyond what is allowed. Undefined for other
 * labels, and where the sides do not lie on one time grid.
 */
export function findOnset(
  pair: Pair,
  metric: MetricConfig,
  classification: Classification,
): number | undefined {
  const side = SIDES[classification];
  const { samples, comparable } = align(pair, metric);
  if (side === undefined || !comparable) return undefined;
  const { allowedIncrease, allowedDecrease, measure } = metric.effect;
  const limit = side === 'increase' ? allowedIncrease : allowedDecrease;
  const ratio = measure === 'meanRatio' ? limit : 1;
  const isLog = samples.every(({ canary, baseline }) => !(canary <= 0 || baseline <= 0));
  const differences = samples.map(({ canary, baseline }) =>
    isLog ? Math.log(canary / baseline) : canary - ratio * baseline,
  );
  const tolerated = isLog ? Math.log(ratio) : 0;
  const first = findChangePoint(differences, { side, tolerated });
  if (first === undefined) return undefined;
  // the grid begins with whichever side begins first
  const lead =
    samples.findIndex(({ canary }) => Number.isFinite(canary)) -
    pair.canary.values.findIndex((value) => Number.isFinite(value));
  return Math.max(0, first - Math.max(0, lead));
}

/** ` since 22:39 UTC`, or since which sample where the series carry no real times; empty from the start on. */
export function sinceText(since: number | undefined, { canary }: Pair): string {
  if (since === undefined || since === 0) return '';
  if (canary.startAt <= 0) return ` since sample ${since + 1}`;
  return ` since ${new Date(showable(canary.startAt + since * canary.stepMs)).toISOString().slice(11, 16)} UTC`;
}
