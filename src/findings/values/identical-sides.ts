import type { Rule } from '../exhibit.ts';
import { countChanges, countPresent } from '../values.ts';
import { countText, subjectOf } from '../words.ts';

const FEWEST_CHANGES = 11;

/** Both sides are one and the same, value by value: most often one series that was read twice. */
export const findIdenticalSides: Rule = ({ pairs, reads }) =>
  pairs.flatMap(({ pair: { metric, tags }, baseline, canary }) => {
    const isSame = canary.every((value, i) => Object.is(value, baseline[i]));
    if (reads !== 'both' || !isSame || countChanges(canary) < FEWEST_CHANGES) return [];
    const values = countPresent(canary);
    return {
      code: 'identical-sides' as const,
      tags,
      numbers: { values },
      sentence: `${subjectOf(metric, tags)}: all ${countText(values, 'value')} are the same on both sides, one by one`,
      remedy: 'check that the query tells the sides apart: most often both read the same series',
    };
  });
