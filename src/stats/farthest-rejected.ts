import { brentRoot } from './brent-root.ts';

/** A null value, and how far it is beyond what the test keeps: rejected above 0. */
export interface Tried {
  value: number;
  excess: number;
}

/** Where the end of an interval is looked for. */
export interface Search {
  /** A value that the test rejects, and beyond it one that it does not. */
  rejected: Tried;
  kept: Tried;
  /** Where the end may be near, if that lies between the two: tried first. */
  guess: number;
  /** How far beyond the end the first value may lie that is not rejected. */
  tolerance: number;
}

/** No excess is none: it must not look like a root. */
const NONE = -Number.EPSILON;

/**
 * The end of a confidence interval by inverting a test: of the null values tried between one that is rejected and
 * one that is not, the last that is rejected. So a null value lies outside of the interval exactly when the test
 * rejects it, to the bit, where it is the end of the search.
 */
export function farthestRejected(
  excessOf: (value: number) => number,
  { rejected, kept, guess, tolerance }: Search,
): number {
  let [end, beyond] = [rejected, kept];
  const examine = (value: number): number => {
    const excess = excessOf(value);
    // whatever is tried lies between the two
    if (excess > 0) end = { value, excess };
    else beyond = { value, excess: Math.min(excess, NONE) };
    return excess > 0 ? excess : beyond.excess;
  };
  if (Math.min(end.value, beyond.value) < guess && guess < Math.max(end.value, beyond.value)) {
    examine(guess);
  }
  const bracket = {
    lower: end.value,
    upper: beyond.value,
    atLower: end.excess,
    atUpper: Math.min(beyond.excess, NONE),
  };
  brentRoot(examine, bracket, tolerance);
  return end.value;
}
