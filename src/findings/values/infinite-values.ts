import type { Rule } from '../exhibit.ts';
import { countPresent, sidesRead } from '../values.ts';
import { subjectOf } from '../words.ts';

/** Infinite values have no mean: a division by zero, or a histogram whose last bound was reached. */
export const findInfiniteValues: Rule = (exhibit) =>
  exhibit.pairs.flatMap((pair) => {
    const counts = sidesRead(exhibit).map((side) => ({
      side,
      infinite: pair[side].filter((value) => Math.abs(value) === Infinity).length,
    }));
    const found = counts.filter(({ infinite }) => infinite > 0);
    if (found.length === 0) return [];
    const { metric, tags } = pair.pair;
    const told = found.map(
      ({ side, infinite }) => `${infinite} of ${countPresent(pair[side])} values of the ${side}`,
    );
    return {
      code: 'infinite-values' as const,
      ...(found.length === 1 ? { side: found[0]!.side } : {}),
      tags,
      numbers: Object.fromEntries(found.map(({ side, infinite }) => [side, infinite])),
      sentence: `${subjectOf(metric, tags)}: ${told.join(' and ')} are infinite`,
      remedy:
        'divide only where the divisor is above 0; give a histogram a bucket above the values that occur',
    };
  });
