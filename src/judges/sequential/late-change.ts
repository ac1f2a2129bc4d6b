import type { Standing } from './look.ts';
import type { SequentialOptions } from './options.ts';
import { FEWEST_PAIRS } from './evidence/evidence-track.ts';
import { priorAfter } from './evidence/noise.ts';
import { riseOf } from './evidence/restart-parts.ts';
import { createDifference } from './evidence/statistic.ts';

/**
 * Whether the second half of a short run rather speaks for a harmful change that the first half had not. A run
 * that is not twice as long as its restarts lie apart has none near its middle, so a change in there is
 * averaged with what was before, and whether it is found depends on the step that the run was asked at. The
 * test is that of a restart (S12), taken once at the end: it fails nothing, but it keeps the metric from passing.
 */
export function isLateChangeLikely(
  { followed, state }: Pick<Standing, 'followed' | 'state'>,
  { restartEvery }: SequentialOptions,
): boolean {
  const { noise, difference, unpaired, fail } = state;
  const samples = followed.run.fed();
  const isShort = restartEvery > 0 && samples.length < 2 * restartEvery;
  if (!isShort || unpaired !== undefined || fail.length === 0) return false;
  const { isLog } = difference;
  const middle = samples.length >> 1;
  const early = createDifference(noise, isLog);
  for (const sample of samples.slice(0, middle)) if (sample !== undefined) early.observe(sample);
  if (early.count() < FEWEST_PAIRS) return false;
  const prior = priorAfter(noise, early.mixture.snapshot());
  const late = createDifference({ models: noise.models, prior }, isLog);
  for (const sample of samples.slice(middle)) if (sample !== undefined) late.observe(sample);
  if (late.count() < FEWEST_PAIRS) return false;
  const share = Math.log(fail.length);
  return fail.some(({ claim }) => late.evidence(riseOf(claim)) - share > 0);
}
