import { measureHold, selectPairs } from '../../stats/held-samples.ts';
import { clean } from '../clean.ts';
import type { Member } from '../rank-judge.ts';
import { align } from '../align.ts';

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
  const { samples, comparable } = align(pair, metric);
  const canary = samples.map((sample) => sample.canary);
  const baseline = samples.map((sample) => sample.baseline);
  const all = { canary: member.canary.sorted, baseline: member.baseline.sorted };
  const together = samples.filter((sample) => !Number.isNaN(sample.canary - sample.baseline));
  const paired =
    comparable && together.length >= Math.min(all.canary.length, all.baseline.length) / 2;
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
