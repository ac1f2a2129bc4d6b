/**
 * Arithmetic mean in two passes: the plain mean, then the mean of what is left over, which takes most
 * of the rounding error back. Summed in the order given, as equal bits depend on it.
 *
 * Edge cases: NaN for an empty sample and for one that holds an infinity.
 * Source: commons-math3 `Mean`.
 */
export function mean(values: Float64Array): number {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const rough = sum / n;
  let rest = 0;
  for (let i = 0; i < n; i++) rest += values[i]! - rough;
  return rough + rest / n;
}

/**
 * Sample standard deviation (divisor n - 1), corrected for the rounding error of the mean.
 *
 * Edge cases: 0 for a single value, NaN for none and for a sample that holds an infinity.
 * Source: commons-math3 `Variance`.
 *
 * @param center the sample's `mean`
 */
export function standardDeviation(values: Float64Array, center: number): number {
  const n = values.length;
  if (n === 1) return 0;
  let squares = 0;
  let rest = 0;
  for (let i = 0; i < n; i++) {
    const deviation = values[i]! - center;
    squares += deviation * deviation;
    rest += deviation;
  }
  return Math.sqrt((squares - (rest * rest) / n) / (n - 1));
}
