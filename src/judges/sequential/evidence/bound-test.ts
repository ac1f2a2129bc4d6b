import type { CountSample } from '../../../stats/count-mixture.ts';
import { restartStarts } from '../../../stats/restart-mixture.ts';
import type { Claim } from './claims.ts';
import { FEWEST_PAIRS, testPlanOf, type TrackPlan } from './evidence-track.ts';
import { createMetricTest, createRatioTest, knowsEveryRatio } from './metric-test.ts';
import type { SequentialOptions } from '../options.ts';
import { estimateRatio } from '../describe/ratio-estimate.ts';
import { createRestartParts, type RestartParts } from './restart-parts.ts';
import { logEvidenceOf, reaches } from './running-maximum.ts';
import { createDifference } from './statistic.ts';
import { createUnpaired } from './unpaired.ts';

/** Evidence of a run against any ratio, on the scale on which bounds are searched. */
export interface BoundTest {
  observe(sample: CountSample | undefined): void;
  pairs(): number;
  /** Ratio of the whole run, beyond what was expected; undefined where there is none. */
  estimate(): number | undefined;
  /** Whether bounds are read off after so many pairs. */
  isLook(pairs: number): boolean;
  logEvidence(claim: Claim): number;
  reaches(claim: Claim, threshold: number): boolean;
  /** A tenth or ten times of the estimate, on the search scale (V8); undefined where there is no ratio. */
  outermost(sign: 1 | -1): number | undefined;
  valueOf(ratio: number): number;
  ratioOf(value: number): number;
}

/** Bounds farther from the estimate than this factor are none (V8). */
const FARTHEST = 10;
/** Every pair is a look until here, then fewer: about as many for each doubling. */
const DENSE = 24;

export function createBoundTest(plan: TrackPlan, options: SequentialOptions): BoundTest {
  if (plan.scale === 'unpaired') return createUnpairedTest(plan, options);
  const testPlan = testPlanOf(plan, options);
  return knowsEveryRatio(testPlan, options)
    ? createPlainTest(plan, options)
    : createRefilteredTest(plan, options);
}

/** S9: one set of filters answers for every ratio. */
function createPlainTest(plan: TrackPlan, options: SequentialOptions): BoundTest {
  const test = createMetricTest(testPlanOf(plan, options), options);
  const isLog = plan.scale === 'log';
  return {
    ...scaleOf(isLog, () => estimateRatio(test.difference)?.ratio),
    ...askParts(test),
    observe: (sample) => test.observe(sample),
    pairs: () => test.difference.count(),
    isLook: (pairs) => pairs % Math.ceil(pairs / DENSE) === 0,
  };
}

function createUnpairedTest(plan: TrackPlan, options: SequentialOptions): BoundTest {
  const unpaired = createUnpaired(plan.noise, options.alpha);
  const test = createRestartParts(() => unpaired, { every: 0, planned: plan.plannedSamples });
  return {
    ...scaleOf(false, () => unpaired.ratio()),
    ...askParts(test),
    observe: (sample) => test.observe(sample),
    pairs: () => unpaired.count(),
    isLook: (pairs) => pairs % Math.ceil(pairs / DENSE) === 0,
  };
}

function askParts(parts: RestartParts): Pick<BoundTest, 'logEvidence' | 'reaches'> {
  return {
    logEvidence: (claim) => logEvidenceOf(parts.mixtureOf(claim)),
    reaches: (claim, threshold) => reaches(parts.mixtureOf(claim), threshold),
  };
}

/**
 * Tests that are made for one ratio (counts, ranks, clipped differences) see the run anew for every other:
 * only by the part that is the whole run, whose weighted evidence is never more than all, and at few looks.
 */
function createRefilteredTest(plan: TrackPlan, options: SequentialOptions): BoundTest {
  const testPlan = testPlanOf(plan, options);
  const difference = createDifference(plan.noise, testPlan.isLog);
  const seen: CountSample[] = [];
  const logWeight = restartStarts(testPlan.restarts).logWeights[0]!;
  const logEvidence = (claim: Claim) => {
    const test = createRatioTest(testPlan, options, { ratios: [claim.ratio], sofar: [] });
    for (const sample of seen) test.observe(sample);
    return logWeight + test.evidence(claim);
  };
  return {
    ...scaleOf(true, () => estimateRatio(difference)?.ratio),
    logEvidence,
    reaches: (claim, threshold) => logEvidence(claim) >= threshold,
    observe(sample) {
      if (sample === undefined) return;
      difference.observe(sample);
      seen.push(sample);
    },
    pairs: () => difference.count(),
    isLook: (pairs) => Number.isInteger(Math.log2(pairs / FEWEST_PAIRS)),
  };
}

/** Bounds are searched in logarithms of ratios, or in ratios where the estimate may be negative. */
function scaleOf(isLog: boolean, estimate: () => number | undefined) {
  return {
    estimate,
    valueOf: (ratio: number) => (isLog ? Math.log(ratio) : ratio),
    ratioOf: (value: number) => (isLog ? Math.exp(value) : value),
    outermost(sign: 1 | -1) {
      const ratio = estimate();
      if (ratio === undefined || !(ratio > 0)) return undefined;
      const farthest = sign > 0 ? ratio / FARTHEST : ratio * FARTHEST;
      return isLog ? Math.log(farthest) : farthest;
    },
  };
}
