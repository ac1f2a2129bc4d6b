import { findChangePoint } from '../../../stats/change-point.ts';
import { confidenceSequence } from '../../../stats/confidence-sequence.ts';
import { learnPrior } from '../../../stats/ar-history.ts';
import type { ObservedRatio } from '../../../model/sequential.ts';
import type { Side } from '../evidence/claims.ts';
import { placeOnset, type Onset } from '../../onset.ts';
import type { Standing } from '../look.ts';
import { linearDifference, logDifference } from '../evidence/noise.ts';
import type { SequentialOptions } from '../options.ts';
import { estimateRatio } from './ratio-estimate.ts';
import { rates, signedRatio } from '../data/rates.ts';
import { createDifference } from '../evidence/statistic.ts';

/**
 * The sample with which the change began that failed the metric: where a step beyond the tolerance fits the
 * observations best; else the start of the part with the most evidence.
 */
export function findOnset({ state, followed }: Standing, side: Side): number {
  const { difference, fail, unpaired } = state;
  const own = fail.find(({ claim }) => claim.side === side);
  const leadingStart = own?.leadingStart ?? 0;
  const found = estimateRatio(difference);
  if (unpaired !== undefined || found === undefined || own === undefined) return leadingStart;
  const { isLog } = difference;
  const baseline = difference.mixture.estimate(1)?.baseline ?? 0;
  const theta = signedRatio(own.claim.ratio, baseline);
  const expected = isLog ? Math.log(found.expected) : (found.expected - 1) * Math.abs(baseline);
  const differences = followed.run.fed().map((sample) => {
    if (sample === undefined) return NaN;
    const { canary, baseline: other } = rates(sample);
    return isLog
      ? logDifference({ canary, baseline: other })
      : linearDifference({ canary, baseline: theta * other });
  });
  const tolerated = (isLog ? Math.log(own.claim.ratio) : 0) + expected;
  return findChangePoint(differences, { side, tolerated }) ?? leadingStart;
}

/** A sample of the run as one of the canary's, with its time. */
export function onsetOn({ followed }: Pick<Standing, 'followed'>, sample: number): Onset {
  return placeOnset(sample - followed.canaryStart, followed.pair);
}

/**
 * The ratio of the samples from `start` on, beyond the expected one, with a confidence sequence of its own
 * (S6). It decides nothing, and that the data chose the start is not part of its level.
 */
export function measureSince(
  { state, followed }: Standing,
  start: number,
  { alpha }: SequentialOptions,
): ObservedRatio | undefined {
  const { noise, difference, unpaired } = state;
  if (unpaired !== undefined) return undefined;
  const { isLog } = difference;
  // the level of earlier runs has had its say: what is asked here is the level from the start on
  const segments = noise.segments.map((segment) => ({ ...segment, kind: 'noise' as const }));
  const { instanceLogWeights: _, ...learning } = noise.learning;
  const prior = learnPrior(noise.models, segments, learning);
  const late = createDifference({ models: noise.models, prior }, isLog);
  for (const sample of followed.run.fed().slice(start)) {
    if (sample !== undefined) late.observe(sample);
  }
  const found = estimateRatio(late);
  const whole = estimateRatio(difference);
  if (found === undefined || whole === undefined) return undefined;
  const beyond = (ratio: number) => (isLog ? ratio / whole.expected : ratio - (whole.expected - 1));
  const valueOf = (ratio: number) => (isLog ? Math.log(ratio) : ratio);
  const ratioOf = (value: number) => (isLog ? Math.exp(value) : value);
  const { lower, upper } = confidenceSequence(
    (value) => late.mixture.logEvidence(late.nullOf(ratioOf(value)), 'either'),
    -Math.log(alpha),
    { centre: valueOf(found.ratio), step: Math.max(found.spread, 1e-9) },
  );
  return {
    estimate: beyond(found.ratio),
    interval: { lower: beyond(ratioOf(lower)), upper: beyond(ratioOf(upper)) },
  };
}
