import type { PushedPoint } from '../../model/pushed/points.ts';
import { growthOf, seriesKey } from '../readings/reading.ts';
import { bucketCounts, isDistribution, totalOf, type BucketCounts } from './bucket-counts.ts';

/** A point that counts: events, or observations by bucket. */
type CountingPoint = Exclude<PushedPoint, { kind: 'gauge' }>;

/** All that has come since the first point, whatever was reset in between, by the upper bound of a bucket. */
export interface Growth {
  /** Takes the point that an instance had at this time; `heardBefore`: the instance had sent something earlier. */
  add(point: CountingPoint, at: number, heardBefore: boolean): void;
  totals: BucketCounts;
}

interface Known {
  at: number;
  counts: BucketCounts;
}

/**
 * Adds up the points of the series that one selector chooses on one instance. A cumulative counter is known by when
 * it began: one with another beginning is another counter, so that a restart, or two processes that send under one
 * name, count right. Its first point counts from 0 where it began after `fromAt`, or where the instance was heard of
 * without it; else it is only what later ones are compared with. Points of delta counters are added up, each once.
 */
export function createGrowth(fromAt: number, scale: number): Growth {
  const known = new Map<string, Known>();
  const totals: BucketCounts = new Map();

  function increaseOf(counts: BucketCounts, before: Known | undefined): BucketCounts {
    if (before === undefined || totalOf(counts) < totalOf(before.counts)) return counts;
    return new Map(
      [...counts].map(([bound, count]) => [bound, growthOf(before.counts.get(bound) ?? 0, count)]),
    );
  }

  return {
    totals,
    add(point, at, heardBefore) {
      const isDelta = point.isDelta === true;
      const beginning = isDelta ? 'delta' : String(point.startAt);
      const key = seriesKey({ name: beginning, labels: point.labels });
      const before = known.get(key);
      if (before !== undefined && at <= before.at) return; // it was sent again
      const counts = countsOf(point, scale);
      known.set(key, { at, counts });
      const isNew = before === undefined && !isDelta;
      if (isNew && point.startAt < fromAt && !heardBefore) return;
      const increase = isDelta ? counts : increaseOf(counts, before);
      for (const [bound, count] of increase) totals.set(bound, (totals.get(bound) ?? 0) + count);
    },
  };
}

function countsOf(point: CountingPoint, scale: number): BucketCounts {
  return isDistribution(point) ? bucketCounts(point, scale) : new Map([[Infinity, point.value]]);
}
