import type { MetricConfig } from '../../model/config.ts';
import type { ALLOWED, CRITICAL, Move } from './label.ts';

/** How far a value may move: by a ratio, and by an amount in its unit, whichever is more. */
export interface Tolerance {
  ratio: number;
  amount: number;
}

/** What a metric tolerates, or what it takes to be critical; a limit that is a probability moves no value. */
export function toleranceOf(
  { effect, minimumChange = 0 }: Pick<MetricConfig, 'effect' | 'minimumChange'>,
  limit: (typeof ALLOWED | typeof CRITICAL)[Move],
): Tolerance {
  return {
    ratio: effect.measure === 'meanRatio' ? effect[limit] : 1,
    amount: minimumChange,
  };
}

/**
 * The baseline's values with the whole tolerance used up, ascending (W1): the tolerance lies in the data, so
 * that a silent baseline stays silent where no smallest change is set.
 *
 * Convention: beyond W1 also for negative values, which rise by a share of their size. Infinite values stay.
 */
export function tolerate(
  baseline: Float64Array,
  move: Move,
  { ratio, amount }: Tolerance,
): Float64Array {
  const isSmall = (change: number): boolean =>
    amount > 0 && (move === 'increase' ? change < amount : change > -amount);
  const least = move === 'increase' ? amount : -amount;
  const moved = baseline.map((value) => {
    if (!Number.isFinite(value)) return value;
    const scaled = value >= 0 ? value * ratio : value * (2 - ratio);
    return isSmall(scaled - value) ? value + least : scaled;
  });
  // a tolerance of more than its own size turns negative values round
  return moved[0]! < 0 || baseline[0]! < 0 ? moved.sort() : moved;
}
