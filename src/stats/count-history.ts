import {
  createCountFilter,
  freeLogLikelihood,
  observeCountFilter,
  scoreResidual,
  type CountFilter,
  type CountSample,
} from './count-filter.ts';
import { logSumExp } from './log-sum-exp.ts';
import type { CountModel } from './noise-models.ts';
import { offsetLevel, type SegmentKind } from './offset-level.ts';
import { OFFSET_SIZES } from './offset-sizes.ts';

/** A stretch of counts from which something is learned. */
export interface CountSegment {
  kind: SegmentKind;
  samples: readonly CountSample[];
}

/** One way the log rate ratio of a run may wander and be offset, before it (C5). */
export interface CountComponent {
  /** Number of its noise model. */
  model: number;
  logWeight: number;
  /** The offset expected of this run, how uncertain it is, and the variance of offsets between runs. */
  offset: number;
  offsetVariance: number;
  offsetSpread: number;
}

export interface CountHistoryOptions {
  /** How much one old sample counts against a new one. */
  discount: number;
  /** Prior probability that today's noise is not yesterday's. */
  changedRegime: number;
  /** Drop components of no weight: E stays the same to about 1e-4. */
  isPruned: boolean;
}

/** Intervals with events under which a segment tells nothing. */
const FEWEST_SAMPLES = 2;
/** ln of the weight below which a component is dropped. */
const NEGLIGIBLE = -9;

/** The models' own weights, and no offset. */
export function withoutHistory(models: readonly CountModel[]): CountComponent[] {
  return models.map(({ prior }, model) => ({
    model,
    logWeight: Math.log(prior),
    offset: 0,
    offsetVariance: 0,
    offsetSpread: 0,
  }));
}

/**
 * What earlier segments say of a coming run of counts (C5): how its log rate ratio wanders and by how much the
 * sides differ without any regression. As for levels (S9.4), but the variance of a count is known: a weighted
 * component for every model and size of offset, and a weak one for every model in case the noise is another.
 */
export function learnCountPrior(
  models: readonly CountModel[],
  segments: readonly CountSegment[],
  { discount, changedRegime, isPruned }: CountHistoryOptions,
): CountComponent[] {
  const filtered = segments
    .map((segment) => filterSegment(models, segment))
    .filter(({ count }) => count >= FEWEST_SAMPLES);
  if (filtered.length === 0) return withoutHistory(models);
  const byModel = models.map((model, k) => weighSizes(model, k, filtered, discount));
  const total = logSumExp(byModel.flat().map(({ logWeight }) => logWeight));
  const changed = byModel.map((own, model) => ({
    ...mergeOffsets(own),
    model,
    logWeight: Math.log(changedRegime * models[model]!.prior),
  }));
  const same = byModel
    .flat()
    .filter(({ logWeight }) => !isPruned || logWeight - total > NEGLIGIBLE)
    .map((component) => ({
      ...component,
      logWeight: component.logWeight - total + Math.log(1 - changedRegime),
    }));
  return [...same, ...changed];
}

interface FilteredSegment {
  kind: SegmentKind;
  /** Intervals with events. */
  count: number;
  filters: CountFilter[];
}

function filterSegment(
  models: readonly CountModel[],
  { kind, samples }: CountSegment,
): FilteredSegment {
  const filters = models.map(createCountFilter);
  let count = 0;
  for (const sample of samples) {
    const { residual, variance } = scoreResidual(sample, 0);
    if (!Number.isNaN(residual)) count++;
    for (const filter of filters) observeCountFilter(filter, residual, variance);
  }
  return { kind, count, filters };
}

/** The components of one noise model, one for each size of the offset; weights not yet normalised. */
function weighSizes(
  { prior }: CountModel,
  model: number,
  segments: readonly FilteredSegment[],
  discount: number,
): CountComponent[] {
  const levels = segments.map(({ kind, filters }) => {
    const { cross, information } = filters[model]!;
    return { kind, mean: cross / information, information };
  });
  const noise = segments.reduce((sum, { filters }) => {
    const filter = filters[model]!;
    return sum + freeLogLikelihood(filter) - Math.log(filter.information) / 2;
  }, 0);
  return OFFSET_SIZES.map(({ size, weight }) => {
    const spread = size * size;
    const level = offsetLevel(spread, levels, { isCentred: true });
    return {
      model,
      logWeight: Math.log(prior * weight) + discount * noise + level.logScale - level.squares / 2,
      offset: level.expected,
      offsetVariance: level.variance,
      offsetSpread: spread,
    };
  });
}

/** The offset of several components by its first two moments. */
function mergeOffsets(
  components: readonly CountComponent[],
): Pick<CountComponent, 'offset' | 'offsetVariance' | 'offsetSpread'> {
  const total = logSumExp(components.map(({ logWeight }) => logWeight));
  const average = (valueOf: (component: CountComponent) => number): number =>
    components.reduce(
      (sum, component) => sum + Math.exp(component.logWeight - total) * valueOf(component),
      0,
    );
  const offset = average((component) => component.offset);
  return {
    offset,
    offsetVariance: average(
      (component) => component.offsetVariance + (component.offset - offset) ** 2,
    ),
    offsetSpread: average(({ offsetSpread }) => offsetSpread),
  };
}
