import { createArMixture, type ArMixture } from '../../stats/ar-mixture.ts';
import { learnRegimes, type NoiseRegime } from '../../stats/ar-history.ts';
import type { Null } from '../../stats/ar-terms.ts';
import type { LogEvidence, Sides } from '../../stats/log-evidence.ts';
import {
  createCountMixture,
  learnCountWeights,
  type CountSample,
} from '../../stats/count-mixture.ts';
import { logMeanExp } from '../../stats/log-sum-exp.ts';
import { AR_MODELS, COUNT_MODELS, type ArPreset } from '../../stats/noise-models.ts';
import { createSignedRank } from '../../stats/signed-rank.ts';
import { winsorBound, winsorise } from '../../stats/winsorise.ts';
import { evidenceFor, type Claim } from './claims.ts';
import type { HealthyRun } from '../judge.ts';
import { presetWithoutHistory, type SequentialOptions } from './options.ts';

/** Evidence about the ratio of canary to baseline, sample by sample. */
export interface Statistic {
  observe(sample: CountSample): void;
  /** Log e-values against the canary being `ratio` times the baseline; only ratios it was made for. */
  evidence(ratio: number, sides: Sides): LogEvidence;
  /** Upper bounds of the claim's log e-value that cost less; the second is closer. */
  quickBound(claim: Claim): number;
  closeBound(claim: Claim): number;
}

/** The statistic that knows every ratio, and the size of the noise. */
export interface Difference extends Statistic {
  mixture: ArMixture;
  /** What `mixture` carries: differences of logarithms, or both arms. */
  isLog: boolean;
}

/** Everything learned from earlier runs, once per metric. */
export interface Noise {
  preset: ArPreset;
  regimes: readonly NoiseRegime[];
  countLogWeights: number[];
  winsorBound: number | undefined;
}

/** Beyond it a square overflows; such a value counts as missing. */
const LARGEST = 1e150;

/** The value that is compared: events per exposure, or just the value. NaN where there is none. */
export function rates({ canary, baseline, canaryExposure, baselineExposure }: CountSample) {
  return { canary: ratio(canary, canaryExposure), baseline: ratio(baseline, baselineExposure) };
}

function ratio(value: number, exposure: number): number {
  const rate = exposure > 0 ? value / exposure : NaN;
  return Math.abs(rate) < LARGEST ? rate : NaN;
}

/** Learns the noise from healthy runs (S4, C4, S8) on the scale that the run is judged on. */
export function learnNoise(
  history: readonly HealthyRun[],
  isLog: boolean,
  options: SequentialOptions,
): Noise {
  const { historyDiscount: discount, changedRegime, historyLimit } = options;
  const runs = newest(history.map(samplesOf), historyLimit);
  const segments = runs.map((run) => run.map((sample) => difference(rates(sample), isLog)));
  const wanted = options.preset === 'default' ? 'auto' : options.preset;
  const policy = { discount, changedRegime };
  const regimes = learnRegimes(AR_MODELS[wanted], segments, policy);
  const isInformed = regimes[0]!.samples > 0;
  const preset = isInformed ? wanted : presetWithoutHistory(options);
  return {
    preset,
    regimes: isInformed ? regimes : learnRegimes(AR_MODELS[preset], []),
    countLogWeights: learnCountWeights(COUNT_MODELS[options.countPreset], runs, policy),
    winsorBound: options.robust ? winsorBound(segments.flat()) : undefined,
  };
}

function samplesOf({ baseline, canary, exposure }: HealthyRun): CountSample[] {
  return Array.from({ length: Math.min(baseline.length, canary.length) }, (_, i) => ({
    canary: canary[i]!,
    baseline: baseline[i]!,
    canaryExposure: exposure?.canary[i] ?? 1,
    baselineExposure: exposure?.baseline[i] ?? 1,
  }));
}

function newest(runs: CountSample[][], limit: number): CountSample[][] {
  const kept: CountSample[][] = [];
  let room = limit;
  for (const run of runs.toReversed()) {
    if (room <= 0) break;
    kept.unshift(run.slice(-room));
    room -= run.length;
  }
  return kept;
}

/** The paired difference whose noise is modelled; NaN where a member is missing or has no logarithm. */
function difference(values: { canary: number; baseline: number }, isLog: boolean): number {
  const { canary, baseline } = values;
  if (!isLog) return canary - baseline;
  return canary > 0 && baseline > 0 ? Math.log(canary) - Math.log(baseline) : NaN;
}

/** S1 to S4 on log ratios, or on both arms linearly (Fieller). */
export function createDifference(noise: Noise, isLog: boolean): Difference {
  const { preset, regimes } = noise;
  const mixture = createArMixture({ models: AR_MODELS[preset], regimes });
  let baselineSum = 0;
  return {
    mixture,
    isLog,
    observe(sample) {
      const { canary, baseline } = rates(sample);
      if (isLog) {
        mixture.observe(difference({ canary, baseline }, true), 0);
        return;
      }
      if (!Number.isNaN(canary - baseline)) baselineSum += baseline;
      mixture.observe(canary, baseline);
    },
    evidence: (ratio, sides) => mixture.logEvidence(nullOf(ratio), sides),
    quickBound: ({ ratio, side }) => mixture.quickBound(nullOf(ratio), side),
    closeBound: ({ ratio, side }) => mixture.closeBound(nullOf(ratio), side),
  };

  function nullOf(ratio: number): Null {
    return isLog
      ? { theta: 0, delta: Math.log(ratio) }
      : { theta: signedRatio(ratio, baselineSum), delta: 0 };
  }
}

/** 5 % more than a negative baseline is nearer to 0: a tolerance must widen, never reject, no change. */
export function signedRatio(ratio: number, baselineSum: number): number {
  return baselineSum < 0 ? 2 - ratio : ratio;
}

const NO_DIFFERENCE: Null = { theta: 0, delta: 0 };

/** S8: differences clipped around each null, so one mixture a null. */
export function createWinsorised(noise: Noise, isLog: boolean, ratios: number[]): Statistic {
  const bound = noise.winsorBound ?? Infinity;
  const mixtures = new Map(
    ratios.map((ratio) => [
      ratio,
      createArMixture({ models: AR_MODELS[noise.preset], regimes: noise.regimes }),
    ]),
  );
  return {
    observe(sample) {
      for (const [ratio, mixture] of mixtures) {
        const distance = distanceFromNull(sample, ratio, isLog);
        mixture.observe(winsorise(distance, 0, bound), 0);
      }
    },
    evidence: (ratio, sides) => mixtures.get(ratio)!.logEvidence(NO_DIFFERENCE, sides),
    quickBound: ({ ratio, side }) => mixtures.get(ratio)!.quickBound(NO_DIFFERENCE, side),
    closeBound: ({ ratio, side }) => mixtures.get(ratio)!.closeBound(NO_DIFFERENCE, side),
  };
}

/** 3.6, for differences that do not wander. */
export function createRank(isLog: boolean, ratios: number[]): Statistic {
  const processes = new Map(ratios.map((ratio) => [ratio, createSignedRank()]));
  const exact = ({ ratio, side }: Claim) => processes.get(ratio)!.logEvidence()[side];
  return {
    observe(sample) {
      for (const [ratio, process] of processes) {
        process.observe(distanceFromNull(sample, ratio, isLog));
      }
    },
    evidence: (ratio) => processes.get(ratio)!.logEvidence(),
    quickBound: exact,
    closeBound: exact,
  };
}

function distanceFromNull(sample: CountSample, ratio: number, isLog: boolean): number {
  const { canary, baseline } = rates(sample);
  if (isLog) return difference({ canary, baseline }, true) - Math.log(ratio);
  return canary - signedRatio(ratio, baseline) * baseline;
}

/** Counts: the mean of the count e-process and of the continuous one on the rates (3.3). */
export function createCounts(
  noise: Noise,
  options: Pick<SequentialOptions, 'countPreset'>,
  parts: { rates: Statistic; ratios: number[] },
): Statistic {
  const models = COUNT_MODELS[options.countPreset];
  const logWeights = noise.countLogWeights;
  const mixtures = new Map(
    parts.ratios.map((ratio) => [
      ratio,
      createCountMixture({ models, logRatio: Math.log(ratio), logWeights }),
    ]),
  );
  const exactOf = ({ ratio, side }: Claim) =>
    evidenceFor({ ratio, side }, (sides) => mixtures.get(ratio)!.logEvidence(sides));
  const boundOf = ({ ratio, side }: Claim) => mixtures.get(ratio)!.quickBound(side);
  return {
    observe(sample) {
      parts.rates.observe(sample);
      for (const mixture of mixtures.values()) mixture.observe(sample);
    },
    evidence(ratio, sides) {
      const counted = mixtures.get(ratio)!.logEvidence(sides);
      const continuous = parts.rates.evidence(ratio, sides);
      return {
        either: logMeanExp([counted.either, continuous.either]),
        increase: logMeanExp([counted.increase, continuous.increase]),
        decrease: logMeanExp([counted.decrease, continuous.decrease]),
      };
    },
    quickBound: (claim) => logMeanExp([boundOf(claim), parts.rates.quickBound(claim)]),
    closeBound: (claim) => logMeanExp([exactOf(claim), parts.rates.closeBound(claim)]),
  };
}
