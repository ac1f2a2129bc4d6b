import type { Reading } from '../readings/reading.ts';
import { parseExposition, type UnreadableLines } from './exposition-parser.ts';

/** What is kept of one reading of one metrics page, as stored; or why it could not be read. */
export type ScrapedPage = KeptPage | { failure: string };

interface KeptPage extends Omit<Reading, 'at'> {
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
