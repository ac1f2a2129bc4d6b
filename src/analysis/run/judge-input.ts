import type { Exposure, HealthyRun, JudgeInput } from '../../judges/judge.ts';
import type { AnalysisSnapshot, ExecutionResult } from '../../model/analysis.ts';
import type { CanaryConfig } from '../../model/config.ts';
import { decodePairs, type JudgedSeries } from '../../model/encoded-result.ts';
import type { Pair, PairInstances } from '../../model/series.ts';
import type { Interval, Window } from '../../model/time/window.ts';
import type { HealthyResult } from '../../store/store.ts';
import type { NewPair } from './pair.ts';
import { tagKey } from '../tags.ts';

/** A settled look of an earlier analysis of the same config that passed. */
export interface HealthyAnalysis {
  analysisId: string;
  result: Pick<ExecutionResult, 'pairs' | 'exposures'>;
}

/** Earlier runs are handed over as they are stored, and read where they are learned from. */
export function readHealthy({ analysisId, series }: HealthyResult): HealthyAnalysis {
  return { analysisId, result: decodePairs(series) };
}

export interface JudgeInputParts {
  snapshot: AnalysisSnapshot;
  interval: Interval;
  /** Makes pair ids: equal for every run of one execution. */
  executionId: string;
  paired: NewPair[];
  /** The same metrics before the rollout, where the window reads them. */
  before: NewPair[];
  /** Newest first. */
  healthy: HealthyAnalysis[];
  /** Whether this is the last look although more were planned. */
  isConcluded?: boolean;
}

/** Everything a judge may use: pairs with their ids, exposures of counts, history, and how far the run is. */
export function buildJudgeInput(parts: JudgeInputParts): JudgeInput {
  const { snapshot, interval, executionId, paired, before, healthy } = parts;
  const { config, thresholds, window } = snapshot;
  const pairs = paired.map(({ exposure: _, instances: _parts, ...pair }, index) => ({
    ...pair,
    id: `${executionId}-${index}`,
  }));
  return inputOf({
    config,
    thresholds,
    series: {
      pairs,
      exposures: exposuresOf(paired, pairs),
      before: beforeOf(before, pairs),
      instances: instancesOf(paired, pairs),
    },
    healthy,
    ...(snapshot.origin === undefined ? {} : { origin: snapshot.origin }),
    ...progressOf(window, interval),
    isOver: parts.isConcluded === true,
  });
}

/** How far a run is, and how long it should be; nothing for a window in the past. */
export function progressOf(
  window: Window,
  { startAt, endAt }: Pick<Interval, 'startAt' | 'endAt'>,
): { elapsedMs: number; plannedMs: number } | undefined {
  if (window.kind === 'fixed') return undefined;
  return { elapsedMs: endAt - startAt + window.settleMs, plannedMs: window.durationMs };
}

/** The same of series that are paired already; parts in which nothing is are left out. */
export function inputOf({
  series: { pairs, exposures = {}, before = {}, instances = {} },
  healthy,
  isOver,
  ...given
}: Pick<JudgeInput, 'config' | 'thresholds' | 'origin' | 'elapsedMs' | 'plannedMs'> & {
  series: JudgedSeries;
  healthy: readonly HealthyAnalysis[];
  isOver: boolean;
}): JudgeInput {
  return {
    ...given,
    pairs,
    ...(Object.keys(exposures).length === 0 ? {} : { exposures }),
    ...(Object.keys(before).length === 0 ? {} : { before }),
    ...(Object.keys(instances).length === 0 ? {} : { instances }),
    ...trafficOf(exposures, given.config),
    ...(healthy.length === 0 ? {} : { history: historyOf(healthy, stepsOf(pairs)) }),
    ...(isOver ? { isOver } : {}),
  };
}

function exposuresOf(paired: NewPair[], pairs: Pair[]): Record<string, Exposure> {
  return Object.fromEntries(
    paired.flatMap(({ exposure }, index) =>
      exposure === undefined ? [] : [[pairs[index]!.id, exposure]],
    ),
  );
}

function instancesOf(paired: NewPair[], pairs: Pair[]): Record<string, PairInstances> {
  return Object.fromEntries(
    paired.flatMap(({ instances }, index) =>
      instances === undefined ? [] : [[pairs[index]!.id, instances]],
    ),
  );
}

/** Each pair's own past, by metric and tags. */
function beforeOf(before: NewPair[], pairs: Pair[]): Record<string, HealthyRun> {
  const found = new Map(before.map((pair) => [`${pair.metric} ${tagKey(pair.tags)}`, pair]));
  return Object.fromEntries(
    pairs.flatMap(({ id, metric, tags }) => {
      const past = found.get(`${metric} ${tagKey(tags)}`);
      if (past === undefined) return [];
      const { startAt } = past.canary;
      const run = { baseline: past.baseline.values, canary: past.canary.values, startAt };
      const { exposure } = past;
      return [[id, { ...run, ...(exposure === undefined ? {} : { exposure }) }]];
    }),
  );
}

/** The first count's exposures stand for the traffic of both arms. */
export function trafficOf(
  exposures: Record<string, Exposure>,
  { judgeOptions: { canaryShare } }: Pick<CanaryConfig, 'judgeOptions'>,
): Pick<JudgeInput, 'traffic'> {
  const [exposure] = Object.values(exposures);
  if (exposure === undefined || typeof canaryShare !== 'number') return {};
  return { traffic: { ...exposure, canaryShare } };
}

function stepsOf(pairs: Pair[]): Map<string, number> {
  return new Map(pairs.map(({ metric, baseline }) => [metric, baseline.stepMs]));
}

/** Runs by metric, oldest first; only those on the same step can say anything about this one's noise. */
export function historyOf(
  healthy: readonly HealthyAnalysis[],
  steps: ReadonlyMap<string, number>,
): Record<string, HealthyRun[]> {
  const byMetric = new Map<string, HealthyRun[]>();
  for (const { result } of healthy.toReversed()) {
    for (const pair of result.pairs) {
      if (steps.get(pair.metric) !== pair.baseline.stepMs) continue;
      const exposure = result.exposures?.[pair.id];
      const run = {
        baseline: pair.baseline.values,
        canary: pair.canary.values,
        startAt: pair.canary.startAt,
        ...(exposure === undefined ? {} : { exposure }),
      };
      byMetric.set(pair.metric, [...(byMetric.get(pair.metric) ?? []), run]);
    }
  }
  return Object.fromEntries(byMetric);
}
