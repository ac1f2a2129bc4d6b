import type { CanaryConfig, MetricConfig } from '../../model/config.ts';
import type { Side } from '../../model/scope.ts';
import type { Pair } from '../../model/series.ts';
import type { HealthyRun, JudgeInput } from '../judge.ts';
import { clean, type Sample } from '../clean.ts';
import { SELF } from './formula.ts';

/** Finds the values of a metric by its name in formulas. */
export type SampleOf = (name: string) => Sample | undefined;

/** The values of one side as the formulas of one pair see them. */
export function samplesOfSide(input: JudgeInput, own: Pair, side: Side): SampleOf {
  return (name) => {
    const pair = name === SELF ? own : findCounterpart(input.pairs, name, own);
    const metric = pair && findMetricByName(input.config, pair.metric);
    return metric && clean(pair[side].values, { ...metric, missingValues: gapsOf(pair, metric) });
  };
}

/** Gaps count as 0 only where either side has reported: where nothing came, nothing is known. */
function gapsOf(
  { baseline, canary }: Pair,
  { missingValues }: MetricConfig,
): MetricConfig['missingValues'] {
  const isKnown = [...baseline.values, ...canary.values].some((value) => !Number.isNaN(value));
  return isKnown ? missingValues : 'remove';
}

/**
 * The canary's values in an earlier run, counted from the newest (0). Metrics with shorter histories
 * have no values in older runs.
 */
export function samplesOfRun(input: JudgeInput, own: Pair, age: number): SampleOf {
  return (name) => {
    const metricName = name === SELF ? own.metric : name;
    const run = runsOf(input, metricName).at(-1 - age);
    const metric = findMetricByName(input.config, metricName);
    return run && metric && clean(run.canary, metric);
  };
}

export function runsOf({ history = {} }: JudgeInput, metric: string): readonly HealthyRun[] {
  return Object.hasOwn(history, metric) ? history[metric]! : [];
}

/** The pair of another metric with the same tags, or its only one. */
function findCounterpart(pairs: readonly Pair[], metric: string, { tags }: Pair): Pair | undefined {
  const candidates = pairs.filter((pair) => pair.metric === metric);
  if (candidates.length === 1) return candidates[0];
  const key = keyOf(tags);
  return candidates.find((pair) => keyOf(pair.tags) === key);
}

function keyOf(tags: Record<string, string>): string {
  return JSON.stringify(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function findMetricByName(config: CanaryConfig, name: string): MetricConfig | undefined {
  return config.metrics.find((metric) => metric.name === name);
}
