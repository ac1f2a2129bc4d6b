import { SIDES } from '../../model/scope.ts';
import type { Rule } from '../exhibit.ts';
import { otherSide, sumOf } from '../values.ts';
import { countText, subjectOf } from '../words.ts';

/** One side had nothing that could fail: no error of nobody is no sign of health. */
export const findNoTraffic: Rule = ({ pairs }) =>
  pairs.flatMap(({ pair: { metric, tags }, exposure }) => {
    if (exposure === undefined) return [];
    return SIDES.filter(
      (side) => !(sumOf(exposure[side]) > 0) && sumOf(exposure[otherSide(side)]) > 0,
    ).map((side) => {
      const requests = sumOf(exposure[otherSide(side)]);
      return {
        code: 'no-traffic' as const,
        side,
        tags,
        numbers: { requests },
        sentence: `${subjectOf(metric, tags)}: the ${side} had no traffic, the ${otherSide(side)} ${countText(requests, 'request')}`,
        remedy: `send traffic to the ${side}, and check how the side is named in the query of the exposure`,
      };
    });
  });
