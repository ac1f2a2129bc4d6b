import { logSumExp } from '../../stats/log-sum-exp.ts';

/** One weighted e-process of a mixture: its log e-value, and a cheaper upper bound of it. */
export interface Term {
  logWeight: number;
  bound: () => number;
  exact: () => number;
}

/** The largest ln E so far, which starts at E = 1. */
export interface RunningMaximum {
  /** After each sample. */
  maxima: number[];
  highest(): number;
  /** Adds a sample without evidence. */
  repeat(): void;
  /** Adds a sample; true when the mixture's e-value is a new maximum. */
  extend(mixture: readonly Term[]): boolean;
}

/**
 * Only a new maximum matters, so the mixture is bounded first, and its terms are replaced by their
 * exact values, the largest first, until the bound is no new maximum or nothing is left to replace.
 * The maxima are those of the exact mixture.
 */
export function createRunningMaximum(): RunningMaximum {
  const maxima: number[] = [];
  const highest = () => maxima.at(-1) ?? 0;
  return {
    maxima,
    highest,
    repeat: () => maxima.push(highest()),
    extend(mixture) {
      const before = highest();
      const value = valueAbove(before, mixture);
      maxima.push(value ?? before);
      return value !== undefined;
    },
  };
}

function valueAbove(threshold: number, mixture: readonly Term[]): number | undefined {
  const logs = mixture.map(({ logWeight, bound }) => logWeight + bound());
  const open = new Set(mixture.keys());
  for (;;) {
    const value = logSumExp(logs);
    if (!(value > threshold)) return undefined;
    if (open.size === 0) return value;
    const next = [...open].reduce((best, j) => (logs[j]! > logs[best]! ? j : best));
    open.delete(next);
    logs[next] = mixture[next]!.logWeight + mixture[next]!.exact();
  }
}
