import { eBenjaminiHochberg } from '../../stats/e-benjamini-hochberg.ts';
import { weightedHolm } from '../../stats/holm.ts';
import type { Multiplicity } from './options.ts';

/** A metric among those that are judged together. */
export interface Candidate {
  critical: boolean;
  /** Its part of alpha; 0 outside the family. */
  share: number;
  /** Running maximum of ln E, and ln E itself where it is above 0, after each sample. */
  path: readonly number[];
  present: readonly number[];
}

/** Adjusted p-values after so many samples; one at or below alpha fails its metric. They never rise. */
export type Adjustment = (samples: number) => number[];

/**
 * V1. `holm`: weighted Holm on the anytime p-values 1/max E keeps the probability of any wrong failure over
 * all looks, whatever the dependence. `fdr`: so for the critical metrics with their part of alpha; the others
 * are judged by e-BH with theirs on their e-values after each sample, weighted by their shares, and a failed
 * one stays failed. It keeps the expected share of wrong ones among the failed.
 *
 * A metric that e-BH fails is stopped at a time that depends on all metrics. Its e-value must be one there,
 * in the history of all of them together and not only in its own: true of metrics whose noise is independent
 * of what the others did before, else an approximation (Choe & Ramdas 2402.09698). Holm needs nothing of it,
 * as 1/max E holds at every time at once. A metric outside the family keeps its own p-value.
 */
export function createAdjustment(
  candidates: readonly Candidate[],
  multiplicity: Multiplicity,
): Adjustment {
  const inFamily = candidates.map((_, k) => k).filter((k) => candidates[k]!.share > 0);
  const isFdr = multiplicity === 'fdr';
  const plain = isFdr ? inFamily.filter((k) => !candidates[k]!.critical) : [];
  const strict = isFdr ? inFamily.filter((k) => candidates[k]!.critical) : inFamily;
  const strictPart = isFdr ? sumOfShares(strict.map((k) => candidates[k]!)) : 1;
  const levels = discoveryLevels(plain.map((k) => candidates[k]!));

  return (samples) => {
    const own = candidates.map(({ path }) => anytimeP(after(path, samples) ?? 0));
    const adjusted = [...own];
    const holm = weightedHolm(
      strict.map((k) => own[k]!),
      strict.map((k) => candidates[k]!.share),
    );
    strict.forEach((k, i) => (adjusted[k] = Math.min(1, holm[i]! / strictPart)));
    const reached = after(levels, samples);
    plain.forEach((k, i) => (adjusted[k] = Math.min(1, Math.exp(reached?.[i] ?? 0))));
    return adjusted;
  };
}

/**
 * V1: the level at which each metric stands now. One that failed has the level of the step that rejected it, the
 * others what those leave; a metric outside the family has all of alpha.
 */
export function localLevels(
  candidates: readonly Candidate[],
  failed: readonly boolean[],
  { alpha, multiplicity }: { alpha: number; multiplicity: Multiplicity },
): number[] {
  const isFdr = multiplicity === 'fdr';
  const isPlain = ({ critical, share }: Candidate) => isFdr && !critical && share > 0;
  const strict = candidates.filter((one) => one.share > 0 && !isPlain(one));
  const part = isFdr ? sumOfShares(strict) : 1;
  const discoveries = candidates.filter((one, k) => isPlain(one) && failed[k]).length;
  const rank = ({ path, share }: Candidate) => anytimeP(path.at(-1) ?? 0) / share;
  return candidates.map((candidate, k) => {
    const { share } = candidate;
    if (!(share > 0)) return alpha;
    if (isPlain(candidate)) return alpha * Math.min(1, share * Math.max(1, discoveries));
    const open = strict.filter((other) =>
      failed[k] === true
        ? rank(other) >= rank(candidate)
        : failed[candidates.indexOf(other)] !== true,
    );
    return (alpha * part * share) / sumOfShares(open);
  });
}

function sumOfShares(candidates: readonly Candidate[]): number {
  return candidates.reduce((sum, { share }) => sum + share, 0);
}

/** S5. */
export function anytimeP(logMax: number): number {
  return Math.min(1, Math.exp(-logMax));
}

/**
 * After each sample, ln of the smallest alpha at which each metric has been rejected at it or before. Shares
 * of alpha weight the e-values: alone, a metric needs E >= 1 / (alpha share), as under Holm. An E of at most
 * 1 counts as none.
 */
function discoveryLevels(metrics: readonly Candidate[]): number[][] {
  const length = Math.max(0, ...metrics.map(({ present }) => present.length));
  const rows: number[][] = [];
  let lowest = metrics.map(() => Infinity);
  for (let t = 1; t <= length; t++) {
    const logE = metrics.map(({ present }) => after(present, t) ?? -Infinity);
    if (logE.some((value) => value > 0)) {
      const weighted = logE.map((value, k) => value + Math.log(metrics.length * metrics[k]!.share));
      const now = eBenjaminiHochberg(weighted);
      lowest = lowest.map((level, k) => Math.min(level, now[k]!));
    }
    rows.push(lowest);
  }
  return rows;
}

function after<Value>(path: readonly Value[], samples: number): Value | undefined {
  return path[Math.min(samples, path.length) - 1];
}
