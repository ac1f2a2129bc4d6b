import { measureHold, selectPairs } from '../../stats/held-samples.ts';
import { clean } from '../clean.ts';
import type { Member } from '../rank-judge.ts';
import { alignValues } from '../align.ts';

/** What the values of a pair tell, each once. */
export interface Observations {
  /** Ascending, without NaN; infinities stay. */
  canary: Float64Array;
  baseline: Float64Array;
  /** In the order of time; NaN where an arm has no value. */
  series: { canary: readonly number[]; baseline: readonly number[] };
  /** Whether the series lie on one time grid. */
  paired: boolean;
}

/**
 * The values that are compared. Of sides whose values repeat because they are read more often than they are
 * renewed, only the pairs in which both are new count (D1, D2): the rest repeats what was said.
 */
export function observe(member: Member): Observations {
  const { pair, metric } = member;
  const { canary, baseline, comparable } = alignValues(pair, metric);
  const all = { canary: member.canary.sorted, baseline: member.baseline.sorted };
  const together = countPairs(canary, baseline);
  const paired = comparable && together >= Math.min(all.canary.length, all.baseline.length) / 2;
  const series = { canary, baseline };
  if (!paired) return { ...all, series, paired };
  const holds = { canary: measureHold([canary]), baseline: measureHold([baseline]) };
  if (Math.max(holds.canary ?? 1, holds.baseline ?? 1) === 1) return { ...all, series, paired };
  const isObserved = selectPairs(series, holds);
  const observed = (values: readonly number[]) => values.filter((_, i) => isObserved[i]);
  const kept = { canary: observed(canary), baseline: observed(baseline) };
  return {
    canary: clean(kept.canary, metric).sorted,
    baseline: clean(kept.baseline, metric).sorted,
    series: kept,
    paired,
  };
}

function countPairs(canary: readonly number[], baseline: readonly number[]): number {
  let count = 0;
  for (let i = 0; i < canary.length; i++) {
    if (!Number.isNaN(canary[i]! - baseline[i]!)) count++;
  }
  return count;
}
