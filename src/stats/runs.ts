/** A sorted sample as its distinct values. */
export interface Runs {
  values: Float64Array;
  /** How often each value occurs. */
  lengths: Float64Array;
}

/** @param sorted ascending, without NaN */
export function findRuns(sorted: Float64Array): Runs {
  const values = new Float64Array(sorted.length);
  const lengths = new Float64Array(sorted.length);
  let size = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) values[size++] = sorted[i]!;
    lengths[size - 1]! += 1;
  }
  return { values: values.subarray(0, size), lengths: lengths.subarray(0, size) };
}

/** How many values of the sample come before each run, and at last before its end. */
export function countBefore({ lengths }: Runs): Float64Array {
  const before = new Float64Array(lengths.length + 1);
  for (let run = 0; run < lengths.length; run++) before[run + 1] = before[run]! + lengths[run]!;
  return before;
}

/** With NaN behind, which lies below nothing and equals nothing: a merge that reaches it takes no more. */
export function fence(values: Float64Array): Float64Array {
  const fenced = new Float64Array(values.length + 1);
  fenced.set(values);
  fenced[values.length] = NaN;
  return fenced;
}
