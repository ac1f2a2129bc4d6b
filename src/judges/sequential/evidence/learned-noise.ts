import type { MetricConfig } from '../../../model/config.ts';
import type { ComparisonScale } from '../../../model/judgement/sequential.ts';
import type { CountSample } from '../../../stats/count-mixture.ts';
import type { PlannedOffset } from '../../../stats/planning.ts';
import { logSumExp } from '../../../stats/log-sum-exp.ts';
import { longRunFactor } from '../../../stats/noise-models.ts';
import type { HealthyRun } from '../../judge.ts';
import type { SequentialOptions } from '../options.ts';
import { learnNoise, linearDifference, logDifference, type Noise } from './noise.ts';
import { samplesOf } from './plan-track.ts';
import { rates } from '../data/rates.ts';

/** One e-process of a metric before its run: how far a change lies from a null, and in how much noise. */
export interface Prospect {
  /** Mean of the difference against the null `tolerated`, when the canary is `ratio` times the baseline. */
  distance(ratio: number, tolerated: number): number;
  /** Long-run variance of that difference per sample, and in units of the marginal variance. */
  longRunVariance(ratio: number, tolerated: number): number;
  longRunFactor: number;
  /** What is known of the offset between the sides, on the scale of `distance`. */
  offsets: readonly PlannedOffset[];
}

/** Arms that cannot be paired are seen only during the run. */
export type PlannedScale = Exclude<ComparisonScale, 'unpaired'>;

/** What healthy runs say of a metric's noise, or why they say nothing. */
export type LearnedNoise =
  | { samples: number; scale: PlannedScale; prospects: Prospect[] }
  | { samples: number; reason: string };

/** Pairs beyond the runs' means under which a variance is a guess (S4). */
const FEWEST_SAMPLES = 10;

/** Every sample counts in full: this is the best guess of the noise, not a prior against surprises. */
const AT_FACE_VALUE = { historyDiscount: 1, changedRegime: 1e-9 };

/**
 * Long-run variance of a metric's difference series from healthy runs (section 4): SSE/n of each noise
 * model times its long-run factor, averaged over the models' posterior. On the linear scale relative to
 * the baseline's mean; there noise is taken to grow with its arm. A count has two prospects, as the judge
 * averages two e-processes (3.3): its rates, and 1/(mean of N p(1-p)) + l s^2 per interval.
 */
export function learnProspects(
  metric: MetricConfig,
  history: readonly HealthyRun[],
  options: SequentialOptions,
): LearnedNoise {
  const samples = history.flatMap(samplesOf);
  const pairs = samples
    .map(rates)
    .filter(({ canary, baseline }) => !Number.isNaN(canary - baseline));
  const known = Math.max(0, pairs.length - history.length);
  if (known < FEWEST_SAMPLES)
    return { samples: pairs.length, reason: tooLittle(metric, pairs.length) };
  const isLog = isLogarithmic(pairs, options);
  const stretches = history.map((run) => ({ kind: 'run' as const, samples: samplesOf(run) }));
  const differenceOf = isLog ? logDifference : linearDifference;
  const noise = learnNoise(stretches, { differenceOf, isLog }, { ...options, ...AT_FACE_VALUE });
  const continuous = continuousProspect(
    noise,
    isLog,
    meanOf(pairs.map(({ baseline }) => baseline)),
  );
  const counted = metric.kind === 'count' ? countProspect(noise, samples) : undefined;
  const prospects = [continuous, counted].filter((prospect) => prospect !== undefined);
  if (prospects.length === 0) return { samples: pairs.length, reason: immeasurable(metric) };
  return {
    samples: pairs.length,
    scale: metric.kind === 'count' ? 'count' : isLog ? 'log' : 'linear',
    prospects,
  };
}

function isLogarithmic(
  pairs: readonly { canary: number; baseline: number }[],
  { scale }: SequentialOptions,
): boolean {
  if (scale === 'linear') return false;
  return scale === 'log' || pairs.every(({ canary, baseline }) => canary > 0 && baseline > 0);
}

/** Undefined when the history never moves, or lies around 0, where no ratio exists. */
function continuousProspect(
  { models, segments, prior }: Noise,
  isLog: boolean,
  baselineMean: number,
): Prospect | undefined {
  if (segments.every(({ filters }) => filters.squaresCanary.every((squares) => squares === 0))) {
    return undefined;
  }
  const marginal = averageOver(
    prior,
    ({ noiseSquares, noiseSamples }) => noiseSquares / noiseSamples,
  );
  const variance = averageOver(prior, ({ model, noiseSquares, noiseSamples }) => {
    return (noiseSquares / noiseSamples) * longRunFactor(models[model]!);
  });
  const offsets = heaviest(prior);
  if (isLog) return logProspect(variance, variance / marginal, offsets);
  const relative = variance / (baselineMean * baselineMean);
  if (!Number.isFinite(relative)) return undefined;
  return {
    distance: (ratio, tolerated) => ratio - tolerated,
    longRunVariance: (ratio, tolerated) =>
      (relative * (Math.max(ratio, 1) ** 2 + tolerated ** 2)) / 2,
    longRunFactor: variance / marginal,
    offsets: offsets.map(({ logWeight, offsetVariance, offsetSpread }) => ({
      logWeight,
      offsetVariance: offsetVariance / (baselineMean * baselineMean),
      offsetSpread: offsetSpread / (baselineMean * baselineMean),
    })),
  };
}

const MOST_OFFSETS = 40;

/** Those that matter to a plan. */
function heaviest<Component extends PlannedOffset>(components: readonly Component[]): Component[] {
  return components.toSorted((a, b) => b.logWeight - a.logWeight).slice(0, MOST_OFFSETS);
}

/** Undefined without events. */
function countProspect(
  { countModels, countPrior }: Noise,
  samples: readonly CountSample[],
): Prospect | undefined {
  const information = meanOf(samples.map(informationOf).filter(Number.isFinite));
  if (!(information > 0)) return undefined;
  const marginal = averageOver(countPrior, ({ model }) => countModels[model]!.sd ** 2);
  const wander = averageOver(countPrior, ({ model }) => {
    const { sd, rho } = countModels[model]!;
    return (sd * sd * (1 + rho)) / (1 - rho);
  });
  const events = 1 / information;
  return logProspect(
    events + wander,
    (events + wander) / (events + marginal),
    heaviest(countPrior),
  );
}

/** N p(1-p): what the events of one interval tell of the log rate ratio. */
function informationOf({
  canary,
  baseline,
  canaryExposure,
  baselineExposure,
}: CountSample): number {
  const share = canaryExposure / (canaryExposure + baselineExposure);
  return (canary + baseline) * share * (1 - share);
}

function logProspect(
  variance: number,
  factor: number,
  offsets: readonly PlannedOffset[],
): Prospect {
  return {
    distance: (ratio, tolerated) => Math.log(ratio / tolerated),
    longRunVariance: () => variance,
    longRunFactor: factor,
    offsets,
  };
}

function averageOver<Component extends { logWeight: number }>(
  components: readonly Component[],
  valueOf: (component: Component) => number,
): number {
  const total = logSumExp(components.map(({ logWeight }) => logWeight));
  return components.reduce(
    (sum, component) => sum + Math.exp(component.logWeight - total) * valueOf(component),
    0,
  );
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function tooLittle({ name }: MetricConfig, pairs: number): string {
  const have = pairs === 0 ? 'no history' : `only ${pairs} samples of history`;
  return `${have} of "${name}": at least ${FEWEST_SAMPLES + 1} samples of one healthy run are needed`;
}

function immeasurable({ name }: MetricConfig): string {
  return `the history of "${name}" never moves or lies around 0: its noise cannot be measured as a ratio`;
}
