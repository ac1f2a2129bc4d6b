import type { ComparisonScale } from '../../../model/judgement/sequential.ts';
import type { MetricKind } from '../../../model/config.ts';
import type { CountSample } from '../../../stats/count-mixture.ts';
import type { Claim, Claims, Side } from './claims.ts';
import { createClaimPath, type ClaimPath } from './claim-path.ts';
import { createAmountParts, createMetricTest, type TestPlan } from './metric-test.ts';
import type { Noise } from './noise.ts';
import type { SequentialOptions } from '../options.ts';
import { createRestartParts } from './restart-parts.ts';
import { createRunningMaximum } from './running-maximum.ts';
import type { Difference } from './statistic.ts';
import { createUnpaired, type Unpaired } from './unpaired.ts';

export type TrackScale = 'log' | 'linear' | 'unpaired';

/** How one metric is followed on one scale. */
export interface TrackPlan {
  scale: TrackScale;
  claims: Claims;
  kind: MetricKind;
  noise: Noise;
  /** Length of the whole run in samples, for the restarts. */
  plannedSamples: number;
  /** Tests of the smallest change that counts, for each claim of a failure; none where any change does. */
  amountTests: readonly AmountTest[];
}

/** The noise as a test of an amount sees it, and what it is asked. */
export interface AmountTest {
  noise: Noise;
  amount: number;
  side: Side;
}

/** Where one claim stands after each sample. */
export interface ClaimState {
  claim: Claim;
  /** Running maximum of ln E, once there are enough pairs: 0 before. */
  maxima: readonly number[];
  /** ln E now, with its restarts and of the whole run alone. */
  logE(): number;
  logEOfWhole(): number;
  /** Start of the part with the most evidence at the last new maximum. */
  leadingStart: number;
}

/** Where a metric stands after the samples so far. */
export interface MetricState {
  scale: ComparisonScale;
  pairs: number;
  /** Against the tolerance, and against the critical ratio (the same list where that is the same). */
  fail: readonly ClaimState[];
  critical: readonly ClaimState[];
  /** ln of 1/p after each sample: the largest of the claims, each with its part of alpha. */
  path: readonly number[];
  /** ln E after each sample where E > 1, else -Infinity; empty where no false discovery rate is kept. */
  present: readonly number[];
  /** Samples after which every margin was ruled out; null = not yet. It stays, whatever comes later. */
  confirmedAt: number | null;
  /** Whether all samples so far speak for some margin rather than against it: a confirmation lapses then. */
  isMarginLikely(): boolean;
  /** Start of the part that says most now; 0 unless what it says is that the canary is worse. */
  suspectStart(): number;
  difference: Difference;
  unpaired: Unpaired | undefined;
  claims: Claims;
  noise: Noise;
}

export interface Track {
  /** One step: an observation, one that is missing, or nothing at all. */
  observe(sample: CountSample | undefined): void;
  state(): MetricState;
}

/** V6: no label before, and so no evidence. */
export const FEWEST_PAIRS = 5;

/** Evidence is asked after every pair until there are so many, then once in so many steps of the grid. */
const DENSE = 60;
const PACE = 5;

function isDue(lookedAt: number, steps: number): boolean {
  return Math.floor(steps / PACE) > Math.floor(lookedAt / PACE);
}

/** One scale's evidence: the whole run, its restarts, and the running maxima of every claim. */
export function createTrack(plan: TrackPlan, options: SequentialOptions): Track {
  const { claims } = plan;
  const { test, difference, unpaired } = createTests(plan, options);
  const { restarts, isLog } = testPlanOf(plan, options);
  const amounts = plan.amountTests.map((one) =>
    createAmountParts({ noise: one.noise, isLog, restarts }, one),
  );
  const isFdr = options.multiplicity === 'fdr';
  const fail = claims.fail.map((claim, i) =>
    createClaimPath(claim, test, { amount: amounts[i], isPresentKept: isFdr }),
  );
  const isSame = claims.critical.length === 0;
  const critical = isSame ? fail : claims.critical.map((claim) => createClaimPath(claim, test));
  const margins = claims.margin.map((claim) => ({
    path: createRunningMaximum(),
    mixture: [{ ...test.mixtureOf(claim)[0]!, logWeight: 0 }],
  }));
  const confirmed = -Math.log(options.alphaPass);
  const all = new Set<ClaimPath>([...fail, ...critical]);
  const count = () => unpaired?.count() ?? difference.count();
  let steps = 0;
  let lookedAt = 0;

  function observe(sample: CountSample | undefined): void {
    const before = count();
    steps++;
    test.observe(sample);
    for (const amount of amounts) amount.observe(sample);
    const isNew = unpaired === undefined ? count() > before : sample !== undefined;
    const isLook = isNew && count() >= FEWEST_PAIRS && (count() <= DENSE || isDue(lookedAt, steps));
    if (isLook) lookedAt = steps;
    for (const path of all) {
      if (isLook) path.extend();
      else path.repeat();
    }
    for (const { path, mixture } of margins) {
      if (!isLook || path.highest() >= confirmed) path.repeat();
      else path.extend(mixture);
    }
  }

  function state(): MetricState {
    const crossings = margins.map(({ path: { maxima } }) =>
      maxima.findIndex((value) => value >= confirmed),
    );
    return {
      scale: plan.scale !== 'unpaired' && plan.kind === 'count' ? 'count' : plan.scale,
      pairs: count(),
      fail: fail.map((path) => path.state()),
      critical: critical.map((path) => path.state()),
      path: combine(
        fail.map(({ maxima }) => maxima),
        0,
      ),
      present: isFdr
        ? combine(
            fail.map(({ present }) => present),
            -Infinity,
          )
        : [],
      confirmedAt:
        crossings.length === 0 || crossings.includes(-1) ? null : Math.max(...crossings) + 1,
      isMarginLikely: () => margins.some(({ mixture: [whole] }) => whole!.bounds.at(-1)!() < 0),
      suspectStart() {
        const suspects = fail.map((path) => path.strongestNow());
        const suspect = suspects.toSorted((a, b) => b.logE - a.logE)[0];
        return suspect !== undefined && suspect.logE > 0 ? test.starts[suspect.part]! : 0;
      },
      difference,
      unpaired,
      claims,
      noise: plan.noise,
    };
  }

  return { observe, state };
}

function createTests(plan: TrackPlan, options: SequentialOptions) {
  const { scale, noise } = plan;
  const testPlan = testPlanOf(plan, options);
  const paired = createMetricTest(testPlan, options);
  if (scale !== 'unpaired') {
    return { test: paired, difference: paired.difference, unpaired: undefined };
  }
  const unpaired = createUnpaired(noise, options.alpha);
  const test = createRestartParts(() => unpaired, { every: 0, planned: plan.plannedSamples });
  return { test, difference: paired.difference, unpaired };
}

export function testPlanOf(plan: TrackPlan, { restartEvery }: SequentialOptions): TestPlan {
  const { claims, kind, noise, scale, plannedSamples } = plan;
  const restarts = { every: restartEvery, planned: plannedSamples };
  return { claims, kind, noise, isLog: scale === 'log', restarts };
}

/** The largest of several claims after each sample, each of which has its equal part of alpha. */
function combine(paths: readonly (readonly number[])[], least: number): number[] {
  const share = Math.log(Math.max(1, paths.length));
  return (paths[0] ?? []).map((_, i) =>
    Math.max(least, Math.max(...paths.map((path) => path[i]!)) - share),
  );
}
