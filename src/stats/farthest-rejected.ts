/** Where the end of an interval is looked for. */
export interface Search {
  /** A value that the test rejects, and beyond it one that it does not. */
  rejected: number;
  kept: number;
  steps: number;
}

/**
 * The end of a confidence interval by inverting a test: of the null values between one that is rejected and
 * one that is not, the last that is rejected, by bisection. So a null value lies outside of the interval
 * exactly when the test rejects it, to the bit, where it is the end of the search.
 */
export function farthestRejected(
  isRejected: (value: number) => boolean,
  { rejected, kept, steps }: Search,
): number {
  let [end, beyond] = [rejected, kept];
  for (let step = 0; step < steps; step++) {
    const middle = (end + beyond) / 2;
    if (isRejected(middle)) end = middle;
    else beyond = middle;
  }
  return end;
}
