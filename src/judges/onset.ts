import type { MetricConfig } from '../model/config.ts';
import type { Classification, Evidence } from '../model/judgement/judgement.ts';
import type { Pair } from '../model/series.ts';
import { findChangePoint } from '../stats/change-point.ts';
import { alignValues } from './align.ts';
import { showable } from '../model/time/time-limits.ts';

/** When a change began: the canary's sample, from 0, and its time where the series carry real ones. */
export type Onset = Required<Pick<Evidence, 'since'>> & Pick<Evidence, 'sinceAt'>;

const SIDES: Partial<Record<Classification, 'increase' | 'decrease'>> = {
  High: 'increase',
  Low: 'decrease',
};

/**
 * When the change of a failed metric most likely began: in the logarithms of the ratios where all values are
 * above 0, else in the differences, beyond what is allowed. Undefined for other labels, and where the sides do
 * not lie on one time grid.
 */
export function findOnset(
  pair: Pair,
  metric: MetricConfig,
  classification: Classification,
): Onset | undefined {
  const side = SIDES[classification];
  if (side === undefined) return undefined;
  const { canary, baseline, comparable, canaryStart } = alignValues(pair, metric);
  if (!comparable) return undefined;
  const { allowedIncrease, allowedDecrease, measure } = metric.effect;
  const limit = side === 'increase' ? allowedIncrease : allowedDecrease;
  const ratio = measure === 'meanRatio' ? limit : 1;
  const isLog = [canary, baseline].every((values) => !values.some((value) => value <= 0));
  const differences = canary.map((value, i) =>
    isLog ? Math.log(value / baseline[i]!) : value - ratio * baseline[i]!,
  );
  const tolerated = isLog ? Math.log(ratio) : 0;
  const first = findChangePoint(differences, { side, tolerated });
  return first === undefined ? undefined : placeOnset(first - canaryStart, pair);
}

/** A sample of the canary, none before its first, with its time. */
export function placeOnset(sample: number, { canary: { startAt, stepMs } }: Pair): Onset {
  const since = Math.max(0, sample);
  if (!(startAt > 0)) return { since };
  return { since, sinceAt: new Date(showable(startAt + since * stepMs)).toISOString() };
}

/** ` since 22:39 UTC`, or since which sample where the series carry no real times; empty from the start on. */
export function sinceText(onset: Onset | undefined): string {
  if (onset === undefined || onset.since === 0) return '';
  const { since, sinceAt } = onset;
  return sinceAt === undefined
    ? ` since sample ${since + 1}`
    : ` since ${sinceAt.slice(11, 16)} UTC`;
}
