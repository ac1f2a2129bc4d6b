import type { CountSample } from '../../stats/count-mixture.ts';
import { meanOf } from './data/instance-levels.ts';
import { isPair, rates } from './data/rates.ts';
import type { Side } from './evidence/claims.ts';
import { FEWEST_PAIRS } from './evidence/evidence-track.ts';
import { createRatioTest } from './evidence/metric-test.ts';
import { riseOf } from './evidence/restart-parts.ts';
import { createDifference } from './evidence/statistic.ts';
import type { Standing } from './look.ts';
import type { SequentialOptions } from './options.ts';

/**
 * Whether the second half of a short run rather speaks for a harmful change that the first half had not. A run
 * that is not twice as long as its restarts lie apart has none near its middle, so a change in there is
 * averaged with what was before, and whether it is found depends on the step that the run was asked at. The
 * test is that of a restart (S12), taken once at the end: it fails nothing, but it keeps the metric from passing.
 */
export function isLateChangeLikely(
  { followed, state }: Pick<Standing, 'followed' | 'state'>,
  options: SequentialOptions,
): boolean {
  const { noise, difference, unpaired, fail } = state;
  const { metric, kind, run } = followed;
  const samples = run.fed();
  const isShort = options.restartEvery > 0 && samples.length < 2 * options.restartEvery;
  // limits of `cles` are no ratios, and nothing but the whole run is asked about them
  if (!isShort || unpaired !== undefined || metric.effect.measure === 'cles') return false;
  const { isLog } = difference;
  const [sofar, rest] = halvesOf(samples);
  const early = createDifference(noise, isLog);
  for (const sample of sofar) early.observe(sample);
  const claims = fail.map(({ claim }) => riseOf(claim));
  const late = createRatioTest({ kind, noise, isLog }, options, {
    ratios: [...new Set(claims.map(({ ratio }) => ratio))],
    sofar,
    difference: early,
  });
  for (const sample of rest) late.observe(sample);
  if (early.count() < FEWEST_PAIRS || late.count() < FEWEST_PAIRS) return false;
  const share = Math.log(claims.length);
  return claims.some(
    (claim) =>
      late.evidence(claim) - share > 0 && changeTo(claim.side, rest) > (metric.minimumChange ?? 0),
  );
}

function halvesOf(
  samples: readonly (CountSample | undefined)[],
): readonly [CountSample[], CountSample[]] {
  const middle = samples.length >> 1;
  const observed = (part: typeof samples) => part.filter((sample) => sample !== undefined);
  return [observed(samples.slice(0, middle)), observed(samples.slice(middle))];
}

/** How far the canary lies on that side of the baseline, in the metric's unit. */
function changeTo(side: Side, samples: readonly CountSample[]): number {
  const differences = samples.filter(isPair).map((sample) => {
    const { canary, baseline } = rates(sample);
    return canary - baseline;
  });
  return side === 'increase' ? meanOf(differences) : -meanOf(differences);
}
