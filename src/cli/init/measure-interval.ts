/** Common intervals, in seconds; what is measured is one of them but for jitter. */
const USUAL = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300];
const NEAR = 0.1;
const FEWEST = 3;

/**
 * How often a server scrapes, in seconds, from the timestamps of one series' samples, epoch seconds in any order and with
 * repeats: the median distance, as the usual interval that it is next to. Undefined where there are too few.
 */
export function measureInterval(timestamps: readonly number[]): number | undefined {
  const distinct = [...new Set(timestamps.filter(Number.isFinite))].sort((a, b) => a - b);
  if (distinct.length < FEWEST) return undefined;
  const gaps = distinct.slice(1).map((at, index) => at - distinct[index]!);
  const median = gaps.sort((a, b) => a - b)[gaps.length >> 1]!;
  const usual = USUAL.find((seconds) => Math.abs(median - seconds) <= NEAR * seconds);
  return usual ?? Math.max(1, Math.round(median));
}
