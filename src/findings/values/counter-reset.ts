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
  let [present, grown, fallen, resets] = [0, 0, 0, 0];
  let before = Number.NaN;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < 0) return 0;
    present += 1;
    if (value > before) grown += 1;
    if (value < before) fallen += 1;
    if (value < RESET * before) resets += 1;
    before = value;
  }
  const isCounter = grown >= MOSTLY * (present - 1) && resets === fallen;
  return present >= FEWEST_VALUES && isCounter ? resets : 0;
}
