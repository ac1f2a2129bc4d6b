import { countBefore, findRuns } from './runs.ts';

/**
 * The grade of each value: which share of the series lies below it, equal ones counted half. NaN stays, and counts
 * for nothing.
 */
export function gradesOf(series: readonly number[]): Float64Array {
  const values = new Float64Array(series);
  // NaN comes last
  const ordered = values.toSorted();
  const sorted = ordered.subarray(0, countNumbers(ordered));
  const runs = findRuns(sorted);
  const before = countBefore(runs);
  const grades = new Float64Array(values.length).fill(NaN);
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    const run = findRun(runs.values, values[i]!);
    grades[i] = (before[run]! + before[run + 1]!) / (2 * sorted.length);
  }
  return grades;
}

function countNumbers(ordered: Float64Array): number {
  let count = ordered.length;
  while (count > 0 && Number.isNaN(ordered[count - 1]!)) count--;
  return count;
}

/** By bisection, of a value that is there. */
function findRun(values: Float64Array, value: number): number {
  let from = 0;
  let to = values.length - 1;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (values[middle]! < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
