import { Fault } from '../../../errors.ts';
import type { CanaryConfig, MetricConfig } from '../../../model/config.ts';
import type { Pair } from '../../../model/series.ts';
import type { CountSample } from '../../../stats/count-mixture.ts';
import { align } from '../../align.ts';
import { claimsOf } from '../evidence/claims.ts';
import type { JudgeInput } from '../../judge.ts';
import type { MetricKind } from '../../../model/config.ts';
import { createMetricRun, type MetricPlan, type MetricRun } from './metric-run.ts';
import type { SequentialOptions } from '../options.ts';

/** One pair under the judge's eyes. */
export interface Followed {
  pair: Pair;
  metric: MetricConfig;
  kind: MetricKind;
  stepMs: number;
  /** Judged samples before the canary's first; below 0 where the canary was there before. */
  canaryStart: number;
  /** Length of the whole run, in samples. */
  plannedSamples: number;
  /** Everything that is judged in the end; `run` holds what was seen so far. */
  samples: readonly CountSample[];
  run: MetricRun;
  plan: MetricPlan;
}

export interface Session {
  followed: readonly Followed[];
  /** Samples there are, after warm-up and without what is still settling. */
  length: number;
  stepMs: number;
  /** Feeds every run up to this many samples; what was fed before is not fed again. */
  advance(samples: number): void;
}

/** Opens a run for every pair; a Fault `invalid-config` for a pair without a metric. */
export function createSession(input: JudgeInput, options: SequentialOptions): Session {
  const followed = input.pairs.map((pair) => follow(pair, input, options));
  return {
    followed,
    length: Math.max(0, ...followed.map(({ samples }) => samples.length)),
    stepMs: Math.max(0, ...followed.map(({ stepMs }) => stepMs)),
    advance(count) {
      for (const { run, samples } of followed) {
        const end = Math.min(count, samples.length);
        while (run.samples.length < end) run.observe(samples[run.samples.length]!);
      }
    },
  };
}

function follow(pair: Pair, input: JudgeInput, options: SequentialOptions): Followed {
  const metric = findMetric(input.config, pair);
  const kind = metric.kind;
  const {
    samples: all,
    stepMs,
    comparable,
    canaryStart,
  } = align(pair, metric, input.exposures?.[pair.id]);
  const samples = all.slice(0, settledLength(all.length, stepMs, input));
  const [before, instances] = [input.before?.[pair.id], input.instances?.[pair.id]];
  const plannedSamples =
    input.plannedMs !== undefined && stepMs > 0
      ? Math.ceil(input.plannedMs / stepMs)
      : samples.length;
  const plan: MetricPlan = {
    claims: claimsOf(metric, metric.margin ?? options.margin, kind),
    kind,
    history: input.history?.[metric.name] ?? [],
    plannedSamples,
    comparable,
    minimumChange: metric.minimumChange ?? 0,
    stepMs,
    canaryAt: pair.canary.startAt - canaryStart * stepMs,
    startAt: Math.min(pair.baseline.startAt, pair.canary.startAt),
    ...(before === undefined ? {} : { before }),
    ...(instances === undefined ? {} : { instances }),
  };
  const run = createMetricRun(plan, options);
  const common = { pair, metric, kind, stepMs, plannedSamples, samples, run, plan };
  return { ...common, canaryStart };
}

/** V6: how many of the values are one step old, and so have settled. */
function settledLength(length: number, stepMs: number, { elapsedMs }: JudgeInput): number {
  if (!(stepMs > 0) || elapsedMs === undefined) return length;
  return Math.max(Math.min(length, Math.floor((elapsedMs - stepMs) / stepMs)), 0);
}

/** The first of that name, where a config has several. */
function findMetric(config: CanaryConfig, pair: Pair): MetricConfig {
  const metric = config.metrics.find(({ name }) => name === pair.metric);
  if (metric !== undefined) return metric;
  const subject = `metric "${pair.metric}"`;
  const message = `the sequential judge got data for ${subject}, which config "${config.name}" does not have; add it or leave the data out`;
  throw new Fault('invalid-config', message, { subject });
}
