import type { CanaryConfig, MetricConfig } from '../../src/model/config.ts';
import type { Pair } from '../../src/model/series.ts';

/** A metric with every option at its default. */
export function createMetricConfig(changes: Partial<MetricConfig> = {}): MetricConfig {
  return {
    name: 'latency',
    groups: ['all'],
    scopeName: 'default',
    query: { source: 'inline' },
    direction: 'either',
    missingValues: 'remove',
    outliers: { strategy: 'keep', factor: 3 },
    critical: false,
    noData: 'ignore',
    kind: 'continuous',
    isSignal: false,
    muted: false,
    weight: 1,
    effect: {
      measure: 'meanRatio',
      allowedIncrease: 1,
      allowedDecrease: 1,
      criticalIncrease: 1,
      criticalDecrease: 1,
    },
    ...changes,
  };
}

export function createCanaryConfig(
  metrics: MetricConfig[],
  groupWeights: Record<string, number> = {},
): CanaryConfig {
  return {
    name: 'checkout',
    judge: 'NetflixACAJudge-v1.0',
    judgeOptions: {},
    metrics,
    groupWeights,
    thresholds: { pass: 95, marginal: 75 },
    templates: {},
  };
}

export function createPair(metric: string, baseline: number[], canary: number[]): Pair {
  const side = { startAt: 0, stepMs: 60_000, attributes: {} };
  return {
    id: `${metric}-1`,
    metric,
    tags: {},
    baseline: { ...side, values: baseline },
    canary: { ...side, values: canary },
  };
}
