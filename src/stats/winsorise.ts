/** Makes the median absolute deviation estimate a Gaussian standard deviation. */
const MAD_TO_SD = 1.4826;

/**
 * How far a difference may lie from the null before it is clipped (S8): 3 robust standard deviations
 * of healthy differences. Undefined without any, or when more than half of them are equal.
 */
export function winsorBound(history: readonly number[]): number | undefined {
  const values = history.filter((value) => Number.isFinite(value));
  if (values.length === 0) return undefined;
  const centre = median(values);
  const deviation = median(values.map((value) => Math.abs(value - centre)));
  return deviation > 0 ? 3 * MAD_TO_SD * deviation : undefined;
}

/** `value` moved to within `bound` of `centre`; NaN stays NaN. */
export function winsorise(value: number, centre: number, bound: number): number {
  return Math.min(Math.max(value, centre - bound), centre + bound);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
