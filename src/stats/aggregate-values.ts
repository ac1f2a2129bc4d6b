/**
 * One number of several: their mean, sum or largest, over those that are there; NaN where none is, and only then.
 */
export function aggregateValues(
  values: readonly number[],
  aggregate: 'mean' | 'sum' | 'max',
): number {
  const present = values.filter((value) => !Number.isNaN(value));
  if (present.length === 0) return Number.NaN;
  if (aggregate === 'max') return Math.max(...present);
  const sum = present.reduce((total, value) => total + value, 0);
  return aggregate === 'sum' ? sum : sum / present.length;
}
