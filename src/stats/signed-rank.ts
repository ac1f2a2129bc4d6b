import type { LogEvidence } from './log-evidence.ts';
import { logMeanExp } from './log-sum-exp.ts';

const BETS = [0.125, 0.25, 0.5, 1, 2, 4];

export interface SignedRank {
  /** One difference from the null; NaN is missing. */
  observe(difference: number): void;
  logEvidence(): LogEvidence;
}

/**
 * The sequential signed-rank e-process (3.6): each difference bets on its sign with the mid-rank of
 * its size among those so far. Exact for any tails when, given sizes and past, each sign is fair; so
 * not under autocorrelation. O(n) a sample. Reynolds 1975; mixtures after Howard et al. 1810.08240.
 */
export function createSignedRank(): SignedRank {
  const sizes: number[] = [];
  const costs = new Float64Array(BETS.length);
  let signed = 0;
  return {
    observe(difference) {
      if (Number.isNaN(difference)) return;
      const weight = insertRank(sizes, Math.abs(difference));
      signed += Math.sign(difference) * weight;
      BETS.forEach((bet, i) => (costs[i]! += Math.log(Math.cosh(bet * weight))));
    },
    logEvidence() {
      const increase = logMeanExp(BETS.map((bet, i) => bet * signed - costs[i]!));
      const decrease = logMeanExp(BETS.map((bet, i) => -bet * signed - costs[i]!));
      return { either: logMeanExp([increase, decrease]), increase, decrease };
    },
  };
}

/** Inserts into the ascending list; returns the mid-rank over one more than its length, 0 for size 0. */
function insertRank(sorted: number[], size: number): number {
  const first = firstIndex(sorted, (other) => other >= size);
  const after = firstIndex(sorted, (other) => other > size);
  sorted.splice(after, 0, size);
  return size > 0 ? (first + (after - first + 2) / 2) / (sorted.length + 1) : 0;
}

function firstIndex(sorted: readonly number[], holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
