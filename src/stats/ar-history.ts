import { createArFilters, observeArFilters, sumOfSquares, type ArFilters } from './ar-filter.ts';
import { logGamma } from './log-gamma.ts';
import { logSumExp } from './log-sum-exp.ts';
import type { ArModel } from './noise-models.ts';
import { offsetLevel, type SegmentKind } from './offset-level.ts';
import { OFFSET_SIZES, type OffsetSize } from './offset-sizes.ts';

/** A stretch of samples from which something is learned, as the noise models see it. */
export interface HistorySegment {
  kind: SegmentKind;
  filters: ArFilters;
}

/**
 * One way the noise and the offset of a run may be, before it (S9.4). Variances and squares are in the squared
 * unit of the difference.
 */
export interface PriorComponent {
  /** Number of its noise model. */
  model: number;
  logWeight: number;
  /** Prior samples that the knowledge of the noise is worth, and their sum of squares; 0 = nothing is known. */
  samples: number;
  squares: number;
  /** The offset expected of this run, how uncertain it is, and the variance of offsets between runs. */
  offset: number;
  offsetVariance: number;
  offsetSpread: number;
  /** The part of `samples` and `squares` that is noise and not levels: gives sigma^2 together with the run. */
  noiseSamples: number;
  noiseSquares: number;
}

export interface HistoryPolicy {
  /** How much one old sample counts against a new one. */
  discount: number;
  /** Prior probability that today's noise is not yesterday's. */
  changedRegime: number;
}

export interface HistoryOptions extends HistoryPolicy {
  /** Size of the baseline on the linear scale, in the unit of the difference; 1 on the log scale. */
  scale: number;
  /** ln of what the spread between instances says of each of the `OFFSET_SIZES` (S11). */
  instanceLogWeights?: readonly number[];
  /** Variance of what a seasonal profile leaves (S13), in the squared unit of the difference. */
  seasonVariance?: number;
  /** Drop components of no weight: E stays the same to about 1e-4. */
  isPruned: boolean;
}

export const HISTORY_OPTIONS: HistoryOptions = {
  discount: 0.1,
  changedRegime: 0.1,
  scale: 1,
  isPruned: true,
};

const CHANGED_REGIME_SAMPLES = 2;
/** Pairs beyond the segments' means under which history is none. */
const FEWEST_SAMPLES = 3;
/** A history that never moves is taken to be known to 0.1 %. */
const LEAST_NOISE = 0.001;
/** Smaller squares are not told from 0. */
const LEAST_SQUARES = 1e-290;
/** ln of the weight below which a component is dropped. */
const NEGLIGIBLE = -9;

/** Filters a difference series (NaN is a gap) under every noise model. */
export function filterSegment(
  models: readonly ArModel[],
  kind: SegmentKind,
  differences: ArrayLike<number>,
): HistorySegment {
  const filters = createArFilters(models);
  for (let i = 0; i < differences.length; i++) observeArFilters(filters, differences[i]!, 0);
  return { kind, filters };
}

/**
 * What earlier segments say of a coming run (S9.2 to S9.4): how large its noise is, how it wanders, and by how
 * much the two sides differ without any regression. Same regime: a discounted component for every noise model
 * and size of offset; changed regime: a weak one for every model, in case today's noise is another. Both are
 * nuisance under both hypotheses. Under 3 pairs beyond the segments' means teach nothing: the models' priors
 * are returned, without any offset.
 */
export function learnPrior(
  models: readonly ArModel[],
  segments: readonly HistorySegment[],
  given: Partial<HistoryOptions> = {},
): PriorComponent[] {
  const options = { ...HISTORY_OPTIONS, ...given };
  const used = segments.filter(({ filters }) => filters.count >= 2);
  const samples = used.reduce((sum, { filters }) => sum + filters.count - 1, 0);
  if (samples < FEWEST_SAMPLES) return models.map(({ prior }, k) => ignorance(k, prior));
  const isKnown = used.some(({ kind }) => kind === 'run' || kind === 'pre');
  const history = { segments: used, samples, isKnown };
  const byModel = models.map((model, k) => weighSizes(model, k, history, options));
  const total = logSumExp(byModel.flat().map(({ logWeight }) => logWeight));
  const changed = byModel.map((own, k) => changedRegime(own, models[k]!, options));
  const kept = Math.log(1 - options.changedRegime) - total;
  const same = byModel.flat().filter(({ logWeight }) => {
    return !options.isPruned || logWeight - total > NEGLIGIBLE;
  });
  for (const component of same) component.logWeight += kept;
  return [...same, ...changed];
}

function ignorance(model: number, prior: number): PriorComponent {
  return {
    model,
    logWeight: Math.log(prior),
    samples: 0,
    squares: 0,
    offset: 0,
    offsetVariance: 0,
    offsetSpread: 0,
    noiseSamples: 0,
    noiseSquares: 0,
  };
}

interface History {
  segments: readonly HistorySegment[];
  samples: number;
  /** Whether some level is known: else there is no telling how far sides lie apart. */
  isKnown: boolean;
}

const NO_OFFSET: readonly OffsetSize[] = [{ size: 0, weight: 1 }];

/** The same-regime components of one noise model, one for each size of the offset; weights not yet normalised. */
function weighSizes(
  { prior }: ArModel,
  k: number,
  { segments, samples, isKnown }: History,
  { discount, scale, instanceLogWeights, seasonVariance = 0 }: HistoryOptions,
): PriorComponent[] {
  const levels = segments.map(({ kind, filters }) => levelOf(kind, filters, k));
  const sum = (valueOf: (filters: ArFilters) => number) =>
    segments.reduce((all, { filters }) => all + valueOf(filters), 0);
  const squares = Math.max(
    sum((filters) => sumOfSquares(filters, k, 1)),
    samples * (LEAST_NOISE * scale) ** 2,
    LEAST_SQUARES,
  );
  const variance = squares / samples;
  const logLikelihood = -sum((f) => f.logDeterminant[k]! + Math.log(f.information[k]!)) / 2;
  const hasLevels = isKnown || instanceLogWeights !== undefined;
  const sizes = hasLevels ? OFFSET_SIZES : NO_OFFSET;
  const told = hasLevels ? levels.filter(({ kind }) => kind !== 'noise') : [];
  return sizes.map(({ size, weight }, g) => {
    const spread = (size * scale) ** 2 / variance;
    const level = offsetLevel(spread, told, { isCentred: isKnown });
    const n0 = discount * samples + told.length;
    const y0 = discount * squares + level.squares;
    return {
      model: k,
      logWeight:
        Math.log(prior * weight) +
        (instanceLogWeights?.[g] ?? 0) +
        discount * logLikelihood +
        level.logScale +
        logGamma(n0 / 2) -
        (n0 / 2) * Math.log(y0),
      samples: n0,
      squares: y0,
      offset: level.expected,
      offsetVariance: level.variance * variance + seasonVariance,
      offsetSpread: spread * variance,
      noiseSamples: discount * samples,
      noiseSquares: discount * squares,
    };
  });
}

/** On the linear scale the run so far is canary minus baseline; elsewhere there is no baseline. */
function levelOf(kind: SegmentKind, filters: ArFilters, k: number) {
  const mean = filters.meanCanary[k]! - filters.meanBaseline[k]!;
  return { kind, mean, information: filters.information[k]! };
}

/** Another noise, the offset by its mean and variance over the model's own components. */
function changedRegime(
  own: readonly PriorComponent[],
  { prior }: ArModel,
  { changedRegime: probability }: HistoryOptions,
): PriorComponent {
  const total = logSumExp(own.map(({ logWeight }) => logWeight));
  const shares = own.map(({ logWeight }) => Math.exp(logWeight - total));
  const mean = (valueOf: (component: PriorComponent) => number) =>
    own.reduce((sum, component, i) => sum + shares[i]! * valueOf(component), 0);
  const offset = mean((component) => component.offset);
  const { model, noiseSamples, noiseSquares } = own[0]!;
  const squares = (CHANGED_REGIME_SAMPLES * noiseSquares) / noiseSamples;
  return {
    model,
    logWeight: Math.log(probability * prior),
    samples: CHANGED_REGIME_SAMPLES,
    squares,
    offset,
    offsetVariance: mean((one) => one.offsetVariance + (one.offset - offset) ** 2),
    offsetSpread: mean((component) => component.offsetSpread),
    noiseSamples: CHANGED_REGIME_SAMPLES,
    noiseSquares: squares,
  };
}
