import type { Rule } from '../exhibit.ts';
import { countChanges, hasValues, sidesRead } from '../values.ts';
import { subjectOf } from '../words.ts';

const MADE_UP = /\bor\s+(on\s*\(\s*\)\s*)?vector\s*\(/;

/**
 * A query that puts a constant where nothing matched makes a side that does not exist look healthy. Harmless
 * only as a dividend: where the divisor matches nothing, nothing comes.
 */
export const findMadeUpValues: Rule = (exhibit) =>
  exhibit.pairs.flatMap((pair) =>
    sidesRead(exhibit)
      .filter((side) => {
        const texts = Object.values(pair.pair[side].attributes);
        const isConstant = hasValues(pair, side) && countChanges(pair[side]) === 0;
        return isConstant && texts.some(canBeMadeUp);
      })
      .map((side) => {
        const { metric, tags } = pair.pair;
        return {
          code: 'made-up-values' as const,
          side,
          tags,
          numbers: {},
          sentence: `${subjectOf(metric, tags)}: the ${side} never moves, and its query puts a constant where nothing matches: it may not exist at all`,
          remedy:
            'write `errors or 0 * requests`, which is zero only where there are requests, and leave the divisor as it is',
        };
      }),
  );

/** The constant stands alone or in a divisor. */
function canBeMadeUp(query: string): boolean {
  const [dividend = '', ...divisors] = query.split('/');
  return divisors.length === 0
    ? MADE_UP.test(dividend)
    : divisors.some((text) => MADE_UP.test(text));
}
