import { createSequentialJudge } from '../src/judges/sequential/judge.ts';
import { SEQUENTIAL_DEFAULTS } from '../src/judges/sequential/options.ts';
import { createMetricRun } from '../src/judges/sequential/metric-run.ts';
import { claimsOf } from '../src/judges/sequential/claims.ts';
import type { MetricConfig } from '../src/model/config.ts';

const DAY = 1440;
const ROUNDS = 5;
/** Logarithms that a sample costs at least: 14 models, 2 regimes, 4 effect sizes, 12.5 parts. */
const LOGARITHMS = 14 * 2 * 4 * 12.5 * DAY;

/**
 * A day of minutes of one metric with 24 restarts and four hours of history: replayed from scratch,
 * and per new sample with kept state, each against the time of as many bare logarithms.
 */
export function benchSequential(): string[] {
  const random = createNoise();
  const noisy = (length: number) => Array.from({ length }, () => 100 * Math.exp(0.1 * random()));
  const day = { baseline: noisy(DAY), canary: noisy(DAY) };
  const history = [{ baseline: noisy(240), canary: noisy(240) }];
  const floor = best(() => timeLogarithms());
  const lines = [`floor: ${LOGARITHMS / 1e6} million logarithms ${floor.toFixed(1)} ms`];
  for (const [name, direction, allowed] of [
    ['either, no tolerance', 'either', 1],
    ['increase, tolerance 5 %', 'increase', 1.05],
    ['either, tolerance 5 %', 'either', 1.05],
  ] as const) {
    const metric = metricOf(direction, allowed);
    const times = Array.from({ length: ROUNDS }, () => timeRun(metric, day, history));
    const total = Math.min(...times.map((time) => time.total));
    const last = Math.min(...times.map((time) => time.lastHour));
    lines.push(
      `sequential ${name}: 24-hour replay ${total.toFixed(0)} ms (${(total / floor).toFixed(2)} x floor), ` +
        `new sample ${((1000 * total) / DAY).toFixed(0)} us on average, ${((1000 * last) / 60).toFixed(0)} us in the last hour`,
    );
  }
  return [...lines, judgeLine(day, history)];
}

type Arms = { baseline: number[]; canary: number[] };

function timeRun(metric: MetricConfig, day: Arms, history: Arms[]) {
  const claims = claimsOf(metric, SEQUENTIAL_DEFAULTS.margin, 'continuous');
  const plan = {
    claims,
    kind: 'continuous' as const,
    history,
    plannedSamples: DAY,
    comparable: true,
  };
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

function judgeLine(day: Arms, history: Arms[]): string {
  const metric = metricOf('either', 1);
  const thresholds = { pass: 75, marginal: 50 };
  const side = { startAt: 0, stepMs: 60_000, attributes: {} };
  const pair = {
    id: 'latency',
    metric: 'latency',
    tags: {},
    baseline: { ...side, values: day.baseline },
    canary: { ...side, values: day.canary },
  };
  const config = {
    name: 'bench',
    judge: 'SequentialJudge-v1.0',
    judgeOptions: {},
    metrics: [metric],
    groupWeights: {},
    thresholds,
    templates: {},
  };
  const judge = createSequentialJudge();
  const time = best(() => {
    const startedAt = performance.now();
    judge.judge({ config, thresholds, pairs: [pair], history: { latency: history } });
    return performance.now() - startedAt;
  });
  return `sequential judge: whole judgement of that day ${time.toFixed(0)} ms`;
}

function metricOf(direction: MetricConfig['direction'], allowed: number): MetricConfig {
  return {
    name: 'latency',
    groups: ['all'],
    scopeName: 'default',
    query: { source: 'inline' },
    direction,
    missingValues: 'remove',
    outliers: { strategy: 'keep', factor: 3 },
    critical: false,
    noData: 'ignore',
    kind: 'continuous',
    isSignal: false,
    muted: false,
    effect: {
      measure: 'meanRatio',
      allowedIncrease: allowed,
      allowedDecrease: 1 / allowed,
      criticalIncrease: allowed,
      criticalDecrease: 1 / allowed,
    },
  };
}

function timeLogarithms(): number {
  const startedAt = performance.now();
  let sum = 0;
  for (let i = 1; i <= LOGARITHMS; i++) sum += Math.log(i);
  const elapsed = performance.now() - startedAt;
  return sum > 0 ? elapsed : NaN;
}

function best(time: () => number): number {
  return Math.min(...Array.from({ length: ROUNDS }, time));
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
