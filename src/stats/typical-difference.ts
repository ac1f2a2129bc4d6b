import { selectDifferences } from './difference-selection.ts';

/**
 * The median of all pairwise differences of two samples (Hodges and Lehmann): the shift after which a value of
 * either side is as often the larger one.
 *
 * Edge cases: infinities rank as farther out than every number; 0 when the median lies between -Infinity and
 * Infinity. Source: Hodges & Lehmann (1963).
 *
 * @param canary ascending, not empty, without NaN
 * @param baseline ascending, not empty, without NaN
 */
export function typicalDifference(canary: Float64Array, baseline: Float64Array): number {
  const { count, at } = selectDifferences(canary, baseline);
  const [low, next] = at(Math.floor((count + 1) / 2));
  const high = count % 2 === 0 ? next : low;
  if (low === high) return low;
  const middle = low / 2 + high / 2;
  return Number.isNaN(middle) ? 0 : middle;
}
