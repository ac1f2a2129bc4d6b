import { createJudges } from '../src/judges/registry.ts';
import { claimsOf } from '../src/judges/sequential/evidence/claims.ts';
import { createMetricRun } from '../src/judges/sequential/data/metric-run.ts';
import { SEQUENTIAL_DEFAULTS, type SequentialOptions } from '../src/judges/sequential/options.ts';
import type { MetricConfig } from '../src/model/config.ts';
import { parseConfig } from '../src/model/native-format.ts';
import { learnCountPrior } from '../src/stats/count-history.ts';
import { createCountMixture, type CountSample } from '../src/stats/count-mixture.ts';
import { COUNT_MODELS, type CountPreset } from '../src/stats/noise-models.ts';
import type { Arms } from './worlds.ts';

export const DAY = 1440;
/** Eight hours: as long as most simulated canaries are watched. */
export const RUN = 480;
export const LOOK_EVERY = 5;
/** Of the judges without memory, which judge everything anew at each look. */
export const PEEK_EVERY = 15;
const THRESHOLDS = { pass: 100, marginal: 100 };

/** A metric that may move neither way, without tolerance, as Kayenta has it by default. */
export const METRIC: MetricConfig = parseConfig({
  name: 'simulation',
  metrics: [
    { name: 'metric', query: { source: 'inline' }, tolerance: { increase: 1, decrease: 1 } },
  ],
}).metrics[0]!;

/** Whether a judge without memory fails the metric on the first `samples` of the run. */
export function failsAt(judgeName: string, { baseline, canary }: Arms, samples: number): boolean {
  const empty = parseConfig({ name: 'simulation', judge: judgeName, metrics: [] });
  const config = { ...empty, metrics: [METRIC] };
  const side = (values: number[]) => ({
    startAt: 0,
    stepMs: 60_000,
    attributes: {},
    values: values.slice(0, samples),
  });
  const sides = { baseline: side(baseline), canary: side(canary) };
  const pairs = [{ id: '0', metric: METRIC.name, tags: {}, ...sides }];
  const judgement = createJudges().for(config).judge({ config, thresholds: THRESHOLDS, pairs });
  const { classification } = judgement.metrics[0]!;
  return classification === 'High' || classification === 'Low';
}

/** The first look, every `every` samples, at which a judge fails the metric; Infinity = none. */
export function firstFailure(judgeName: string, arms: Arms, every: number): number {
  for (let samples = every; samples <= arms.canary.length; samples += every) {
    if (failsAt(judgeName, arms, samples)) return samples;
  }
  return Infinity;
}

export interface SequentialPaths {
  /** Largest ln E against no change, after each sample. */
  fail: readonly number[];
  /** Samples after which the margins were ruled out; Infinity = never. */
  confirmedAt: number;
}

/**
 * The evidence of the sequential judge along a run; `until` ends it early, when ln E is that large.
 * History is one earlier healthy run, or several.
 */
export function followRun(
  arms: Arms,
  given: {
    history?: Arms | readonly Arms[];
    options?: Partial<SequentialOptions>;
    direction?: MetricConfig['direction'];
    kind?: MetricConfig['kind'];
    until?: number;
  } = {},
): SequentialPaths {
  const { until = Infinity, kind = 'continuous' } = given;
  const options = { ...SEQUENTIAL_DEFAULTS, ...given.options };
  const metric = { ...METRIC, direction: given.direction ?? METRIC.direction };
  const run = createMetricRun(
    {
      claims: claimsOf(metric, options.margin, kind),
      kind,
      history: given.history === undefined ? [] : [given.history].flat(),
      plannedSamples: arms.canary.length,
      comparable: true,
    },
    options,
  );
  for (let t = 0; t < arms.canary.length; t++) {
    run.observe(sampleAt(arms, t));
    // the whole state costs more than a sample, so it is not asked for at every look
    if (until < Infinity && t % STOP_EVERY === STOP_EVERY - 1 && run.state().path.at(-1)! >= until)
      break;
  }
  const { path, confirmedAt } = run.state();
  return { fail: path, confirmedAt: confirmedAt ?? Infinity };
}

const STOP_EVERY = 30;

/** The evidence of the count e-process alone against an unchanged rate: its largest ln E after each sample. */
export function followCounts(
  arms: Arms,
  given: { history?: Arms; preset?: CountPreset; until: number },
): readonly number[] {
  const { historyDiscount: discount, changedRegime } = SEQUENTIAL_DEFAULTS;
  const models = COUNT_MODELS[given.preset ?? 'auto'];
  const kind = 'run' as const;
  const segments = given.history === undefined ? [] : [{ kind, samples: samplesOf(given.history) }];
  const prior = learnCountPrior(models, segments, { discount, changedRegime, isPruned: true });
  const mixture = createCountMixture({ models, logRatio: 0, prior });
  const path: number[] = [];
  let largest = 0;
  for (const sample of samplesOf(arms)) {
    mixture.observe(sample);
    largest = Math.max(largest, mixture.logEvidence('none').either);
    path.push(largest);
    if (largest >= given.until) break;
  }
  return path;
}

function samplesOf(arms: Arms): CountSample[] {
  return arms.canary.map((_, t) => sampleAt(arms, t));
}

function sampleAt({ canary, baseline, exposure }: Arms, t: number): CountSample {
  return {
    canary: canary[t]!,
    baseline: baseline[t]!,
    canaryExposure: exposure?.canary[t] ?? 1,
    baselineExposure: exposure?.baseline[t] ?? 1,
  };
}

/** The first look at which the evidence has reached 1/alpha; Infinity = none. No label before 5 pairs. */
export function crossing(path: readonly number[], alpha: number): number {
  const sample = path.findIndex((value) => value >= -Math.log(alpha));
  return sample < 0 ? Infinity : Math.max(Math.ceil((sample + 1) / LOOK_EVERY) * LOOK_EVERY, 5);
}
