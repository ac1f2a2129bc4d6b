import type { components } from '../openapi.d.ts';
import type { ScopeRequest } from './analysis.ts';
import type {
  CanaryConfig,
  EffectPolicy,
  MetricConfig,
  MetricQuery,
  SourceQuery,
  ThresholdPolicy,
  Thresholds,
} from './config.ts';
import { parseDuration } from './time/duration.ts';
import { NATIVE_DATA_POLICY } from './judgement/finding.ts';
import { DEFAULT_SCOPE_NAME } from './scope.ts';
import type { Pair, PairSide } from './series.ts';
import { readToleratedRatio } from './judgement/tolerated-ratio.ts';

type Schemas = components['schemas'];
type Exposure = { baseline: number[]; canary: number[] };
type WireMetric = Schemas['MetricConfig'];

/** A config in the wire's form with all of its metrics, those of packs among them. */
export type ExpandedConfig = Schemas['CanaryConfig'] & { metrics: WireMetric[] };

/** What a config means where it is silent; `openapi.yaml` states the same values, and a test compares. */
export const CONFIG_DEFAULTS = {
  judge: 'SequentialJudge-v1.0',
  group: 'default',
  thresholds: { pass: 95, marginal: 75 },
  /** A difference that nobody would roll back for must not fail a canary, however long it runs. */
  tolerance: {
    meanRatio: { increase: 1.05, decrease: 1 / 1.05 },
    cles: { increase: 0.55, decrease: 0.45 },
  },
  outlierFactor: 3,
  weight: 1,
  /** What is missing must not be passed over unless the config says so. */
  noData: 'inconclusive',
  stepMs: 60_000,
  criteria: { value: 'mean(self)', compareWith: 'baseline', runs: 3, aggregate: 'avg' },
} as const;

/** Reads a config that has passed the contract's schema, its packs expanded. */
export function parseConfig(wire: ExpandedConfig): CanaryConfig {
  return {
    name: wire.name,
    ...(wire.description === undefined ? {} : { description: wire.description }),
    ...(wire.runbook === undefined ? {} : { runbook: wire.runbook }),
    ...(wire.owner === undefined ? {} : { owner: wire.owner }),
    judge: wire.judge ?? CONFIG_DEFAULTS.judge,
    judgeOptions: { ...wire.judgeOptions },
    metrics: wire.metrics.map(parseMetric),
    groupWeights: { ...wire.groups },
    thresholds: parseThresholds(wire.thresholds),
    templates: {},
    dataPolicy: { ...NATIVE_DATA_POLICY, ...wire.dataPolicy },
  };
}

export function parseThresholds(wire: Schemas['Thresholds'] | undefined): Thresholds {
  return { ...CONFIG_DEFAULTS.thresholds, ...wire };
}

function parseMetric(wire: WireMetric): MetricConfig {
  return {
    name: wire.name,
    groups: [wire.group ?? CONFIG_DEFAULTS.group],
    scopeName: wire.scopeName ?? DEFAULT_SCOPE_NAME,
    ...(wire.account === undefined ? {} : { account: wire.account }),
    query: parseQuery(wire),
    kind: wire.kind ?? 'continuous',
    ...(wire.exposure === undefined ? {} : { exposure: wire.exposure }),
    isSignal: wire.role === 'signal',
    ...(wire.margin === undefined ? {} : { margin: wire.margin }),
    ...(wire.unit === undefined ? {} : { unit: wire.unit }),
    direction: wire.direction ?? 'either',
    missingValues: wire.missingValues ?? 'remove',
    outliers: {
      strategy: wire.outliers?.strategy ?? 'keep',
      factor: wire.outliers?.factor ?? CONFIG_DEFAULTS.outlierFactor,
    },
    critical: wire.critical ?? false,
    weight: wire.weight ?? CONFIG_DEFAULTS.weight,
    noData: wire.noData ?? CONFIG_DEFAULTS.noData,
    muted: wire.muted ?? false,
    effect: parseEffect(wire),
    ...(wire.minimumChange === undefined ? {} : { minimumChange: wire.minimumChange }),
    ...parseInstances(wire),
    ...(wire.criteria === undefined ? {} : { threshold: parseThreshold(wire.criteria, wire.key) }),
  };
}

/** Counts of instances add up; anything else is averaged. */
function parseInstances({
  instances,
  aggregate,
  kind,
}: WireMetric): Pick<MetricConfig, 'instances'> {
  if (instances === undefined) return {};
  const usual = kind === 'count' ? 'sum' : 'mean';
  return { instances: { label: instances, aggregate: aggregate ?? usual } };
}

function parseThreshold(criteria: Schemas['Criteria'], key: WireMetric['key']): ThresholdPolicy {
  return {
    ...CONFIG_DEFAULTS.criteria,
    ...criteria,
    pass: criteria.pass ?? [],
    warning: criteria.warning ?? [],
    isKey: key ?? false,
  };
}

function parseQuery(wire: WireMetric): MetricQuery {
  if (wire.formula === undefined) return wire.query as SourceQuery;
  return { formula: wire.formula, queries: { ...(wire.queries as Record<string, SourceQuery>) } };
}

function parseEffect(wire: WireMetric): EffectPolicy {
  const measure = wire.effect ?? 'meanRatio';
  const allowed = { ...CONFIG_DEFAULTS.tolerance[measure], ...readTolerance(wire.tolerance) };
  const critical = { ...allowed, ...readTolerance(wire.criticalTolerance) };
  return {
    measure,
    allowedIncrease: allowed.increase,
    allowedDecrease: allowed.decrease,
    criticalIncrease: critical.increase,
    criticalDecrease: critical.decrease,
  };
}

function readTolerance({ increase, decrease }: NonNullable<WireMetric['tolerance']> = {}) {
  return {
    ...(increase === undefined ? {} : { increase: readToleratedRatio(increase, 'increase') }),
    ...(decrease === undefined ? {} : { decrease: readToleratedRatio(decrease, 'decrease') }),
  };
}

export function parseScopeRequest(wire: Schemas['ScopeRequest']): ScopeRequest {
  return {
    scope: wire.scope,
    location: wire.location ?? '',
    parameters: { ...wire.parameters },
    offsetMs: wire.offset === undefined ? 0 : durationOf(wire.offset),
  };
}

/** A pair that came with a request, on one grid for both sides. */
export function parsePair(wire: Schemas['SeriesPair'], id: string): Pair {
  const side = (values: Schemas['Value'][]): PairSide => ({
    startAt: wire.start === undefined ? 0 : Date.parse(wire.start),
    stepMs: wire.step === undefined ? CONFIG_DEFAULTS.stepMs : durationOf(wire.step),
    values: values.map(parseValue),
    attributes: {},
  });
  return {
    id,
    metric: wire.metric,
    tags: { ...wire.tags },
    baseline: side(wire.baseline),
    canary: side(wire.canary),
  };
}

/** What the events of a count pair were counted out of, where the request says it. */
export function parseExposure(wire: Schemas['SeriesPair']): Exposure | undefined {
  if (wire.exposure === undefined) return undefined;
  const { baseline, canary } = wire.exposure;
  return { baseline: baseline.map(parseValue), canary: canary.map(parseValue) };
}

/** null and "NaN" are gaps. */
function parseValue(value: Schemas['Value']): number {
  return value === null ? Number.NaN : Number(value);
}

/** A duration that has passed the contract's pattern. */
export function durationOf(text: string): number {
  return parseDuration(text) ?? 0;
}
