import type { PairInstances } from '../../../model/series.ts';
import type { CountSample } from '../../../stats/count-mixture.ts';
import { createHoldMeter, type Holds } from '../../../stats/held-samples.ts';
import type { MetricKind } from '../../../model/config.ts';
import type { HealthyRun } from '../../judge.ts';
import type { Claims, Side } from '../evidence/claims.ts';
import {
  createTrack,
  type MetricState,
  type Track,
  type TrackScale,
} from '../evidence/evidence-track.ts';
import { SPREAD_SAMPLES } from './instance-levels.ts';
import type { BoundMoment } from '../evidence/bound-path.ts';
import {
  createMetricBounds,
  type MetricBounds,
  type RatioBounds,
  type SideLevel,
} from '../evidence/metric-bounds.ts';
import type { SequentialOptions } from '../options.ts';
import { createPairFeed } from './pair-feed.ts';
import { createSeasonalFeed, learnSeason, type Season } from './season.ts';
import { feedPlanOf, planTrack, type RunStart } from '../evidence/plan-track.ts';
import { createScaleChooser } from './scale-chooser.ts';

/** How one metric is followed; fixed before its first sample. */
export interface MetricPlan {
  claims: Claims;
  kind: MetricKind;
  /** Earlier healthy runs, oldest first, and the same instances before this one. */
  history: readonly HealthyRun[];
  before?: HealthyRun;
  instances?: PairInstances;
  /** Length of the whole run in samples, for the restarts. */
  plannedSamples: number;
  /** False when value i of the arms does not belong to the same time. */
  comparable: boolean;
  /** Smallest change that counts, in the metric's unit; 0 = any. */
  minimumChange?: number;
  /** Time between samples, and when the first begins; 0 where they are not known. */
  stepMs?: number;
  startAt?: number;
  /** When the first sample begins on the canary's clock, which a daily shape follows. */
  canaryAt?: number;
}

export interface MetricRun {
  observe(sample: CountSample): void;
  /** What was observed, gaps included. */
  samples: readonly CountSample[];
  /** How long values stand on each side, in samples, and which steps were observations. */
  holds(): Holds;
  fed(): readonly (CountSample | undefined)[];
  state(): MetricState;
  /** The daily shape that is taken off (S13); undefined = none. */
  season(): Season | undefined;
  /** Running bounds at the given levels; see `createMetricBounds`. */
  bounds(levels: Record<Side, SideLevel>, rejectedAfter: Record<Side, number>): RatioBounds;
  /** How the bounds that were asked last came to be; empty before. */
  path(): BoundMoment[];
}

/**
 * Follows one metric. The answer after n samples is a function of these samples alone, kept or
 * replayed: when one shows that the data need another scale (S0: a value <= 0; 3.5: arms that do not
 * meet in time), that values are held or not (D1 to D3), or how far instances lie apart (S11), the run is
 * recomputed from its first sample.
 */
export function createMetricRun(plan: MetricPlan, options: SequentialOptions): MetricRun {
  const chooser = createScaleChooser(plan, options);
  const meters = createHoldMeters(plan);
  const season = learnSeason(plan, options);
  const samples: CountSample[] = [];
  let current = start();

  return {
    observe(sample) {
      samples.push(sample);
      chooser.observe(sample);
      meters.observe(sample);
      if (isStale()) current = start();
      else take(current, sample);
    },
    samples,
    holds: () => current.holds,
    fed: () => current.fed,
    state: () => current.track.state(),
    season: () => current.season,
    bounds(levels, rejectedAfter) {
      const key = JSON.stringify(levels);
      if (current.bounds?.key !== key) {
        const bounds = createMetricBounds(current.trackPlan, options, levels);
        current.bounds = { key, bounds };
      }
      current.bounds.bounds.advance(current.fed, rejectedAfter);
      return current.bounds.bounds.bounds();
    },
    path: () => current.bounds?.bounds.path() ?? [],
  };

  function isStale(): boolean {
    const { scale, holds } = current;
    const now = meters.holds();
    const isSpreading = plan.instances !== undefined && samples.length <= SPREAD_SAMPLES;
    const isSame = now.canary === holds.canary && now.baseline === holds.baseline;
    return isSpreading || scale !== chooser.scale() || !isSame;
  }

  function start(): Attempt {
    const scale = chooser.scale();
    const holds = scale === 'unpaired' ? NOT_HELD : meters.holds();
    const attempt = startAttempt(plan, options, {
      scale,
      holds,
      samples,
      ...(season === undefined || scale !== 'log' ? {} : { season }),
    });
    for (const sample of samples) take(attempt, sample);
    return attempt;
  }
}

const NOT_HELD: Holds = { canary: 1, baseline: 1 };

/** A run on one scale, with what was known of its values when it was begun. */
interface Attempt {
  scale: TrackScale;
  holds: Holds;
  trackPlan: ReturnType<typeof planTrack>;
  track: Track;
  feed: ReturnType<typeof createPairFeed>;
  fed: (CountSample | undefined)[];
  season: Season | undefined;
  bounds?: { key: string; bounds: MetricBounds };
}

function startAttempt(plan: MetricPlan, options: SequentialOptions, at: RunStart): Attempt {
  const trackPlan = planTrack(plan, options, at);
  return {
    scale: at.scale,
    holds: at.holds,
    trackPlan,
    track: createTrack(trackPlan, options),
    feed: createSeasonalFeed(createPairFeed(feedPlanOf(plan, at.scale), at.holds), at.season, {
      startAt: plan.canaryAt,
      stepMs: plan.stepMs,
    }),
    fed: [],
    season: at.season,
  };
}

function take({ feed, fed, track }: Attempt, sample: CountSample): void {
  const next = feed(sample);
  fed.push(next);
  track.observe(next);
}

/** How long values stand, over the history and the run so far (D1). */
function createHoldMeters({ history, before }: MetricPlan) {
  const [canary, baseline] = [createHoldMeter(), createHoldMeter()];
  for (const run of before === undefined ? history : [...history, before]) {
    canary.begin();
    baseline.begin();
    for (const value of run.canary) canary.observe(value);
    for (const value of run.baseline) baseline.observe(value);
  }
  canary.begin();
  baseline.begin();
  return {
    observe(sample: CountSample) {
      canary.observe(sample.canary);
      baseline.observe(sample.baseline);
    },
    holds: (): Holds => ({ canary: canary.hold(), baseline: baseline.hold() }),
  };
}
