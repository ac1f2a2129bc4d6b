import { SIDES } from '../../model/scope.ts';
import type { Rule } from '../exhibit.ts';
import { hasValues, otherSide } from '../values.ts';
import { someOf, subjectOf } from '../words.ts';

/** Some series have a partner on the other side and some have none, such as the pods of a minority. */
export const findUnpairedSeries: Rule = ({ metric, pairs, reads }) => {
  if (reads !== 'both') return [];
  const isWhole = pairs.some((pair) => hasValues(pair, 'baseline') && hasValues(pair, 'canary'));
  if (!isWhole) return [];
  return SIDES.flatMap((side) => {
    const alone = pairs.filter(
      (pair) => hasValues(pair, side) && !hasValues(pair, otherSide(side)),
    );
    if (alone.length === 0) return [];
    const names = alone.map(({ pair }) => subjectOf('', pair.tags).trim());
    return {
      code: 'unpaired-series' as const,
      side,
      isSlight: metric.missingValues === 'zero',
      numbers: { unpaired: alone.length, series: pairs.length },
      sentence: `${metric.name}: ${alone.length} of ${pairs.length} series are on the ${side} alone: ${someOf(names)}`,
      remedy:
        'aggregate the labels away in the query, or list them under `instances`; where no series means zero, set `missingValues: zero`',
    };
  });
};
