import { absoluteLogDifference } from '../../../stats/absolute-difference.ts';
import { createArMixture, type ArMixture } from '../../../stats/ar-mixture.ts';
import type { PriorComponent } from '../../../stats/ar-history.ts';
import type { Null } from '../../../stats/ar-terms.ts';
import { createCountMixture, type CountSample } from '../../../stats/count-mixture.ts';
import { logMeanExp } from '../../../stats/log-sum-exp.ts';
import { createSignedRank } from '../../../stats/signed-rank.ts';
import { winsorise } from '../../../stats/winsorise.ts';
import type { Claim, Side } from './claims.ts';
import { logDifference, type Noise } from './noise.ts';
import { rates, signedRatio } from '../data/rates.ts';

/** Evidence about the ratio of canary to baseline, sample by sample. */
export interface Statistic {
  /** A sample with a NaN is a step without a pair. */
  observe(sample: CountSample): void;
  /** Pairs so far. */
  count(): number;
  /** ln E for the claim; only for ratios it was made for. */
  evidence(claim: Claim): number;
  /** Upper bounds of it that cost less; the second is closer. */
  quickBound(claim: Claim): number;
  closeBound(claim: Claim): number;
}

/** The statistic that knows every ratio, and the size of the noise. */
export interface Difference extends Statistic {
  mixture: ArMixture;
  /** What `mixture` carries: differences of logarithms, or both arms. */
  isLog: boolean;
  nullOf(ratio: number): Null;
}

/** S1 to S3 and S9 on log ratios, or on both arms linearly (Fieller). */
export function createDifference(
  { models, prior }: { models: Noise['models']; prior: readonly PriorComponent[] },
  isLog: boolean,
): Difference {
  const mixture = createArMixture({ models, prior });
  let baselineSum = 0;
  const nullOf = (ratio: number): Null =>
    isLog
      ? { theta: 0, delta: Math.log(ratio) }
      : { theta: signedRatio(ratio, baselineSum), delta: 0 };
  return {
    mixture,
    isLog,
    nullOf,
    observe(sample) {
      const { canary, baseline } = rates(sample);
      if (isLog) {
        mixture.observe(logDifference({ canary, baseline }), 0);
        return;
      }
      if (!Number.isNaN(canary - baseline)) baselineSum += baseline;
      mixture.observe(canary, baseline);
    },
    ...askMixture(mixture, ({ ratio }) => nullOf(ratio)),
  };
}

/**
 * S15: evidence for a change by more than an amount, whatever the ratio. Log scale: ratios to a baseline that
 * has changed by it; linear scale: the difference itself.
 */
export function createAmountTest(
  noise: { models: Noise['models']; prior: readonly PriorComponent[] },
  { amount, side, isLog }: { amount: number; side: Side; isLog: boolean },
): Statistic & { mixture: ArMixture } {
  const mixture = createArMixture(noise);
  const sign = side === 'increase' ? 1 : -1;
  const against = isLog ? NO_DIFFERENCE : { theta: 1, delta: sign * amount };
  return {
    mixture,
    observe(sample) {
      const values = rates(sample);
      if (isLog) mixture.observe(finite(absoluteLogDifference(values, amount, side)), 0);
      else mixture.observe(values.canary, values.baseline);
    },
    ...askMixture(mixture, () => against),
  };
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}

const NO_DIFFERENCE: Null = { theta: 0, delta: 0 };

function askMixture(mixture: ArMixture, nullOf: (claim: Claim) => Null) {
  return {
    count: mixture.count,
    evidence: (claim: Claim) => mixture.logEvidence(nullOf(claim), claim.side),
    quickBound: (claim: Claim) => mixture.quickBound(nullOf(claim), claim.side),
    closeBound: (claim: Claim) => mixture.closeBound(nullOf(claim), claim.side),
  };
}

/** S8: differences clipped around each null, so one mixture a null. */
export function createWinsorised(noise: Noise, isLog: boolean, ratios: number[]): Statistic {
  const bound = noise.winsorBound ?? Infinity;
  const mixtures = new Map(ratios.map((ratio) => [ratio, createArMixture(noise)]));
  const of = ({ ratio }: Claim) => mixtures.get(ratio)!;
  return {
    observe(sample) {
      for (const [ratio, mixture] of mixtures) {
        const distance = distanceFromNull(sample, ratio, isLog);
        mixture.observe(winsorise(distance, 0, bound), 0);
      }
    },
    count: () => mixtures.values().next().value?.count() ?? 0,
    evidence: (claim) => of(claim).logEvidence(NO_DIFFERENCE, claim.side),
    quickBound: (claim) => of(claim).quickBound(NO_DIFFERENCE, claim.side),
    closeBound: (claim) => of(claim).closeBound(NO_DIFFERENCE, claim.side),
  };
}

/** 3.6, for differences that do not wander. */
export function createRank(isLog: boolean, ratios: number[]): Statistic {
  const processes = new Map(ratios.map((ratio) => [ratio, createSignedRank()]));
  const exact = ({ ratio, side }: Claim) => processes.get(ratio)!.logEvidence()[side];
  let count = 0;
  return {
    observe(sample) {
      if (!Number.isNaN(distanceFromNull(sample, 1, isLog))) count++;
      for (const [ratio, process] of processes) {
        process.observe(distanceFromNull(sample, ratio, isLog));
      }
    },
    count: () => count,
    evidence: exact,
    quickBound: exact,
    closeBound: exact,
  };
}

function distanceFromNull(sample: CountSample, ratio: number, isLog: boolean): number {
  const { canary, baseline } = rates(sample);
  if (isLog) return logDifference({ canary, baseline }) - Math.log(ratio);
  return canary - signedRatio(ratio, baseline) * baseline;
}

/** Counts: the mean of the count e-process and of the continuous one on the rates (3.3, C5). */
export function createCounts(
  { countModels: models, countPrior: prior }: Noise,
  parts: { rates: Statistic; ratios: number[] },
): Statistic {
  const mixtures = new Map(
    parts.ratios.map((ratio) => [
      ratio,
      createCountMixture({ models, logRatio: Math.log(ratio), prior }),
    ]),
  );
  const all = [...mixtures.values()];
  const exactOf = ({ ratio, side }: Claim) => mixtures.get(ratio)!.logEvidence(side)[side];
  const boundOf = ({ ratio, side }: Claim) => mixtures.get(ratio)!.quickBound(side);
  return {
    observe(sample) {
      parts.rates.observe(sample);
      for (const mixture of all) mixture.observe(sample);
    },
    count: parts.rates.count,
    evidence: (claim) => logMeanExp([exactOf(claim), parts.rates.evidence(claim)]),
    quickBound: (claim) => logMeanExp([boundOf(claim), parts.rates.quickBound(claim)]),
    closeBound: (claim) => logMeanExp([exactOf(claim), parts.rates.closeBound(claim)]),
  };
}
