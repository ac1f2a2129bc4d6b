import { SIDES } from '../../model/scope.ts';
import type { Rule } from '../exhibit.ts';
import { durationText, subjectOf } from '../words.ts';

/** The source has coarser values than were asked for: fewer observations than the window promises. */
export const findCoarseStep: Rule = ({ pairs, answers }) =>
  pairs.flatMap(({ pair }) =>
    SIDES.flatMap((side) => {
      const asked = answers?.[side].stepMs ?? 0;
      const { stepMs } = pair[side];
      if (!(asked > 0) || stepMs <= asked) return [];
      return {
        code: 'coarse-step' as const,
        side,
        tags: pair.tags,
        numbers: { stepMs, askedMs: asked },
        sentence: `${subjectOf(pair.metric, pair.tags)}: the ${side} has a value every ${durationText(stepMs)}, asked was one every ${durationText(asked)}`,
        remedy: `use a step of ${durationText(stepMs)}, or a source that keeps finer values for that time`,
      };
    }),
  );
