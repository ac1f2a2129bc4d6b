import type { MetricConfig } from '../../../model/config.ts';
import { fixedSampleSize, sequentialSampleSize } from '../../../stats/planning.ts';
import type { HealthyRun } from '../../judge.ts';
import { claimsOf, type Claim } from '../evidence/claims.ts';
import { learnProspects, type PlannedScale, type Prospect } from '../evidence/learned-noise.ts';
import type { SequentialOptions } from '../options.ts';

export interface PlanQuestion {
  /** Changes in the harmful direction; 0.1 = 10 % more, downwards a canary at 1/1.1. */
  changes: readonly number[];
  /** Lengths of runs, in samples. */
  lengths: readonly number[];
  /** Wanted probability to find a change. */
  power: number;
  /** Part of alpha that is this metric's own (V1). */
  share: number;
  options: SequentialOptions;
}

/** How long one change takes to be found; all in samples, absent where it takes too long to say. */
export interface PlannedChange {
  change: number;
  /** Within the tolerance: such a change is never to be found. */
  tolerated: boolean;
  /** With the wanted power, and in half of the runs. */
  samples?: number;
  medianSamples?: number;
  /** What a single look after a fixed time would take at the same alpha, were the noise known. */
  fixedSamples?: number;
}

export interface PlannedLength {
  samples: number;
  /** Smallest change found with the wanted power by then; absent beyond a hundredfold one. */
  change?: number;
}

/** When a canary that is no different from its baseline is known to be within the margin. */
export interface PlannedPass {
  samples?: number;
  medianSamples?: number;
}

/** What to expect of one metric, or why nothing can be said. */
export type MetricPlan =
  | { historySamples: number; reason: string }
  | {
      historySamples: number;
      scale: PlannedScale;
      changes: PlannedChange[];
      lengths: PlannedLength[];
      pass: PlannedPass;
    };

/** V6: no label before. */
const FEWEST_PAIRS = 5;
/** Under so many samples, and so many independent ones, the size of the noise is still being learned (table 4). */
const LEARNED = 100;
const LEARNED_INDEPENDENT = 40;
const MEDIAN = 0.5;
const LARGEST_CHANGE = 100;
const LARGEST_LEVEL = 0.999;

/** A claim with the factor of alpha at which its evidence is read. */
interface Aim {
  claim: Claim;
  factor: number;
}

interface Situation {
  prospects: readonly Prospect[];
  question: PlanQuestion;
}

/**
 * How long the sequential judge needs for which change of a metric (section 4), from its healthy runs: the
 * null is the tolerance, the level is alpha times the metric's share, doubled for a one-sided claim. To
 * this come the cost of restarts (S7) and, early on, the time to learn the noise. Of several claims the
 * slowest counts, of several e-processes the fastest. Against simulation: within 13 % from 100 samples on.
 *
 * Faults: `invalid-config` for tolerances that are no ratios.
 */
export function planMetric(
  metric: MetricConfig,
  history: readonly HealthyRun[],
  question: PlanQuestion,
): MetricPlan {
  const { options, power } = question;
  const learned = learnProspects(metric, history, options);
  if ('reason' in learned) return { historySamples: learned.samples, reason: learned.reason };
  const claims = claimsOf(metric, metric.margin ?? options.margin, metric.kind);
  const aims = aimsOf(claims.fail);
  const situation = { prospects: learned.prospects, question };
  return {
    historySamples: learned.samples,
    scale: learned.scale,
    changes: question.changes.map((change) => planChange(change, aims, situation)),
    lengths: question.lengths.map((samples) => ({
      samples,
      ...definite('change', changeFound(samples, aims, situation)),
    })),
    pass: {
      ...definite('samples', passTime(claims.margin, situation, power)),
      ...definite('medianSamples', passTime(claims.margin, situation, MEDIAN)),
    },
  };
}

/** One-sided evidence is twice the two-sided, and two claims of a metric share its alpha (S9.6). */
function aimsOf(claims: readonly Claim[]): Aim[] {
  return claims.map((claim) => ({ claim, factor: 2 / claims.length }));
}

function planChange(change: number, aims: readonly Aim[], situation: Situation): PlannedChange {
  const open = aims.filter(({ claim }) => !isTolerated(change, claim));
  if (open.length === 0) return { change, tolerated: true };
  const median = { ...situation, question: { ...situation.question, power: MEDIAN } };
  return {
    change,
    tolerated: false,
    ...definite('samples', failTime(change, open, situation)),
    ...definite('medianSamples', failTime(change, open, median)),
    ...definite('fixedSamples', fixedTime(change, open, situation)),
  };
}

/** Samples until the change has failed the metric. */
function failTime(
  change: number,
  aims: readonly Aim[],
  { prospects, question: { options, share, power } }: Situation,
): number {
  const times = aims.map(({ claim, factor }) => {
    if (isTolerated(change, claim)) return Infinity;
    const { alpha, restartEvery } = options;
    const level = { alpha: alpha * share, factor, power, restartEvery };
    return fastest(prospects, [ratioOf(change, claim), claim.ratio], level);
  });
  return Math.max(...times);
}

interface Level {
  alpha: number;
  factor: number;
  power: number;
  /** Samples from which on a run has restarts; 0 = it never has. */
  restartEvery: number;
}

/** Several e-processes of one metric are averaged: each alone has to bring that much more evidence. */
function fastest(
  prospects: readonly Prospect[],
  [ratio, tolerated]: [ratio: number, tolerated: number],
  level: Level,
): number {
  const alpha = (level.alpha * level.factor) / prospects.length;
  const times = prospects.map((prospect) => {
    const plan = {
      longRunVariance: prospect.longRunVariance(ratio, tolerated),
      alpha: Math.min(alpha, LARGEST_LEVEL),
      power: level.power,
      offsets: prospect.offsets,
    };
    const timeAt = (part: number) =>
      sequentialSampleSize(prospect.distance(ratio, tolerated), {
        ...plan,
        alpha: plan.alpha * part,
      }) ?? Infinity;
    const alone = timeAt(1);
    const hasRestarts = level.restartEvery > 0 && alone > level.restartEvery;
    const known = hasRestarts ? timeAt(wholeRunPart(prospect)) : alone;
    return Math.max(known, learnedAt(known, level.alpha, prospect), FEWEST_PAIRS);
  });
  return Math.min(...times);
}

/**
 * Part of alpha that is left for the whole run beside its restarts. It has half of the weight (S7), but in
 * independent noise the restarts give some back; a fit to simulation.
 */
function wholeRunPart({ longRunFactor }: Prospect): number {
  return 2 ** (0.5 / longRunFactor - 1);
}

/**
 * When the noise is known as well as the formula takes it to be: 5 independent samples later at a level of
 * 5 %, 13 at 1 % (table 4), until there are enough of them.
 */
function learnedAt(known: number, alpha: number, { longRunFactor }: Prospect): number {
  const independent = Math.max(0, 5 + (8 * Math.log(0.05 / alpha)) / Math.log(5));
  const enough = Math.max(LEARNED, LEARNED_INDEPENDENT * longRunFactor);
  return Math.ceil(Math.min(known + independent * longRunFactor, enough));
}

function fixedTime(change: number, aims: readonly Aim[], { prospects, question }: Situation) {
  const { options, share, power } = question;
  const alpha = options.alpha * share;
  const times = aims.map(({ claim }) => {
    const ratio = ratioOf(change, claim);
    const ofProspects = prospects.map(({ distance, longRunVariance }) => {
      const noise = longRunVariance(ratio, claim.ratio);
      return fixedSampleSize(distance(ratio, claim.ratio), {
        longRunVariance: noise,
        alpha,
        power,
      });
    });
    return Math.ceil(Math.min(...ofProspects));
  });
  return Math.max(...times);
}

/** The smallest change that a run of this length finds: time falls as the change grows, so bisection finds it. */
function changeFound(length: number, aims: readonly Aim[], situation: Situation): number {
  const isFound = (change: number) => failTime(change, aims, situation) <= length;
  if (!isFound(LARGEST_CHANGE)) return Infinity;
  let [low, high] = [0, Math.log1p(LARGEST_CHANGE)];
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (isFound(Math.expm1(middle))) high = middle;
    else low = middle;
  }
  return Math.expm1(high);
}

/** V4: each margin ruled out on its own, one-sidedly and on the whole run only. */
function passTime(margins: readonly Claim[], { prospects, question }: Situation, power: number) {
  const level = { alpha: question.options.alphaPass, factor: 2, power, restartEvery: 0 };
  return Math.max(...margins.map(({ ratio }) => fastest(prospects, [1, ratio], level)));
}

/** Ratio of canary to baseline after a change towards the claimed side; symmetric like tolerances. */
function ratioOf(change: number, { side }: Claim): number {
  return side === 'decrease' ? 1 / (1 + change) : 1 + change;
}

function isTolerated(change: number, claim: Claim): boolean {
  const ratio = ratioOf(change, claim);
  return claim.side === 'decrease' ? ratio >= claim.ratio : ratio <= claim.ratio;
}

function definite<K extends string>(name: K, value: number): { [Name in K]?: number } {
  return (Number.isFinite(value) ? { [name]: value } : {}) as { [Name in K]?: number };
}
