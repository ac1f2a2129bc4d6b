import type { Rule } from '../exhibit.ts';
import { countPresent, hasValues, otherSide, sidesRead } from '../values.ts';
import { countText } from '../words.ts';
import { seriesTagsOf } from './labels-differ.ts';

/** One side has nothing at all, the other has: a misspelled scope, or no event that could be counted. */
export const findNoSeries: Rule = (exhibit) =>
  sidesRead(exhibit).flatMap((side) => {
    const { pairs, metric } = exhibit;
    const other = otherSide(side);
    if (pairs.some((pair) => hasValues(pair, side))) return [];
    const values = pairs.reduce((count, pair) => count + countPresent(pair[other]), 0);
    if (values === 0 || seriesTagsOf(exhibit, side).length > 0) return [];
    const { answers } = exhibit;
    const what = answers?.[side].series.length === 0 ? 'no series' : 'no value';
    return {
      code: 'no-series' as const,
      side,
      isSlight: metric.missingValues === 'zero',
      numbers: { values },
      sentence: `${metric.name}: the ${side} has ${what} at all, the ${other} has ${countText(values, 'value')}`,
      remedy:
        'check how the side is named in the query; where no series means zero, write `errors or 0 * requests`, which is zero only where there are requests, or set `missingValues: zero`',
    };
  });
