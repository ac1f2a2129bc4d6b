import type { HealthyRun } from '../../judges/judge.ts';
import { SEQUENTIAL_JUDGE } from '../../judges/sequential/judge.ts';
import type { SequentialOptions } from '../../judges/sequential/options.ts';
import {
  planConfig,
  type MetricHistory,
  type PlannedMetric,
} from '../../judges/sequential/plan/plan-config.ts';
import type { PlannedChange, PlannedPass } from '../../judges/sequential/plan/plan-metric.ts';
import type { CanaryConfig } from '../../model/config.ts';
import { durationOf, parseExposure, parsePair } from '../../model/native-format.ts';
import { formatDuration } from '../../model/time/duration.ts';
import { LONGEST_MS } from '../../model/time/time-limits.ts';
import type { components } from '../../openapi.d.ts';
import type { HealthyResult } from '../../store/store.ts';
import { historyOf, readHealthy, type HealthyAnalysis } from '../run/judge-input.ts';
import { tagKey } from '../tags.ts';

type Schemas = components['schemas'];

/** What a plan is made from: the healthy runs of the config, or series of a request, whose names were checked. */
export type PlanMaterial = {
  config: CanaryConfig;
  changes: number[];
  durations: string[];
  power: number;
} & ({ healthy: HealthyResult[] } | { pairs: Schemas['SeriesPair'][] });

/** Which change is found in how long, metric by metric. */
export function planFrom(
  material: PlanMaterial,
): Omit<Schemas['Plan'], 'learnedFrom' | 'warnings'> {
  const { config, changes, durations, power } = material;
  const healthy =
    'pairs' in material ? givenHistory(material.pairs) : material.healthy.map(readHealthy);
  const byMetric = historyByMetric(healthy);
  const { options, metrics } = planConfig(
    config,
    ({ name }) => byMetric.get(name) ?? { runs: [], series: 1 },
    { changes, durationsMs: durations.map(durationOf), power },
  );
  return {
    config: config.name,
    judge: SEQUENTIAL_JUDGE,
    alpha: options.alpha,
    alphaPass: options.alphaPass,
    power,
    metrics: metrics.map((planned) => formatMetric(planned, durations, options)),
  };
}

/** The k-th series of a metric with the same tags belongs to the k-th healthy run; newest first. */
export function givenHistory(pairs: Schemas['SeriesPair'][]): HealthyAnalysis[] {
  const runs: Required<HealthyAnalysis['result']>[] = [];
  const seen = new Map<string, number>();
  for (const [index, wire] of pairs.entries()) {
    const pair = parsePair(wire, `history-${index}`);
    const key = pair.metric + tagKey(pair.tags);
    const turn = seen.get(key) ?? 0;
    seen.set(key, turn + 1);
    const run = (runs[turn] ??= { pairs: [], exposures: {} });
    run.pairs.push(pair);
    const exposure = parseExposure(wire);
    if (exposure !== undefined) run.exposures[pair.id] = exposure;
  }
  return runs.map((result, turn) => ({ analysisId: `pairs ${turn + 1}`, result })).toReversed();
}

/** The newest run says which step a metric has now. */
function historyByMetric(healthy: readonly HealthyAnalysis[]): Map<string, MetricHistory> {
  const all = healthy.flatMap(({ result }) => result.pairs);
  const steps = new Map(all.toReversed().map(({ metric, baseline }) => [metric, baseline.stepMs]));
  const runs = historyOf(healthy, steps);
  return new Map(
    [...steps].map(([metric, stepMs]) => [
      metric,
      { runs: runs[metric] ?? ([] as HealthyRun[]), stepMs, series: seriesOf(metric, healthy) },
    ]),
  );
}

function seriesOf(metric: string, healthy: readonly HealthyAnalysis[]): number {
  const counts = healthy.map(
    ({ result }) => result.pairs.filter((pair) => pair.metric === metric).length,
  );
  return counts.find((count) => count > 0) ?? 1;
}

function formatMetric(
  { metric, history, alpha, plan }: PlannedMetric,
  durations: readonly string[],
  { minRunMs }: SequentialOptions,
): Schemas['MetricPlan'] {
  const { stepMs = 0, runs, series } = history;
  const common = {
    metric: metric.name,
    alpha,
    series,
    historyRuns: runs.length,
    historySamples: plan.historySamples,
    ...(stepMs > 0 ? { step: formatDuration(stepMs) } : {}),
  };
  if ('reason' in plan) return { ...common, reason: plan.reason };
  const least = Math.ceil(minRunMs / stepMs);
  return {
    ...common,
    scale: plan.scale,
    changes: plan.changes.map((change) => formatChange(change, stepMs)),
    durations: plan.lengths.map((length, k) => ({ ...length, duration: durations[k]! })),
    pass: formatPass(plan.pass, least, stepMs),
  };
}

function formatChange(planned: PlannedChange, stepMs: number): Schemas['PlannedChange'] {
  const { change, tolerated, samples, medianSamples, fixedSamples } = planned;
  return {
    change,
    tolerated,
    ...time('samples', 'time', samples, stepMs),
    ...time('medianSamples', 'medianTime', medianSamples, stepMs),
    ...time('fixedSamples', 'fixedTime', fixedSamples, stepMs),
  };
}

/** No early pass before the shortest run that the judge allows. */
function formatPass(pass: PlannedPass, least: number, stepMs: number): Schemas['PlannedPass'] {
  const notBefore = (samples: number | undefined) => samples && Math.max(samples, least);
  return {
    ...time('samples', 'time', notBefore(pass.samples), stepMs),
    ...time('medianSamples', 'medianTime', notBefore(pass.medianSamples), stepMs),
  };
}

/** A number of samples, and the same as a duration; neither where there is none, or nobody waits so long. */
function time<Count extends string, Time extends string>(
  count: Count,
  timeName: Time,
  samples: number | undefined,
  stepMs: number,
): { [K in Count]?: number } & { [K in Time]?: string } {
  const isAwaited = samples !== undefined && samples * stepMs <= LONGEST_MS;
  const pair = isAwaited ? { [count]: samples, [timeName]: formatDuration(samples * stepMs) } : {};
  return pair as { [K in Count]?: number } & { [K in Time]?: string };
}
