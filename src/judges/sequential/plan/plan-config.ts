import type { CanaryConfig, MetricConfig } from '../../../model/config.ts';
import type { HealthyRun } from '../../judge.ts';
import { alphaShares } from '../../score/alpha-shares.ts';
import { SEQUENTIAL_JUDGE } from '../judge.ts';
import { readOptions, resolveOptions, type SequentialOptions } from '../options.ts';
import { planMetric, type MetricPlan } from './plan-metric.ts';
import { shareWeights } from '../../score/score-canary.ts';

/** What is known of a metric from healthy runs; all of it has the same step. */
export interface MetricHistory {
  runs: readonly HealthyRun[];
  /** Absent without runs. */
  stepMs?: number;
  /** Pairs that one run of the metric has: each is judged on its own. */
  series: number;
}

export interface ConfigPlanQuestion {
  changes: readonly number[];
  durationsMs: readonly number[];
  power: number;
}

export interface PlannedMetric {
  metric: MetricConfig;
  history: MetricHistory;
  /** Level at which each of its pairs is tested, if no other metric fails. */
  alpha: number;
  plan: MetricPlan;
}

export interface ConfigPlan {
  options: SequentialOptions;
  metrics: PlannedMetric[];
}

/**
 * What the sequential judge would find in how many samples, metric by metric, each at its share of alpha
 * (V1). A config of another judge is planned with this judge's default options.
 *
 * Faults: `bad-configuration` for options, `invalid-config` for tolerances that are no ratios.
 */
export function planConfig(
  config: CanaryConfig,
  historyOf: (metric: MetricConfig) => MetricHistory,
  { changes, durationsMs, power }: ConfigPlanQuestion,
): ConfigPlan {
  const isSequential = config.judge === SEQUENTIAL_JUDGE;
  const options = resolveOptions(isSequential ? readOptions(config.judgeOptions) : {});
  const histories = config.metrics.map(historyOf);
  const shares = sharesOf(config, histories);
  const metrics = config.metrics.map((metric, k): PlannedMetric => {
    const history = histories[k]!;
    const stepMs = history.stepMs ?? 0;
    const lengths = stepMs > 0 ? durationsMs.map((ms) => Math.floor(ms / stepMs)) : [];
    const plan = planMetric(metric, history.runs, {
      changes,
      lengths,
      power,
      share: shares[k]!,
      options,
    });
    return { metric, history, alpha: options.alpha * shares[k]!, plan };
  });
  return { options, metrics };
}

/** As the judge shares alpha out: over pairs, and 1 for a pair outside the family. */
function sharesOf({ metrics, groupWeights }: CanaryConfig, histories: MetricHistory[]): number[] {
  const members = metrics.flatMap((metric, k) =>
    Array.from({ length: histories[k]!.series }, () => ({ metric, k })),
  );
  const names = [...new Set(members.flatMap(({ metric }) => metric.groups))];
  const shares = alphaShares(
    members.map(({ metric }) => metric),
    shareWeights(names, groupWeights),
  );
  return metrics.map((_, k) => shares[members.findIndex((member) => member.k === k)] || 1);
}
