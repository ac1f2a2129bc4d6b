import type { Rule } from '../exhibit.ts';
import { countPresent, otherSide, sidesRead } from '../values.ts';
import { percentText, subjectOf } from '../words.ts';
import { isSilent } from './silent-side.ts';

/** Shares of the run that a side may miss more than the other: to be told, and to hold. */
const TOLD = 0.05;
const HOLDING = 0.2;
/** A single late value is no loss. */
const FEWEST_STEPS = 2;

/** More is missing on one side than on the other: what is left may be the healthy part. */
export const findPartialLoss: Rule = (exhibit) =>
  exhibit.pairs.flatMap((pair) =>
    sidesRead(exhibit).flatMap((side) => {
      const missing = pair.steps - countPresent(pair[side]);
      const missingElsewhere = pair.steps - countPresent(pair[otherSide(side)]);
      const excess = missing - missingElsewhere;
      if (missing === pair.steps || excess < FEWEST_STEPS || excess <= TOLD * pair.steps) return [];
      if (isSilent(pair, side)) return [];
      const { metric, tags } = pair.pair;
      return {
        code: 'partial-loss' as const,
        side,
        tags,
        isSlight: excess <= HOLDING * pair.steps || exhibit.metric.missingValues === 'zero',
        numbers: { missing, missingElsewhere, steps: pair.steps },
        sentence: `${subjectOf(metric, tags)}: ${missing} of ${pair.steps} values are missing on the ${side} (${percentText(missing / pair.steps)}), ${missingElsewhere} on the ${otherSide(side)}`,
        remedy: `find out why the ${side} reports so rarely; where no value means zero, set \`missingValues: zero\``,
      };
    }),
  );
