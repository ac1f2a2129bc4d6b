import { MANN_WHITNEY_JUDGE } from '../src/judges/mann-whitney/judge.ts';
import { NETFLIX_JUDGE } from '../src/judges/netflix/judge.ts';
import { createJudges } from '../src/judges/registry.ts';
import type { CanaryConfig } from '../src/model/config.ts';
import { parseConfig } from '../src/model/native-format.ts';
import type { Pair, PairSide } from '../src/model/series.ts';

const SIZES = [60, 1440, 10_080];
const METRICS = 10;
const ROUNDS = 15;
const ROUND_MS = 60;
const THRESHOLDS = { pass: 95, marginal: 75 };
/** What a metric of distinct values may cost, as a multiple of sorting both sides. */
const TO_REACH: Record<string, Record<number, number>> = {
  [NETFLIX_JUDGE]: { 60: 6, 1440: 3, 10_080: 2.5 },
  [MANN_WHITNEY_JUDGE]: { 1440: 12 },
};

/**
 * Prints the time per metric of the judges that compare ranks as a multiple of sorting the same two
 * arrays, and their throughput. Times are the best of several rounds, taken in turn, so that they meet the
 * same machine.
 */
export function benchJudge(print: (line: string) => void): void {
  for (const judge of [NETFLIX_JUDGE, MANN_WHITNEY_JUDGE]) {
    print(`judge ${judge}: time per metric against Float64Array.prototype.sort of both sides`);
    for (const size of SIZES) print(measureMetric(judge, size, 'distinct values'));
    for (const size of SIZES) print(measureMetric(judge, size, 'a dozen values'));
    for (const size of SIZES) print(measureJudgements(judge, size));
  }
}

type Spread = 'distinct values' | 'a dozen values';

function measureMetric(judgeName: string, size: number, spread: Spread): string {
  const config = createConfig(1, judgeName);
  const judge = createJudges().for(config);
  const pairs = createPairs(1, size).map((pair) =>
    spread === 'a dozen values' ? tie(pair) : pair,
  );
  const input = { config, thresholds: THRESHOLDS, pairs };
  const [baseline, canary] = [input.pairs[0]!.baseline, input.pairs[0]!.canary].map((side) =>
    Float64Array.from(side.values),
  ) as [Float64Array, Float64Array];
  const sortBoth = (): number => baseline.slice().sort()[0]! + canary.slice().sort()[0]!;
  const judgeOnce = (): number => judge.judge(input).score;
  let sortMs = Infinity;
  let judgeMs = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    sortMs = Math.min(sortMs, timePerCall(sortBoth));
    judgeMs = Math.min(judgeMs, timePerCall(judgeOnce));
  }
  const multiple = (judgeMs / sortMs).toFixed(2);
  const target = TO_REACH[judgeName]?.[size];
  const toReach = target === undefined ? '' : ` (to reach: ${target})`;
  return `${pad(size)} points a side, ${spread}: judge ${milliseconds(judgeMs)}, sort ${milliseconds(sortMs)}, ${multiple} times the sort${toReach}`;
}

function measureJudgements(judgeName: string, size: number): string {
  const config = createConfig(METRICS, judgeName);
  const judge = createJudges().for(config);
  const pairs = createPairs(METRICS, size);
  const input = { config, thresholds: THRESHOLDS, pairs };
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    best = Math.min(
      best,
      timePerCall(() => judge.judge(input).score),
    );
  }
  const rate = (1000 / best).toFixed(1);
  return `${pad(size)} points a side, ${METRICS} metrics: ${rate} judgements per second`;
}

/** Milliseconds a call takes, over as many as fill a round. */
function timePerCall(call: () => number): number {
  const start = performance.now();
  let calls = 0;
  let sink = 0;
  do {
    sink += call();
    calls++;
  } while (performance.now() - start < ROUND_MS);
  const elapsed = performance.now() - start;
  // the sum keeps the calls from being optimised away
  return Number.isNaN(sink) ? Number.NaN : elapsed / calls;
}

function createConfig(metrics: number, judge: string): CanaryConfig {
  return parseConfig({
    name: 'bench',
    judge,
    metrics: Array.from({ length: metrics }, (_, index) => ({
      name: `metric ${index}`,
      query: { source: 'inline' },
    })),
  });
}

/** Latencies around 100 ms with a long tail; the canary is a little slower. */
function createPairs(metrics: number, size: number): Pair[] {
  const random = createRandom(42);
  const side = (level: number): PairSide => ({
    startAt: 0,
    stepMs: 60_000,
    values: Array.from({ length: size }, () => level * Math.exp(0.2 * normal(random))),
    attributes: {},
  });
  return Array.from({ length: metrics }, (_, index) => ({
    id: String(index),
    metric: `metric ${index}`,
    tags: {},
    baseline: side(100),
    canary: side(103),
  }));
}

/** The same pair in steps of 10 ms, as a coarse clock or a histogram's buckets would give it. */
function tie(pair: Pair): Pair {
  const round = (side: PairSide): PairSide => ({
    ...side,
    values: side.values.map((value) => 10 * Math.round(value / 10)),
  });
  return { ...pair, baseline: round(pair.baseline), canary: round(pair.canary) };
}

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A linear congruential generator (Numerical Recipes), so that every run judges the same data. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(4)} ms`;
}

function pad(size: number): string {
  return size.toLocaleString('en').padStart(6);
}
