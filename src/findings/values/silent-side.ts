import type { Side } from '../../model/scope.ts';
import type { ExaminedPair, Rule } from '../exhibit.ts';
import { countPresent, otherSide, sidesRead } from '../values.ts';
import { subjectOf } from '../words.ts';

/** The newest values of a healthy source may come late. */
const FEWEST_STEPS = 3;
const SMALLEST_SHARE = 0.2;

/** One side reports for a while and then nothing, while the other goes on: a crash, most often. */
export const findSilentSide: Rule = (exhibit) =>
  exhibit.pairs.flatMap((pair) =>
    sidesRead(exhibit)
      .filter((side) => isSilent(pair, side))
      .map((side) => {
        const reported = lastValueOf(pair[side]) + 1;
        const { metric, tags } = pair.pair;
        return {
          code: 'silent-side' as const,
          side,
          tags,
          // a baseline that stops is no fault of the canary
          isGrave: side === 'canary',
          isSlight: exhibit.metric.missingValues === 'zero',
          numbers: { reported, steps: pair.steps },
          sentence: `${subjectOf(metric, tags)}: the ${side} reported for ${reported} of ${pair.steps} steps, then nothing, while the ${otherSide(side)} went on`,
          remedy: `look whether the ${side} still runs and its metrics still arrive`,
        };
      }),
  );

/** Whether a side has had values and has none in the last fifth of the run or longer, where the other has. */
export function isSilent(pair: ExaminedPair, side: Side): boolean {
  const last = lastValueOf(pair[side]);
  const silent = pair.steps - 1 - last;
  const isLong = silent >= Math.max(FEWEST_STEPS, SMALLEST_SHARE * pair.steps);
  if (last < 0 || !isLong) return false;
  return countPresent(pair[otherSide(side)].slice(last + 1)) * 2 >= silent;
}

function lastValueOf(values: readonly number[]): number {
  return values.findLastIndex((value) => !Number.isNaN(value));
}
