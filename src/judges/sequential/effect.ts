import { confidenceSequence, type Interval } from '../../stats/confidence-sequence.ts';
import { createCountMixture } from '../../stats/count-mixture.ts';
import { logMeanExp } from '../../stats/log-sum-exp.ts';
import { COUNT_MODELS } from '../../stats/noise-models.ts';
import { detectableChange, sequentialSampleSize } from '../../stats/planning.ts';
import type { ObservedRatio } from '../../model/sequential.ts';
import type { SequentialOptions } from './options.ts';
import type { Standing } from './look.ts';
import { createDifference, rates } from './statistic.ts';
import type { Unpaired } from './unpaired.ts';

/** How large the change is, and how large one would have been found. */
export interface Effect {
  estimate?: number;
  interval?: Interval;
  effectiveSampleSize: number;
  samplesToConfirm?: number;
  detectableChange?: number;
}

/** Spread relative to the estimate below which a difference counts as constant. */
const CONSTANT = 1e-12;
const POWER = 0.8;
const MEDIAN = 0.5;

/** Estimate and confidence sequence of the ratio canary / baseline (S6), planning backwards (V5). */
export function measureEffect(standing: Standing, options: SequentialOptions): Effect {
  return standing.state.unpaired === undefined
    ? measurePaired(standing, options)
    : measureUnpaired(standing, standing.state.unpaired, options);
}

function measureUnpaired(
  standing: Standing,
  unpaired: Unpaired,
  options: SequentialOptions,
): Effect {
  const effectiveSampleSize = standing.state.pairs / unpaired.longRunFactor();
  const estimate = unpaired.ratio();
  if (estimate === undefined) return { effectiveSampleSize };
  return { effectiveSampleSize, estimate, interval: intervalOf(standing, estimate, options) };
}

function measurePaired(standing: Standing, options: SequentialOptions): Effect {
  const { difference, pairs } = standing.state;
  const found = difference.mixture.estimate(difference.isLog ? 0 : 1);
  if (found === undefined) return { effectiveSampleSize: 0 };
  return {
    effectiveSampleSize: pairs / found.longRunFactor,
    ...definite('detectableChange', smallestFound(standing, options, found.longRunVariance)),
    ...definite('samplesToConfirm', samplesToConfirm(standing, options)),
    ...pairedRatio(standing, options),
  };
}

function pairedRatio(standing: Standing, options: SequentialOptions): ObservedRatio | undefined {
  const { difference } = standing.state;
  const found = difference.mixture.estimate(difference.isLog ? 0 : 1);
  if (found === undefined) return undefined;
  const { canary, baseline } = means(standing.followed.run.samples);
  const estimate = difference.isLog ? Math.exp(found.mean) : canary / baseline;
  if (!Number.isFinite(estimate)) return undefined;
  return { estimate, interval: intervalOf(standing, estimate, options) };
}

/**
 * The ratio of the samples from `start` on, with a confidence sequence of its own (S7). That the data chose
 * the start is not part of its level.
 */
export function measureSince(
  standing: Standing,
  start: number,
  options: SequentialOptions,
): ObservedRatio | undefined {
  const { state, followed } = standing;
  const samples = followed.run.samples.slice(start);
  const difference = createDifference(state.noise, state.difference.isLog);
  for (const sample of samples) difference.observe(sample);
  const late = {
    ...standing,
    state: { ...state, difference, pairs: difference.mixture.count() },
    followed: { ...followed, run: { ...followed.run, samples } },
  };
  return pairedRatio(late, options);
}

function definite<K extends string>(
  name: K,
  value: number | undefined,
): Partial<Record<K, number>> {
  const record: Partial<Record<K, number>> = {};
  if (value !== undefined && Number.isFinite(value)) record[name] = value;
  return record;
}

function means(samples: Standing['followed']['run']['samples']) {
  const total = { canary: 0, baseline: 0, count: 0 };
  for (const sample of samples) {
    const { canary, baseline } = rates(sample);
    if (Number.isNaN(canary - baseline)) continue;
    total.canary += canary;
    total.baseline += baseline;
    total.count++;
  }
  return { canary: total.canary / total.count, baseline: total.baseline / total.count };
}

function intervalOf(standing: Standing, estimate: number, options: SequentialOptions): Interval {
  const { state } = standing;
  const threshold = -Math.log(options.alpha);
  const { mixture, isLog } = state.difference;
  const against = evidenceByRatio(standing, options);
  if (isLog && state.unpaired === undefined) {
    const centre = Math.log(estimate);
    const spread = mixture.spread(0);
    if (spread <= CONSTANT * Math.abs(centre)) return { lower: estimate, upper: estimate };
    const step = spread / Math.sqrt(state.pairs);
    const logs = confidenceSequence((d) => against(Math.exp(d)), threshold, { centre, step });
    return { lower: Math.exp(logs.lower), upper: Math.exp(logs.upper) };
  }
  const isConstant =
    state.unpaired === undefined &&
    mixture.spread(estimate) <= CONSTANT * Math.abs(means(standing.followed.run.samples).baseline);
  if (isConstant) return { lower: estimate, upper: estimate };
  const step = Math.max(Math.abs(estimate), CONSTANT) / 100;
  return confidenceSequence(against, threshold, { centre: estimate, step });
}

/** Two-sided evidence of the whole run against any ratio; counts are filtered anew for each. */
function evidenceByRatio(
  { state, followed }: Standing,
  options: SequentialOptions,
): (ratio: number) => number {
  const { unpaired, difference } = state;
  if (unpaired !== undefined) return (ratio) => unpaired.against(ratio).either;
  const continuous = (ratio: number) =>
    difference.mixture.logEvidence(
      difference.isLog ? { theta: 0, delta: Math.log(ratio) } : { theta: ratio, delta: 0 },
      'none',
    ).either;
  if (state.scale !== 'count') return continuous;
  const models = COUNT_MODELS[options.countPreset];
  const logWeights = state.noise.countLogWeights;
  return (ratio) => {
    if (!(ratio > 0)) return Infinity;
    const counts = createCountMixture({ models, logRatio: Math.log(ratio), logWeights });
    for (const sample of followed.run.samples) counts.observe(sample);
    return logMeanExp([counts.logEvidence('none').either, continuous(ratio)]);
  };
}

/** V5: relative to the baseline. */
function smallestFound(
  { state, share, followed }: Standing,
  options: SequentialOptions,
  longRunVariance: number,
): number | undefined {
  if (state.pairs === 0 || state.unpaired !== undefined) return undefined;
  const plan = { longRunVariance, alpha: options.alpha * share, power: POWER };
  const change = detectableChange(state.pairs, plan);
  if (state.difference.isLog) return Math.expm1(change);
  return change / Math.abs(means(followed.run.samples).baseline);
}

/** Median time until every margin is ruled out, if the present difference is the true one. */
function samplesToConfirm(standing: Standing, options: SequentialOptions): number | undefined {
  const { state, isConfirmed } = standing;
  if (isConfirmed || state.unpaired !== undefined) return undefined;
  const { mixture, isLog } = state.difference;
  const needed = state.margins.map(({ ratio, side }) => {
    const at = mixture.estimate(isLog ? 0 : ratio);
    if (at === undefined) return Infinity;
    const distance = isLog ? at.mean - Math.log(ratio) : at.mean;
    if (side === 'decrease' ? distance >= 0 : distance <= 0) return Infinity;
    const { longRunVariance } = at;
    const plan = { longRunVariance, alpha: options.alphaPass, power: MEDIAN };
    return sequentialSampleSize(distance, plan) ?? Infinity;
  });
  return needed.length === 0 ? undefined : Math.max(1, Math.max(...needed) - state.pairs);
}
