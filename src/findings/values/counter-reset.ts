import type { ExaminedPair, Rule } from '../exhibit.ts';
import { sidesRead } from '../values.ts';
import { countText, subjectOf } from '../words.ts';

const FEWEST_VALUES = 10;
const MOSTLY = 0.8;
/** A value that falls to less than this share of the one before began anew. */
const RESET = 0.5;
const TURNED_INTO_RATE = /\b(rate|irate|increase|delta|idelta|deriv|resets)\s*\(/;

/** A counter that was read as it stands: it only grows, until a restart sets it back. */
export const findCounterReset: Rule = (exhibit) =>
  exhibit.pairs.flatMap((pair) =>
    sidesRead(exhibit).flatMap((side) => {
      if (isRate(pair)) return [];
      const resets = countResets(pair[side]);
      if (resets === 0) return [];
      const { metric, tags } = pair.pair;
      return {
        code: 'counter-reset' as const,
        side,
        tags,
        numbers: { resets },
        sentence: `${subjectOf(metric, tags)}: the ${side} only grows, and starts anew ${countText(resets, 'time')}: a counter that is read as it stands`,
        remedy: 'compare how fast it grows, for example rate(... [2m])',
      };
    }),
  );

function isRate({ pair }: ExaminedPair): boolean {
  const texts = [pair.baseline, pair.canary].flatMap(({ attributes }) => Object.values(attributes));
  return texts.some((text) => TURNED_INTO_RATE.test(text));
}

/** How often a growing side starts anew; 0 for one that does not mostly grow. */
function countResets(values: readonly number[]): number {
  const present = values.filter(Number.isFinite);
  if (present.length < FEWEST_VALUES || present.some((value) => value < 0)) return 0;
  const steps = present.slice(1).map((value, i) => ({ value, before: present[i]! }));
  const grown = steps.filter(({ value, before }) => value > before).length;
  const fallen = steps.filter(({ value, before }) => value < before);
  const resets = fallen.filter(({ value, before }) => value < RESET * before);
  const isCounter = grown >= MOSTLY * steps.length && resets.length === fallen.length;
  return isCounter ? resets.length : 0;
}
