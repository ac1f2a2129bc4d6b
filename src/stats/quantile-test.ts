import { logChoose } from './log-choose.ts';

/** How the extreme values of two pooled samples are shared between them. */
export interface TailComparison {
  /** Values beyond the cut. */
  canary: number;
  baseline: number;
  /** Chance that the canary gets as many of them, or more, when the sides are alike. */
  p: number;
}

/** So many on one side are beyond chance; fewer never are. */
const FEWEST_EXTREMES = 8;

/**
 * The quantile test: does the canary hold too many of the largest values? It sees what a test of
 * typical values cannot, namely a change that hits only some of them.
 *
 * Definition: of the pooled values the largest `share`, and at least `FEWEST_EXTREMES`, are looked at; given how many they are, the
 * canary's part is hypergeometric when both sides are alike. One-sided: the lower tail is the upper one
 * of the negated values.
 * Edge cases: values tied with the cut are all beyond it; when those are more than twice the share,
 * there is no tail to speak of, and p is 1.
 * Source: Johnson, Verrill & Moore, Two-sample rank tests for detecting changes that occur in a small
 * proportion of the treated population (1987).
 *
 * @param canary ascending, not empty, without NaN
 * @param baseline ascending, not empty, without NaN
 * @param share of the pooled values that is the tail, for example 0.1
 */
export function compareUpperTails(
  canary: Float64Array,
  baseline: Float64Array,
  share: number,
): TailComparison {
  const total = canary.length + baseline.length;
  const size = Math.min(total, Math.max(FEWEST_EXTREMES, Math.ceil(share * total)));
  const cut = nthLargest(canary, baseline, size);
  const counts = { canary: countFrom(canary, cut), baseline: countFrom(baseline, cut) };
  const beyond = counts.canary + counts.baseline;
  if (beyond > 2 * size) return { ...counts, p: 1 };
  const p = hypergeometricUpperTail(counts.canary, {
    drawn: beyond,
    marked: canary.length,
    total,
  });
  return { ...counts, p };
}

/** Of the pooled values, counted from 1. */
function nthLargest(x: Float64Array, y: Float64Array, n: number): number {
  let [i, j] = [x.length, y.length];
  let largest = NaN;
  for (let taken = 0; taken < n; taken++) {
    const isOfX = j === 0 || (i > 0 && x[i - 1]! >= y[j - 1]!);
    largest = isOfX ? x[--i]! : y[--j]!;
  }
  return largest;
}

function countFrom(sorted: Float64Array, cut: number): number {
  let count = 0;
  while (count < sorted.length && sorted[sorted.length - 1 - count]! >= cut) count++;
  return count;
}

/** P(K >= k) for the number K of marked ones among `drawn` of `total`. */
function hypergeometricUpperTail(
  k: number,
  { drawn, marked, total }: { drawn: number; marked: number; total: number },
): number {
  const all = logChoose(total, drawn);
  let p = 0;
  for (let i = k; i <= Math.min(drawn, marked); i++) {
    p += Math.exp(logChoose(marked, i) + logChoose(total - marked, drawn - i) - all);
  }
  return Math.min(1, p);
}
