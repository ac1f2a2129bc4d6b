import type { MetricConfig } from '../../src/model/config.ts';
import type { Pair } from '../../src/model/series.ts';
import type { JudgeInput } from '../../src/judges/judge.ts';
import { createMetricConfig } from './metric-config.ts';

/** A metric where more than 5 % more is harmful, unless said otherwise. */
export function metricConfig(name: string, changes: Partial<MetricConfig> = {}): MetricConfig {
  return createMetricConfig({ name, direction: 'increase', effect: ratioEffect(1.05), ...changes });
}

/** Tolerates `ratio` upwards and its inverse downwards; critical from there on, or from `critical`. */
export function ratioEffect(ratio: number, critical: number = ratio): MetricConfig['effect'] {
  return {
    measure: 'meanRatio',
    allowedIncrease: ratio,
    allowedDecrease: 1 / ratio,
    criticalIncrease: critical,
    criticalDecrease: 1 / critical,
  };
}

export const MINUTE = 60_000;

export function pairOf(
  metric: string,
  arms: { baseline: number[]; canary: number[] },
  canaryGrid: { startAt?: number; stepMs?: number } = {},
): Pair {
  const side = { startAt: 0, stepMs: MINUTE, attributes: {} };
  return {
    id: metric,
    metric,
    tags: {},
    baseline: { ...side, values: arms.baseline },
    canary: { ...side, ...canaryGrid, values: arms.canary },
  };
}

export function inputOf(
  metrics: MetricConfig[],
  pairs: Pair[],
  extra: Partial<JudgeInput> = {},
): JudgeInput {
  const thresholds = { pass: 75, marginal: 50 };
  const config = {
    name: 'test',
    judge: 'SequentialJudge-v1.0',
    judgeOptions: {},
    metrics,
    groupWeights: {},
    thresholds,
    templates: {},
  };
  return { config, thresholds, pairs, ...extra };
}

export interface Random {
  uniform(): number;
  normal(): number;
}

/** Seeded: mulberry32, and Box and Muller on top. */
export function createRandom(seed: number): Random {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** A latency around 100 whose logarithm is AR(1) noise with standard deviation 0.1. */
export function latencies(random: Random, length: number, rho = 0): number[] {
  let wander = random.normal();
  return Array.from({ length }, () => {
    const value = 100 * Math.exp(0.1 * wander);
    wander = rho * wander + Math.sqrt(1 - rho * rho) * random.normal();
    return value;
  });
}
