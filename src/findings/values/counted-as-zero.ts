import { SIDES } from '../../model/scope.ts';
import type { Rule } from '../exhibit.ts';
import { subjectOf } from '../words.ts';

/** Name of the attribute with which pairing tells what it has counted as zero. */
export const COUNTED_AS_ZERO = 'countedAsZero';

/** What is counted matched nothing although there was traffic: a service without a single error. */
export const findCountedAsZero: Rule = ({ pairs }) =>
  pairs.flatMap(({ pair }) =>
    SIDES.flatMap((side) => {
      const what = pair[side].attributes[COUNTED_AS_ZERO];
      if (what === undefined) return [];
      return {
        code: 'counted-as-zero' as const,
        side,
        tags: pair.tags,
        numbers: {},
        sentence: `${subjectOf(pair.metric, pair.tags)}: ${what} matched no series on the ${side}, where there was traffic, and count as 0 there`,
        remedy:
          'nothing, where no series means none happened; to refuse it, set `dataPolicy: {counted-as-zero: hold}`',
      };
    }),
  );
