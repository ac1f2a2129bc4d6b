import type { Rule } from '../exhibit.ts';
import { countChanges, countPresent, otherSide, sidesRead } from '../values.ts';
import { numberText, subjectOf } from '../words.ts';

const FEWEST_VALUES = 11;
const FEWEST_CHANGES = 10;

/** One side never moves while the other does: a default instead of a measurement, or a process that hangs. */
export const findConstantSide: Rule = (exhibit) =>
  exhibit.pairs.flatMap((pair) =>
    sidesRead(exhibit)
      .filter((side) => {
        const isConstant = countChanges(pair[side]) === 0;
        const isLong = countPresent(pair[side]) >= FEWEST_VALUES;
        return isConstant && isLong && countChanges(pair[otherSide(side)]) >= FEWEST_CHANGES;
      })
      .map((side) => {
        const { metric, tags } = pair.pair;
        const value = pair[side].find((one) => !Number.isNaN(one))!;
        const values = countPresent(pair[side]);
        return {
          code: 'constant-side' as const,
          side,
          tags,
          numbers: { values, ...(Number.isFinite(value) ? { value } : {}) },
          sentence: `${subjectOf(metric, tags)}: the ${side} is ${numberText(value)} in all ${values} values, while the ${otherSide(side)} varies`,
          remedy: `check that the ${side} is measured and has traffic, and that no default stands in for it`,
        };
      }),
  );
