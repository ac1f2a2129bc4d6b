import { claimsOf } from '../src/judges/sequential/evidence/claims.ts';
import { createSequentialJudge } from '../src/judges/sequential/judge.ts';
import { createMetricRun } from '../src/judges/sequential/data/metric-run.ts';
import { SEQUENTIAL_DEFAULTS } from '../src/judges/sequential/options.ts';
import type { MetricConfig, MetricKind } from '../src/model/config.ts';
import { parseConfig } from '../src/model/native-format.ts';

const DAY = 1440;
const HISTORY = 240;
const ROUNDS = 12;
/** As many as a sample would cost term by term: 14 models, 2 regimes, 4 effect sizes, 12.5 parts. */
const LOGARITHMS = 14 * 2 * 4 * 12.5 * DAY;

type Arms = { baseline: number[]; canary: number[] };

const CASES: { title: string; kind: MetricKind; metric: MetricConfig }[] = [
  { title: 'either, no tolerance', kind: 'continuous', metric: metricOf('either', 1) },
  { title: 'increase, tolerance 5 %', kind: 'continuous', metric: metricOf('increase', 1.05) },
  { title: 'either, tolerance 5 %', kind: 'continuous', metric: metricOf('either', 1.05) },
  { title: 'counts, increase, tolerance 5 %', kind: 'count', metric: metricOf('increase', 1.05) },
];

/**
 * Prints what a day of minutes of one metric costs, with restarts every hour and four hours of history:
 * replayed from scratch, and per new sample with kept state, as multiples of as many bare logarithms.
 * Times are the best of several rounds, taken in turn, so that they meet the same machine.
 */
export function benchSequential(print: (line: string) => void): void {
  print('judge SequentialJudge-v1.0: one metric, 24 hours of minutes with restarts and history');
  const random = createNoise();
  const draw = (length: number, kind: MetricKind): Arms => {
    const arm = () => Array.from({ length }, () => level(random, kind));
    return { baseline: arm(), canary: arm() };
  };
  for (const { title, kind, metric } of CASES) {
    const [day, history] = [draw(DAY, kind), [draw(HISTORY, kind)]];
    const best = { floor: Infinity, total: Infinity, lastHour: Infinity };
    for (let round = 0; round < ROUNDS; round++) {
      const times = timeRun(metric, { kind, day, history });
      best.floor = Math.min(best.floor, timeLogarithms());
      best.total = Math.min(best.total, times.total);
      best.lastHour = Math.min(best.lastHour, times.lastHour);
    }
    const average = micros(best.total / DAY);
    print(
      `  ${title}: replay ${best.total.toFixed(1)} ms, ${(best.total / best.floor).toFixed(2)} times ` +
        `${(LOGARITHMS / 1e6).toFixed(1)} million logarithms; new sample ${average} us, ` +
        `in the last hour ${micros(best.lastHour / 60)} us`,
    );
  }
  const [day, history] = [draw(DAY, 'continuous'), [draw(HISTORY, 'continuous')]];
  print(`  whole judgement of such a day: ${timeJudgement(day, history).toFixed(1)} ms`);
}

function micros(ms: number): string {
  return (1000 * ms).toFixed(1);
}

/** Latencies around 100 ms, or about 30 events. */
function level(random: () => number, kind: MetricKind): number {
  return kind === 'count'
    ? Math.max(0, Math.round(30 + Math.sqrt(30) * random()))
    : 100 * Math.exp(0.1 * random());
}

function timeRun(
  metric: MetricConfig,
  { kind, day, history }: { kind: MetricKind; day: Arms; history: Arms[] },
) {
  const claims = claimsOf(metric, SEQUENTIAL_DEFAULTS.margin, kind);
  const plan = { claims, kind, history, plannedSamples: DAY, comparable: true };
  const startedAt = performance.now();
  const run = createMetricRun(plan, SEQUENTIAL_DEFAULTS);
  let lastHourAt = 0;
  for (let i = 0; i < DAY; i++) {
    if (i === DAY - 60) lastHourAt = performance.now();
    const [canary, baseline] = [day.canary[i]!, day.baseline[i]!];
    run.observe({ canary, baseline, canaryExposure: 1, baselineExposure: 1 });
  }
  const endedAt = performance.now();
  return { total: endedAt - startedAt, lastHour: endedAt - lastHourAt };
}

function timeJudgement(day: Arms, history: Arms[]): number {
  const metric = metricOf('either', 1);
  const thresholds = { pass: 75, marginal: 50 };
  const side = { startAt: 0, stepMs: 60_000, attributes: {} };
  const sides = {
    baseline: { ...side, values: day.baseline },
    canary: { ...side, values: day.canary },
  };
  const pairs = [{ id: '0', metric: metric.name, tags: {}, ...sides }];
  const config = { ...parseConfig({ name: 'bench', metrics: [] }), metrics: [metric] };
  const judge = createSequentialJudge();
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    judge.judge({ config, thresholds, pairs, history: { [metric.name]: history } });
    best = Math.min(best, performance.now() - startedAt);
  }
  return best;
}

function metricOf(direction: MetricConfig['direction'], allowed: number): MetricConfig {
  const tolerance = { increase: allowed, decrease: 1 / allowed };
  const latency = { name: 'latency', query: { source: 'inline' as const }, direction, tolerance };
  return parseConfig({ name: 'bench', metrics: [latency] }).metrics[0]!;
}

function timeLogarithms(): number {
  const startedAt = performance.now();
  let sum = 0;
  for (let i = 1; i <= LOGARITHMS; i++) sum += Math.log(i);
  const elapsed = performance.now() - startedAt;
  return sum > 0 ? elapsed : NaN;
}

/** Seeded standard normal numbers (mulberry32; Box and Muller), so that every run does the same work. */
function createNoise(): () => number {
  let state = 1;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
