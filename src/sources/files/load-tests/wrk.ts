import { Fault } from '../../../errors.ts';
import type { TextFile } from '../text-file.ts';
import { countLatency, givenQuantiles, latenciesOf, type LatencyCounts } from './latencies.ts';
import type { LoadTest } from './load-test.ts';

const UNITS_MS: Record<string, number> = { us: 1e-3, ms: 1, s: 1e3, m: 60e3, h: 3.6e6 };
const QUANTILE = /^\s*(\d+(?:\.\d+)?)%\s+(\d+(?:\.\d+)?)(us|ms|s|m|h)\s*$/;
/** Value in milliseconds, share, requests up to there. */
const SPECTRUM = /^\s*(\d+\.\d+)\s+([01]\.\d{6,})\s+(\d+)\s+(?:\d+\.\d+|inf)\s*$/;
const REQUESTS = /^\s*(\d+) requests in \d/;
const STATUS = /^\s*Non-2xx or 3xx responses: (\d+)/;
const SOCKET = /^\s*Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/;

export function isWrk(head: readonly string[]): boolean {
  return head.slice(0, 10).some((line) => /^Running .* test @ /.test(line));
}

/** What `wrk --latency` and `wrk2 --latency` print: of a whole test one step, for there is no time in it. */
export async function readWrk(file: TextFile): Promise<LoadTest> {
  const quantiles = new Map<number, number>();
  const counts: LatencyCounts = new Map();
  let [requests, errors, seen] = [NaN, 0, 0];
  await file.eachLine((line) => {
    const [, percent, value, unit] = QUANTILE.exec(line) ?? [];
    if (percent !== undefined)
      quantiles.set(round(Number(percent) / 100), Number(value) * UNITS_MS[unit!]!);
    const [, ms, , upTo] = SPECTRUM.exec(line) ?? [];
    if (ms !== undefined && Number(upTo) > seen) {
      countLatency(counts, Number(ms), Number(upTo) - seen);
      seen = Number(upTo);
    }
    requests = Number(REQUESTS.exec(line)?.[1] ?? requests);
    errors += Number(STATUS.exec(line)?.[1] ?? 0);
    errors += (SOCKET.exec(line) ?? []).slice(1).reduce((sum, count) => sum + Number(count), 0);
  });
  if (Number.isNaN(requests)) {
    throw new Fault(
      'invalid-request',
      'has no line "N requests in": the test did not end; run it again',
    );
  }
  if (quantiles.size === 0 && counts.size === 0) {
    throw new Fault(
      'invalid-request',
      'has no latency distribution: run the test again with --latency',
    );
  }
  const latencies =
    counts.size > 0 ? latenciesOf(counts) : givenQuantiles([{ requests, quantiles }]);
  return {
    stepMs: SUMMARY_STEP_MS,
    length: 1,
    isSummary: true,
    steps: () => [{ requests, errors, latencies }],
    notes: [],
  };
}

/** Nominal: a summary does not say when anything happened. */
const SUMMARY_STEP_MS = 60_000;

/** 99.9 / 100 is 0.9990000000000001. */
function round(share: number): number {
  return Number(share.toFixed(8));
}
