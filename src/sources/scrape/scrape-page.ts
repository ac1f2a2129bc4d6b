import { canonicalBound, isBucketName } from './bucket-bound.ts';
import {
  parseExposition,
  seriesKey,
  type Sample,
  type UnreadableLines,
} from './exposition-parser.ts';
import type { Selector } from './scrape-query.ts';

/** What is kept of one reading of one metrics page, as stored; or why it could not be read. */
export type ScrapedPage = KeptPage | { failure: string };

interface KeptPage {
  /** Names that were looked for: a name beyond these says nothing about the page. */
  wanted: string[];
  /** Those of them that the page has, with samples or only declared. */
  present: string[];
  samples: Sample[];
  /** Lines that could not be read, where there were any. */
  unreadable?: UnreadableLines;
}

export type PageAt = KeptPage & { at: number };

const MAX_SAMPLES = 5000;

/** Keeps of a page what somebody asks for. Fault `source-answer` when it is no metrics page. */
export function keepOfPage(text: string, wanted: ReadonlySet<string>): ScrapedPage {
  const { samples, declared, unreadable } = parseExposition(text, (name) => wanted.has(name));
  if (samples.length > MAX_SAMPLES) {
    return {
      failure: `its page has ${samples.length} series of the names asked for, more than ${MAX_SAMPLES}`,
    };
  }
  const sampled = new Set(samples.map(({ name }) => name));
  const isPresent = (name: string): boolean =>
    sampled.has(name) || declared.has(name) || declared.has(familyOf(name));
  return {
    wanted: [...wanted],
    present: [...wanted].filter(isPresent),
    samples,
    ...(unreadable === undefined ? {} : { unreadable }),
  };
}

/** OpenMetrics declares `requests` for the samples `requests_total`, and both formats `h` for `h_bucket`. */
function familyOf(name: string): string {
  return name.replace(/_(?:total|bucket)$/, '');
}

/** The samples that a selector chooses; bounds of buckets are compared, and given, as numbers. */
export function matching(page: PageAt, { name, labels }: Selector): Sample[] {
  const wanted = Object.entries(withBound(name, labels));
  return page.samples
    .filter((sample) => sample.name === name)
    .map((sample) => ({ ...sample, labels: withBound(name, sample.labels) }))
    .filter((sample) => wanted.every(([key, value]) => sample.labels[key] === value));
}

function withBound(name: string, labels: Record<string, string>): Record<string, string> {
  const { le } = labels;
  return le === undefined || !isBucketName(name) ? labels : { ...labels, le: canonicalBound(le) };
}

/**
 * How much each series of a counter grew between two readings. A counter that fell was reset and
 * started again at 0; one that is new on a page that was read before started at 0 too. A bucket that a
 * page writes twice, with different spellings of its bound, counts as one, as Prometheus adds them up.
 */
export function increases(
  before: PageAt,
  after: PageAt,
  selector: Selector,
): { labels: Record<string, string>; increase: number }[] {
  const earlier = totals(before, selector);
  return [...totals(after, selector)].map(([key, { labels, value }]) => {
    const start = earlier.get(key)?.value ?? 0;
    return { labels, increase: value < start ? value : value - start };
  });
}

function totals(page: PageAt, selector: Selector): Map<string, Sample> {
  const found = new Map<string, Sample>();
  for (const sample of matching(page, selector)) {
    const key = seriesKey(sample);
    const value = sample.value + (found.get(key)?.value ?? 0);
    found.set(key, { ...sample, value });
  }
  return found;
}
