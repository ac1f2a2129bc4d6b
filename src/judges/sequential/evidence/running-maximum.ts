import { logSumExp } from '../../../stats/log-sum-exp.ts';

/** One weighted e-process of a mixture: ln E by ever costlier upper bounds, the last of which is exact. */
export interface Term {
  logWeight: number;
  bounds: readonly (() => number)[];
}

/** The largest ln E so far, which starts at E = 1. */
export interface RunningMaximum {
  /** After each sample. */
  maxima: number[];
  highest(): number;
  /** Adds a sample without evidence. */
  repeat(): void;
  /** Adds a sample; the number of the largest term when the mixture's e-value is a new maximum. */
  extend(mixture: readonly Term[]): number | undefined;
}

/**
 * Only a new maximum matters, so the mixture is bounded first, and its terms are replaced by closer
 * bounds, the largest first, until the mixture is no new maximum or nothing is left to replace. The
 * maxima are those of the exact mixture.
 */
export function createRunningMaximum(): RunningMaximum {
  const maxima: number[] = [];
  const highest = () => maxima.at(-1) ?? 0;
  const scratch: Scratch = { logs: [], shares: [], levels: [] };
  return {
    maxima,
    highest,
    repeat: () => maxima.push(highest()),
    extend(mixture) {
      const before = highest();
      const isHigher = refine(mixture, before, scratch);
      const { logs } = scratch;
      maxima.push(isHigher ? logSumExp(logs) : before);
      return isHigher ? logs.indexOf(Math.max(...logs)) : undefined;
    },
  };
}

/** The e-value itself, sample by sample, where it speaks against the null at all. */
export interface PresentEvidence {
  /** ln E after each sample; -Infinity where E is at most 1. */
  values: number[];
  /** Adds a sample without evidence. */
  repeat(): void;
  /** Adds a sample. */
  extend(mixture: readonly Term[]): void;
}

/** Bounded first, as the running maximum is: healthy metrics stay below E = 1 nearly always. */
export function createPresentEvidence(): PresentEvidence {
  const values: number[] = [];
  const scratch: Scratch = { logs: [], shares: [], levels: [] };
  return {
    values,
    repeat: () => values.push(values.at(-1) ?? -Infinity),
    extend(mixture) {
      values.push(refine(mixture, 0, scratch) ? logSumExp(scratch.logs) : -Infinity);
    },
  };
}

/** Whether the mixture's ln E is at least `threshold`, at the cost of the bounds where they can tell. */
export function reaches(mixture: readonly Term[], threshold: number): boolean {
  const scratch: Scratch = { logs: [], shares: [], levels: [] };
  return refine(mixture, threshold, scratch) || logSumExp(scratch.logs) >= threshold;
}

/** ln E of the mixture, exactly. */
export function logEvidenceOf(mixture: readonly Term[]): number {
  return logSumExp(mixture.map(({ logWeight, bounds }) => logWeight + bounds.at(-1)!()));
}

interface Scratch {
  /** Of each term: ln of weight times E, the same in units of the maximum, and the bound in use. */
  logs: number[];
  shares: number[];
  levels: number[];
}

/** Refines until the logarithms are exact, and true; or until they show that there is no new maximum. */
function refine(
  mixture: readonly Term[],
  before: number,
  { logs, shares, levels }: Scratch,
): boolean {
  logs.length = mixture.length;
  for (let j = 0; j < mixture.length; j++) {
    const { logWeight, bounds } = mixture[j]!;
    levels[j] = 0;
    logs[j] = logWeight + bounds[0]!();
    shares[j] = Math.exp(logs[j]! - before);
  }
  for (;;) {
    let sum = 0;
    let next = -1;
    for (let j = 0; j < mixture.length; j++) {
      sum += shares[j]!;
      const isOpen = levels[j]! < mixture[j]!.bounds.length - 1;
      if (isOpen && (next < 0 || logs[j]! > logs[next]!)) next = j;
    }
    if (sum < 1) return false;
    if (next < 0) return logSumExp(logs) > before;
    const { logWeight, bounds } = mixture[next]!;
    logs[next] = logWeight + bounds[++levels[next]!]!();
    shares[next] = Math.exp(logs[next]! - before);
  }
}
