import { histogramQuantile } from './histogram-quantile.ts';
import { readSampleValue } from '../grid/sample-value.ts';
import type { Question, Selector } from './question.ts';
import { increases, matching, type Reading } from './reading.ts';

/** How a question turns two readings into numbers that can be added over instances, and those into a value. */
export interface Measure {
  /** Undefined where a page cannot tell. */
  parts(before: Reading | undefined, now: Reading): number[] | undefined;
  value(parts: number[]): number;
  /** Whether the sum over the instances that could be read still means the same when others are missing. */
  partial: boolean;
}

/** `pages` are all that were read: the bounds of a histogram are those any of them shows. */
export function createMeasure(
  question: Question,
  pages: readonly (Reading | undefined)[],
): Measure {
  if (question.kind === 'gauge') return measureGauge(question.gauge);
  if (question.kind === 'rate') return measureRate(question.counter);
  if (question.kind === 'count') return measureCount(question.counter);
  if (question.kind === 'ratio') return measureRatio(question.numerator, question.denominator);
  return measureQuantile(question.quantile, question.buckets, boundsOf(pages, question.buckets));
}

function measureGauge(gauge: Selector): Measure {
  return {
    parts(_before, now) {
      const values = matching(now, gauge).map(({ value }) => value);
      return values.length === 0 ? undefined : [values.reduce((sum, value) => sum + value, 0)];
    },
    value: ([sum]) => sum!,
    partial: false,
  };
}

function measureRate(counter: Selector): Measure {
  return {
    parts: (before, now) => {
      const grown = growth(before, now, counter);
      return before && grown && [(grown[0] * 1000) / (now.at - before.at)];
    },
    value: ([rate]) => rate!,
    partial: false,
  };
}

function measureCount(counter: Selector): Measure {
  return {
    parts: (before, now) => growth(before, now, counter),
    value: ([count]) => count!,
    partial: false,
  };
}

function measureRatio(numerator: Selector, denominator: Selector): Measure {
  return {
    parts(before, now) {
      const above = growth(before, now, numerator);
      const below = growth(before, now, denominator);
      return above && below && [...above, ...below];
    },
    value: ([above, below]) => above! / below!,
    partial: true,
  };
}

function measureQuantile(quantile: number, buckets: Selector, bounds: readonly string[]): Measure {
  return {
    parts(before, now) {
      if (!knows(before, buckets) || !knows(now, buckets)) return undefined;
      const grown = new Map(bounds.map((bound) => [bound, 0]));
      for (const { labels, increase } of increases(before, now, buckets)) {
        const bound = labels['le'] ?? '';
        grown.set(bound, (grown.get(bound) ?? 0) + increase);
      }
      return [...grown.values()];
    },
    value: (counts) =>
      histogramQuantile(
        quantile,
        counts.map((count, index) => ({ bound: readSampleValue(bounds[index]!) ?? NaN, count })),
      ),
    partial: true,
  };
}

function boundsOf(pages: readonly (Reading | undefined)[], buckets: Selector): string[] {
  const samples = pages.flatMap((page) => (page === undefined ? [] : matching(page, buckets)));
  // in one spelling each: `matching` gives bounds as numbers
  return [...new Set(samples.map(({ labels }) => labels['le'] ?? ''))];
}

/** Growth of all matching series together; 0 when the name is there and no series matches. */
function growth(
  before: Reading | undefined,
  now: Reading,
  counter: Selector,
): [number] | undefined {
  if (!knows(before, counter) || !knows(now, counter)) return undefined;
  return [increases(before, now, counter).reduce((sum, { increase }) => sum + increase, 0)];
}

/** A page tells about a name only if it was looked for. */
function knows(page: Reading | undefined, { name }: Selector): page is Reading {
  return page?.wanted.includes(name) === true;
}
