import { canonicalBound, isBucketName } from './bucket-bound.ts';
import type { Selector } from './question.ts';

/** One series of an instance at one time. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** What is known of an instance at one time. */
export interface Reading {
  at: number;
  /** Names that were looked for: a name beyond these says nothing about the instance. */
  wanted: string[];
  /** Those of them that it has, with samples or only declared. */
  present: string[];
  samples: Sample[];
}

/** Tells series of one reading apart: name and labels, the order of labels aside. */
export function seriesKey({ name, labels }: Pick<Sample, 'name' | 'labels'>): string {
  return JSON.stringify([name, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** The samples that a selector chooses; bounds of buckets are compared, and given, as numbers. */
export function matching(reading: Reading, { name, labels }: Selector): Sample[] {
  const wanted = Object.entries(withBound(name, labels));
  return reading.samples
    .filter((sample) => sample.name === name)
    .map((sample) => ({ ...sample, labels: withBound(name, sample.labels) }))
    .filter((sample) => wanted.every(([key, value]) => sample.labels[key] === value));
}

function withBound(name: string, labels: Record<string, string>): Record<string, string> {
  const { le } = labels;
  return le === undefined || !isBucketName(name) ? labels : { ...labels, le: canonicalBound(le) };
}

/**
 * How much each series of a counter grew between two readings. One that is new on an instance that was read
 * before started at 0. A bucket that a page writes twice, with different spellings of its bound, counts as one,
 * as Prometheus adds them up.
 */
export function increases(
  before: Reading,
  after: Reading,
  selector: Selector,
): { labels: Record<string, string>; increase: number }[] {
  const earlier = totals(before, selector);
  return [...totals(after, selector)].map(([key, { labels, value }]) => ({
    labels,
    increase: growthOf(earlier.get(key)?.value ?? 0, value),
  }));
}

/** A counter that fell was reset, and started again at 0. */
export function growthOf(before: number, after: number): number {
  return after < before ? after : after - before;
}

function totals(reading: Reading, selector: Selector): Map<string, Sample> {
  const found = new Map<string, Sample>();
  for (const sample of matching(reading, selector)) {
    const key = seriesKey(sample);
    const value = sample.value + (found.get(key)?.value ?? 0);
    found.set(key, { ...sample, value });
  }
  return found;
}
