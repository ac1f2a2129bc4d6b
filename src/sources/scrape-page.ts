import { parseExposition, seriesKey, type Sample } from './exposition-parser.ts';
import type { Selector } from './scrape-query.ts';

/** What is kept of one reading of one metrics page, as stored; or why it could not be read. */
export type ScrapedPage = KeptPage | { failure: string };

interface KeptPage {
  /** Names that were looked for: a name beyond these says nothing about the page. */
  wanted: string[];
  /** Those of them that the page has, with samples or only declared. */
  present: string[];
  samples: Sample[];
}

export type PageAt = KeptPage & { at: number };

const MAX_SAMPLES = 5000;

/** Keeps of a page what somebody asks for. Fault `source-answer` when it is no metrics page. */
export function keepOfPage(text: string, wanted: ReadonlySet<string>): ScrapedPage {
  const { samples, declared } = parseExposition(text, (name) => wanted.has(name));
  if (samples.length > MAX_SAMPLES) {
    return {
      failure: `its page has ${samples.length} series of the names asked for, more than ${MAX_SAMPLES}`,
    };
  }
  const sampled = new Set(samples.map(({ name }) => name));
  const isPresent = (name: string): boolean =>
    sampled.has(name) || declared.has(name) || declared.has(familyOf(name));
  return { wanted: [...wanted], present: [...wanted].filter(isPresent), samples };
}

/** OpenMetrics declares `requests` for the samples `requests_total`, and both formats `h` for `h_bucket`. */
function familyOf(name: string): string {
  return name.replace(/_(?:total|bucket)$/, '');
}

export function matching(page: PageAt, { name, labels }: Selector): Sample[] {
  const wanted = Object.entries(labels);
  return page.samples.filter(
    (sample) =>
      sample.name === name && wanted.every(([key, value]) => sample.labels[key] === value),
  );
}

/**
 * How much each series of a counter grew between two readings. A counter that fell was reset and
 * started again at 0; one that is new on a page that was read before started at 0 too.
 */
export function increases(
  before: PageAt,
  after: PageAt,
  selector: Selector,
): { labels: Record<string, string>; increase: number }[] {
  const earlier = new Map(matching(before, selector).map((one) => [seriesKey(one), one.value]));
  return matching(after, selector).map((sample) => {
    const start = earlier.get(seriesKey(sample)) ?? 0;
    const increase = sample.value < start ? sample.value : sample.value - start;
    return { labels: sample.labels, increase };
  });
}
