import { absoluteLogDifference } from '../../../stats/absolute-difference.ts';
import type { CountSample } from '../../../stats/count-mixture.ts';
import type { Holds } from '../../../stats/held-samples.ts';
import type { HealthyRun } from '../../judge.ts';
import type { AmountTest, TrackPlan, TrackScale } from './evidence-track.ts';
import { instanceLogWeights, meanOf, SPREAD_SAMPLES } from '../data/instance-levels.ts';
import type { MetricPlan } from '../data/metric-run.ts';
import { learnNoise, linearDifference, logDifference, type LearnedStretch } from './noise.ts';
import type { SequentialOptions } from '../options.ts';
import { createPairFeed, type FeedPlan } from '../data/pair-feed.ts';
import { createSeasonalFeed, type Season } from '../data/season.ts';
import { isPair, rates } from '../data/rates.ts';

/** What is known of the run when it is (re)started. */
export interface RunStart {
  scale: TrackScale;
  holds: Holds;
  samples: readonly CountSample[];
  /** The daily shape that is taken off; only on the log scale. */
  season?: Season;
}

/** Learns from everything earlier, thinned as the run is (D3), and lays down how the run is followed. */
export function planTrack(
  plan: MetricPlan,
  options: SequentialOptions,
  { scale, holds, samples, season }: RunStart,
): TrackPlan {
  const { claims, kind, plannedSamples, minimumChange = 0 } = plan;
  const isLog = scale === 'log';
  const stretches = stretchesOf(plan, options, { scale, holds, season });
  const spread = spreadOf(plan, samples, isLog);
  const learned =
    spread === undefined || stretches.length > 0
      ? stretches
      : [{ kind: 'noise' as const, samples: samples.slice(0, SPREAD_SAMPLES) }];
  const known = { instanceLogWeights: spread, seasonVariance: season?.variance };
  const differenceOf = isLog ? logDifference : linearDifference;
  const amountTests = claims.fail.map(({ side }): AmountTest => {
    const beyond = (values: { canary: number; baseline: number }) =>
      isLog ? absoluteLogDifference(values, minimumChange, side) : linearDifference(values);
    const noise = learnNoise(learned, { differenceOf: beyond, isLog }, options, known);
    return { noise, amount: minimumChange, side };
  });
  return {
    scale,
    claims,
    kind,
    noise: learnNoise(learned, { differenceOf, isLog }, options, known),
    plannedSamples,
    amountTests: minimumChange > 0 && scale !== 'unpaired' ? amountTests : [],
  };
}

export function feedPlanOf(
  { kind, stepMs = 0, startAt = 0 }: MetricPlan,
  scale: TrackScale,
): FeedPlan {
  // arms that do not meet in time are not thinned pair by pair
  return { kind, stepMs: scale === 'unpaired' ? 0 : stepMs, startAt };
}

/** The newest runs, and the same instances before this one (S10): of each its newest observations. */
function stretchesOf(
  plan: MetricPlan,
  { historyLimit, historyRuns }: SequentialOptions,
  at: { scale: TrackScale; holds: Holds; season: Season | undefined },
): LearnedStretch[] {
  const newest = historyRuns === 0 ? [] : plan.history.slice(-historyRuns);
  const runs = newest.map((run) => ({ kind: 'run' as const, run }));
  const all =
    plan.before === undefined ? runs : [...runs, { kind: 'pre' as const, run: plan.before }];
  return all.map(({ kind, run }) => {
    const plain = createPairFeed({ ...feedPlanOf(plan, at.scale), startAt: 0 }, at.holds);
    const feed = createSeasonalFeed(plain, at.season, {
      startAt: run.startAt,
      stepMs: plan.stepMs,
    });
    const observed = samplesOf(run)
      .map(feed)
      .filter((sample) => sample !== undefined);
    return { kind, samples: historyLimit > 0 ? observed.slice(-historyLimit) : [] };
  });
}

/** Pairs of a healthy run, as far as both sides go. */
export function samplesOf({ baseline, canary, exposure }: HealthyRun): CountSample[] {
  return Array.from({ length: Math.min(baseline.length, canary.length) }, (_, i) => ({
    canary: canary[i]!,
    baseline: baseline[i]!,
    canaryExposure: exposure?.canary[i] ?? 1,
    baselineExposure: exposure?.baseline[i] ?? 1,
  }));
}

function spreadOf(
  { instances }: MetricPlan,
  samples: readonly CountSample[],
  isLog: boolean,
): number[] | undefined {
  if (instances === undefined || samples.length === 0) return undefined;
  const first = samples.slice(0, SPREAD_SAMPLES).filter(isPair);
  const size = meanOf(first.map((sample) => Math.abs(rates(sample).baseline)));
  return instanceLogWeights(instances, samples.length, isLog ? undefined : size);
}
