import type { LogEvidence } from '../../stats/log-evidence.ts';
import type { CountSample } from '../../stats/count-mixture.ts';
import { logMeanExp, logSumExp } from '../../stats/log-sum-exp.ts';
import { restartStarts } from '../../stats/restart-mixture.ts';
import { evidenceFor, type Claim, type Claims } from './claims.ts';
import type { ComparisonScale } from '../../model/sequential.ts';
import type { HealthyRun } from '../judge.ts';
import type { MetricKind } from '../../model/config.ts';
import type { SequentialOptions } from './options.ts';
import { createPresentEvidence, createRunningMaximum } from './running-maximum.ts';
import {
  createCounts,
  createDifference,
  createRank,
  createWinsorised,
  learnNoise,
  rates,
  type Difference,
  type Noise,
  type Statistic,
} from './statistic.ts';
import { createUnpaired, type Unpaired } from './unpaired.ts';

/** How one metric is followed; fixed before its first sample. */
export interface MetricPlan {
  claims: Claims;
  kind: MetricKind;
  history: readonly HealthyRun[];
  /** Length of the whole run in samples, for the restarts. */
  plannedSamples: number;
  /** False when value i of the arms does not belong to the same time. */
  comparable: boolean;
}

/** Where a metric stands after the samples so far. */
export interface MetricState {
  scale: ComparisonScale;
  pairs: number;
  /** ln E against the tolerance now, and its running maximum after each sample. */
  logE: number;
  path: readonly number[];
  /** ln E after each sample where E > 1, else -Infinity; empty where no false discovery rate is kept. */
  present: readonly number[];
  /** Running maximum at the critical ratios; equal to that of the tolerance where they are equal. */
  criticalMax: number;
  /** Samples after which every margin was ruled out; null = not yet. It stays, whatever comes later. */
  confirmedAt: number | null;
  /** Whether all samples so far speak for some margin rather than against it: a confirmation lapses then. */
  isMarginLikely: boolean;
  /** One-sided ln E of the whole run and of the part with the most evidence, at its null. */
  sides: LogEvidence;
  leadingSides: LogEvidence;
  /** Start of the part with the most evidence at the last new maximum. */
  leadingStart: number;
  /** Start of the part that says most now; 0 unless what it says is that the canary is worse. */
  suspectStart: number;
  difference: Difference;
  unpaired: Unpaired | undefined;
  /** The margins that a confirmation rules out. */
  margins: readonly Claim[];
  noise: Noise;
}

export type TrackScale = 'log' | 'linear' | 'unpaired';

export interface Track {
  scale: TrackScale;
  observe(sample: CountSample): void;
  state(): MetricState;
}

/** One scale's evidence: the whole run, its restarts, and the running maxima. */
export function createTrack(
  plan: MetricPlan,
  options: SequentialOptions,
  scale: TrackScale,
): Track {
  const { claims } = plan;
  const isLog = scale === 'log';
  const noise = learnNoise(plan.history, isLog, options);
  const unpaired = scale === 'unpaired' ? createUnpaired(noise, options.alpha) : undefined;
  const difference = createDifference(noise, isLog);
  const { starts, logWeights } = restartStarts({
    every: unpaired === undefined ? options.restartEvery : 0,
    planned: plan.plannedSamples,
  });
  const makeTest = () => unpaired ?? createTest(plan, options, { noise, isLog });
  const isPlain = unpaired === undefined && isPlainTest(plan, options, noise);
  const parts: Statistic[] = [isPlain ? difference : makeTest()];
  const mixtureOf = (all: readonly Claim[]) =>
    logWeights.map((logWeight, j) => ({ logWeight, bounds: boundsOf(all, () => parts[j]) }));
  const fail = { path: createRunningMaximum(), mixture: mixtureOf(claims.fail) };
  const critical =
    claims.critical.length === 0
      ? fail
      : { path: createRunningMaximum(), mixture: mixtureOf(claims.critical) };
  const margins = claims.margin.map((claim) => ({
    path: createRunningMaximum(),
    mixture: [{ logWeight: 0, bounds: boundsOf([claim], () => parts[0]) }],
  }));
  const confirmed = -Math.log(options.alphaPass);
  const present = options.multiplicity === 'fdr' ? createPresentEvidence() : undefined;
  const paths = new Set([fail, critical, ...margins].map(({ path }) => path));
  let count = 0;
  let leading = 0;

  function observe(sample: CountSample): void {
    if (count > 0 && starts[parts.length] === count) parts.push(makeTest());
    count++;
    if (!isPlain) difference.observe(sample);
    for (const part of parts) part.observe(sample);
    const { canary, baseline } = rates(sample);
    const isGap = unpaired === undefined && Number.isNaN(canary - baseline);
    if (!isGap) {
      weigh();
      return;
    }
    for (const path of paths) path.repeat();
    present?.repeat();
  }

  function weigh(): void {
    leading = fail.path.extend(fail.mixture) ?? leading;
    present?.extend(fail.mixture);
    if (critical !== fail) critical.path.extend(critical.mixture);
    for (const { path, mixture } of margins) {
      if (path.highest() >= confirmed) path.repeat();
      else path.extend(mixture);
    }
  }

  function state(): MetricState {
    const exact = fail.mixture.map(({ bounds }) => bounds.at(-1)!());
    const terms = exact.map((logE, j) => logE + logWeights[j]!);
    const strongest = terms.indexOf(Math.max(...terms));
    return {
      scale: scale !== 'unpaired' && plan.kind === 'count' ? 'count' : scale,
      pairs: unpaired?.count() ?? difference.mixture.count(),
      logE: logSumExp(terms),
      path: fail.path.maxima,
      present: present?.values ?? [],
      criticalMax: critical.path.highest(),
      confirmedAt: lastCrossing(
        margins.map(({ path }) => path.maxima),
        confirmed,
      ),
      isMarginLikely: margins.some(({ mixture: [whole] }) => whole!.bounds.at(-1)!() < 0),
      sides: sidesOf(parts[0]!, claims.fail),
      leadingSides: sidesOf(parts[leading]!, claims.fail),
      leadingStart: starts[leading]!,
      suspectStart: exact[strongest]! > 0 ? starts[strongest]! : 0,
      difference,
      unpaired,
      margins: claims.margin,
      noise,
    };
  }

  return { scale, observe, state };
}

/** A part that has not begun stands at E = 1. */
function boundsOf(claims: readonly Claim[], partOf: () => Statistic | undefined): (() => number)[] {
  const levels: ((part: Statistic) => number)[] = [
    (part) => average(claims, (claim) => part.quickBound(claim)),
    (part) => average(claims, (claim) => part.closeBound(claim)),
    (part) => averageEvidence(part, claims),
  ];
  return levels.map((level) => () => {
    const part = partOf();
    return part === undefined ? 0 : level(part);
  });
}

/** Whether the test is nothing but the difference itself. */
function isPlainTest({ kind }: MetricPlan, { test }: SequentialOptions, noise: Noise): boolean {
  return kind !== 'count' && test === 'ar' && noise.winsorBound === undefined;
}

/** The test of one stretch of samples. */
function createTest(
  { claims, kind }: MetricPlan,
  options: SequentialOptions,
  { noise, isLog }: { noise: Noise; isLog: boolean },
): Statistic {
  const all = [...claims.fail, ...claims.critical, ...claims.margin];
  const ratios = [...new Set(all.map(({ ratio }) => ratio))];
  const continuous = createContinuous();
  return kind === 'count'
    ? createCounts(noise, options, { rates: continuous, ratios })
    : continuous;

  function createContinuous(): Statistic {
    if (options.test === 'rank') return createRank(isLog, ratios);
    if (noise.winsorBound !== undefined) return createWinsorised(noise, isLog, ratios);
    return createDifference(noise, isLog);
  }
}

/** Samples until the last of the paths reached the threshold; null while one has not. */
function lastCrossing(paths: readonly number[][], threshold: number): number | null {
  const crossings = paths.map((maxima) => maxima.findIndex((value) => value >= threshold));
  return crossings.length === 0 || crossings.includes(-1) ? null : Math.max(...crossings) + 1;
}

function averageEvidence(part: Statistic, claims: readonly Claim[]): number {
  return average(claims, (claim) =>
    evidenceFor(claim, (sides) => part.evidence(claim.ratio, sides)),
  );
}

/** Several claims of one metric share its alpha; none claims nothing. */
function average(claims: readonly Claim[], logOf: (claim: Claim) => number): number {
  if (claims.length === 1) return logOf(claims[0]!);
  return claims.length === 0 ? 0 : logMeanExp(claims.map(logOf));
}

/** Evidence for each side at its own tolerance; a side that is not claimed has none. */
function sidesOf(part: Statistic, claims: readonly Claim[]): LogEvidence {
  const either = averageEvidence(part, claims);
  const sides: LogEvidence = { either, increase: -Infinity, decrease: -Infinity };
  for (const { ratio, side } of claims) {
    const evidence = part.evidence(ratio, side === 'either' ? 'both' : side);
    if (side !== 'decrease') sides.increase = evidence.increase;
    if (side !== 'increase') sides.decrease = evidence.decrease;
  }
  return sides;
}
