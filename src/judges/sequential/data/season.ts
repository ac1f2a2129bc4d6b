import type { CountSample } from '../../../stats/count-mixture.ts';
import { stepsPerBlock } from '../../../stats/sample-blocks.ts';
import { FEWEST_DAYS, learnProfile } from '../../../stats/seasonal-profile.ts';
import type { HealthyRun } from '../../judge.ts';
import type { SequentialOptions } from '../options.ts';
import type { MetricPlan } from './metric-run.ts';
import type { PairFeed } from './pair-feed.ts';
import { rates } from './rates.ts';

/** The daily shape of the log ratio (S13), as earlier days show it. */
export interface Season {
  days: number;
  shrinkage: number;
  /** Variance of what the shape leaves, as it is known from few days only. */
  variance: number;
  /** The sample with the shape at that time taken off its log ratio. */
  adjust(sample: CountSample, time: number): CountSample;
}

const DAY_MS = 86_400_000;
const HALF_WINDOW_MS = 1_800_000;
/** Share of a day's slots without a pair above which it is not whole. */
const MOST_MISSING = 0.5;

/**
 * Learns the shape from the newest day of every healthy run that covers one: none of the days may overlap
 * another or the run that is judged. Undefined when it is not asked for, with fewer than three such days, for
 * counts, and where the clock is not known or does not divide a day.
 */
export function learnSeason(plan: MetricPlan, options: SequentialOptions): Season | undefined {
  const { kind, stepMs = 0, canaryAt = NaN, history } = plan;
  const slotMs = stepMs * stepsPerBlock(stepMs);
  const isTimed = slotMs > 0 && DAY_MS % slotMs === 0 && Number.isFinite(canaryAt);
  if (!options.seasonal || kind === 'count' || options.historyRuns === 0 || !isTimed) {
    return undefined;
  }
  const slotOf = (time: number) => {
    return Math.floor((((time % DAY_MS) + DAY_MS) % DAY_MS) / slotMs);
  };
  const days: number[][] = [];
  let before = canaryAt;
  for (const run of newestFirst(history.slice(-options.historyRuns), stepMs)) {
    if (run.endAt > before) continue;
    const day = dayOf(run, { stepMs, slots: DAY_MS / slotMs, slotOf });
    if (day === undefined) continue;
    days.push(day);
    before = run.endAt - DAY_MS;
  }
  if (days.length < FEWEST_DAYS) return undefined;
  const profile = learnProfile(days, Math.round(HALF_WINDOW_MS / slotMs));
  if (profile === undefined) return undefined;
  const { values, variance, shrinkage } = profile;
  return {
    days: days.length,
    shrinkage,
    variance,
    adjust: (sample, time) => ({
      ...sample,
      canary: sample.canary * Math.exp(-values[slotOf(time)]!),
    }),
  };
}

interface TimedRun {
  differences: number[];
  endAt: number;
}

/** Log ratios of the runs whose time is known. */
function newestFirst(history: readonly HealthyRun[], stepMs: number): TimedRun[] {
  return history
    .flatMap(({ baseline, canary, startAt }) => {
      if (startAt === undefined) return [];
      const length = Math.min(baseline.length, canary.length);
      const differences = Array.from({ length }, (_, i) => logRatio(baseline[i]!, canary[i]!));
      return [{ differences, endAt: startAt + length * stepMs }];
    })
    .toSorted((a, b) => b.endAt - a.endAt);
}

function logRatio(baseline: number, canary: number): number {
  const known = rates({ baseline, canary, baselineExposure: 1, canaryExposure: 1 });
  return known.canary > 0 && known.baseline > 0 ? Math.log(known.canary / known.baseline) : NaN;
}

/** The newest day of a run, put on the clock; undefined where the run has none. */
function dayOf(
  { differences, endAt }: TimedRun,
  clock: { stepMs: number; slots: number; slotOf: (time: number) => number },
): number[] | undefined {
  const { stepMs, slots, slotOf } = clock;
  const steps = Math.round(DAY_MS / stepMs);
  if (differences.length < steps) return undefined;
  const sums = new Float64Array(slots);
  const counts = new Float64Array(slots);
  differences.slice(-steps).forEach((difference, i) => {
    if (Number.isNaN(difference)) return;
    const slot = slotOf(endAt + (i - steps) * stepMs);
    sums[slot]! += difference;
    counts[slot]!++;
  });
  const day = Array.from(sums, (sum, i) => (counts[i]! > 0 ? sum / counts[i]! : NaN));
  return day.filter(Number.isNaN).length > MOST_MISSING * slots ? undefined : day;
}

/** A feed whose observations are without the shape: repeats are told from the values as they are. */
export function createSeasonalFeed(
  feed: PairFeed,
  season: Season | undefined,
  { startAt, stepMs = 0 }: { startAt: number | undefined; stepMs: number | undefined },
): PairFeed {
  if (season === undefined || startAt === undefined) return feed;
  let steps = 0;
  return (sample) => {
    const time = startAt + steps++ * stepMs;
    const observed = feed(sample);
    return observed === undefined ? undefined : season.adjust(observed, time);
  };
}
