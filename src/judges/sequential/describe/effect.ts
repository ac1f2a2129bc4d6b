import { sequentialSampleSize } from '../../../stats/planning.ts';
import type { ExpectedRatio, Interval } from '../../../model/judgement/sequential.ts';
import type { Side } from '../evidence/claims.ts';
import type { RatioBounds } from '../evidence/metric-bounds.ts';
import type { Standing } from '../look.ts';
import type { SequentialOptions } from '../options.ts';
import { estimateRatio, type RatioEstimate } from './ratio-estimate.ts';

/** How large the change is, beyond what was expected, and what was expected. */
export interface Effect {
  /** Ratio beyond the expected one; absent where there is none. */
  estimate?: number;
  /** Ratio of the sides themselves: the estimate and the expected one together. */
  observed?: number;
  expected?: ExpectedRatio;
  bounds: RatioBounds;
  /** The same as one interval, open ends infinite; absent where the bounds exclude each other. */
  interval?: Interval;
  effectiveSampleSize: number;
  samplesToConfirm?: number;
}

const MEDIAN = 0.5;
/** A bound farther from the estimate says nothing (V8). */
const FARTHEST = 10;
const CONSTANT = 1e-12;

/** Estimate, running bounds (V7, V8) and planning of a metric, all at this look. */
export function measureEffect(standing: Standing, options: SequentialOptions): Effect {
  const { unpaired, difference, pairs, scale } = standing.state;
  if (unpaired !== undefined) {
    const estimate = unpaired.ratio();
    const effectiveSampleSize = pairs / unpaired.longRunFactor();
    if (estimate === undefined) return { bounds: {}, effectiveSampleSize };
    const bounds = boundsOf(standing, estimate);
    return { estimate, observed: estimate, effectiveSampleSize, ...asInterval(bounds, false) };
  }
  const found = estimateRatio(difference);
  const factor = difference.mixture.estimate(difference.isLog ? 0 : 1)?.longRunFactor;
  const effectiveSampleSize = factor === undefined ? 0 : pairs / factor;
  if (found === undefined) return { bounds: {}, effectiveSampleSize };
  const bounds = boundsOf(standing, found.ratio);
  const samplesToConfirm = stillNeeded(standing, options);
  return {
    estimate: found.ratio,
    effectiveSampleSize,
    ...describeExpected(standing, found),
    ...asInterval(bounds, scale !== 'linear'),
    ...(Number.isFinite(samplesToConfirm) ? { samplesToConfirm } : {}),
  };
}

function describeExpected(
  { state: { noise, difference }, followed }: Standing,
  { ratio, expected, expectedSpread }: RatioEstimate,
): Pick<Effect, 'observed' | 'expected'> {
  const observed = difference.isLog ? ratio * expected : ratio + expected - 1;
  const runs = noise.stretches.filter(({ kind }) => kind === 'run').length;
  const hasBefore = noise.stretches.some(({ kind }) => kind === 'pre');
  if (runs === 0 && !hasBefore && followed.run.samples.length > 0) return { observed };
  return { observed, expected: { ratio: expected, spread: expectedSpread, runs, hasBefore } };
}

function boundsOf(standing: Standing, estimate: number): RatioBounds {
  const { followed, levels, rejectedAfter } = standing;
  if (isConstant(standing)) return { lower: estimate, upper: estimate };
  return shownBounds(followed.run.bounds(levels, rejectedAfter), estimate, rejectedAfter);
}

/** Without those that say nothing; a bound that failed the metric is shown however far it lies. */
export function shownBounds(
  { lower, upper }: RatioBounds,
  estimate: number,
  rejectedAfter: Standing['rejectedAfter'],
): RatioBounds {
  const isFailed = (side: Side) => rejectedAfter[side] < Infinity;
  const isLower = lower !== undefined && (isFailed('increase') || lower >= estimate / FARTHEST);
  const isUpper = upper !== undefined && (isFailed('decrease') || upper <= estimate * FARTHEST);
  return { ...(isLower ? { lower } : {}), ...(isUpper ? { upper } : {}) };
}

/** Two sides that differ by the same at every sample, and are expected to be alike. */
function isConstant({ state: { difference, pairs, unpaired, noise } }: Standing): boolean {
  if (unpaired !== undefined || pairs === 0 || noise.segments.length > 0) return false;
  const { mixture, isLog } = difference;
  const estimate = mixture.estimate(isLog ? 0 : 1);
  const size = isLog ? 1 : Math.abs(estimate?.baseline ?? 0);
  return mixture.spread(isLog ? 0 : 1) <= CONSTANT * size;
}

function asInterval(bounds: RatioBounds, isPositive: boolean): Pick<Effect, 'bounds' | 'interval'> {
  const { lower = isPositive ? 0 : -Infinity, upper = Infinity } = bounds;
  return lower > upper ? { bounds } : { bounds, interval: { lower, upper } };
}

/** Median time until every margin is ruled out, if the present difference is the true one. */
function stillNeeded(standing: Standing, options: SequentialOptions): number {
  const { state, isConfirmed } = standing;
  const { claims, difference, pairs } = state;
  if (isConfirmed || claims.margin.length === 0) return Infinity;
  const needed = claims.margin.map(({ ratio, side }) => {
    const { theta, delta } = difference.nullOf(ratio);
    const at = difference.mixture.estimate(theta);
    if (at === undefined) return Infinity;
    const distance = at.mean - delta;
    if (side === 'decrease' ? distance >= 0 : distance <= 0) return Infinity;
    const plan = { longRunVariance: at.longRunVariance, alpha: options.alphaPass, power: MEDIAN };
    return sequentialSampleSize(distance, plan) ?? Infinity;
  });
  return Math.max(1, Math.max(...needed) - pairs);
}
