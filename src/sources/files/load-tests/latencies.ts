/** How long requests took, as far as a file tells; times in milliseconds. */
export interface Latencies {
  /** The value that this share of the requests does not exceed; NaN where it is not known. */
  quantile(share: number): number;
  /** Requests that took longer; NaN where it is not known. */
  slowerThan(ms: number): number;
}

/** Significant bits of a latency that are kept: whole numbers to 2048 stay exact, others are within 0.05 %. */
const BITS = 11;

/** Latencies by value, with how many requests had each: of bounded size, however many requests there are. */
export type LatencyCounts = Map<number, number>;

export function countLatency(counts: LatencyCounts, ms: number, requests = 1): void {
  const value = rounded(ms);
  counts.set(value, (counts.get(value) ?? 0) + requests);
}

function rounded(ms: number): number {
  if (!(ms > 0)) return 0;
  const unit = 2 ** (Math.floor(Math.log2(ms)) + 1 - BITS);
  return Math.round(ms / unit) * unit;
}

/** Quantiles are the smallest values with at least that share of the requests at or below (nearest rank). */
export function latenciesOf(counts: LatencyCounts): Latencies {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  return {
    quantile(share) {
      let below = 0;
      for (const [value, count] of sorted) {
        below += count;
        if (below >= share * total - 1e-9) return value;
      }
      return NaN;
    },
    slowerThan: (ms) =>
      sorted.reduce((sum, [value, count]) => (value > rounded(ms) ? sum + count : sum), 0),
  };
}

/** Where a file has nothing but some quantiles of each step. */
export function givenQuantiles(
  parts: readonly { requests: number; quantiles: ReadonlyMap<number, number> }[],
): Latencies {
  return {
    /** Of several steps the mean by requests: the quantile of all of them together is not known. */
    quantile(share) {
      let [sum, requests] = [0, 0];
      for (const part of parts) {
        const value = part.quantiles.get(share) ?? NaN;
        if (Number.isNaN(value) || part.requests === 0) continue;
        sum += value * part.requests;
        requests += part.requests;
      }
      return requests === 0 ? NaN : sum / requests;
    },
    slowerThan: () => NaN,
  };
}
