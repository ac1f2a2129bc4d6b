import type { StoredSample } from '../../support/victoria-metrics.ts';
import { END, servedIn, START, VERSIONS } from './served.ts';

const EVERY_MS = 10_000;

/** What a scraper reads every 10 s: `requests_total`, `errors_total`, `seconds_sum` of each version. */
export function counters(): StoredSample[] {
  return Object.values(VERSIONS).flatMap((version) => {
    const sum = { requests_total: 0, errors_total: 0, seconds_sum: 0 };
    const samples: StoredSample[] = [];
    for (let at = START - 120_000; at <= END; at += EVERY_MS) {
      for (const [name, value] of Object.entries(sum)) {
        samples.push([`${name}{version="${version}"}`, at, value]);
      }
      for (const { status, seconds } of servedIn(version, at, at + EVERY_MS)) {
        sum.requests_total += 1;
        sum.seconds_sum += seconds;
        if (status === 500) sum.errors_total += 1;
      }
    }
    return samples;
  });
}
