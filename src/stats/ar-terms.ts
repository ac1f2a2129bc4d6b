import { sumOfSquares, type ArFilters } from './ar-filter.ts';
import type { PriorComponent } from './ar-history.ts';
import { logGamma } from './log-gamma.ts';
import { logSumExp } from './log-sum-exp.ts';
import { longRunFactor, type ArModel, type EffectSize } from './noise-models.ts';

/** The null that the mean of canary - theta * baseline is delta (log scale: baseline 0, theta 0). */
export interface Null {
  theta: number;
  delta: number;
}

/** Below this no sum of squares is told from 0: a constant series stays finite and deterministic. */
export const LEAST_SQUARES = 1e-290;
/** Terms of E below exp(-34) are left out: E itself stays above about exp(-10). */
export const NEGLIGIBLE = -34;
/** How much larger than the offsets a regression may be: else nothing is found once offsets are large. */
const EFFECT_TO_OFFSET = 10;

/** The numbers of the prior components, by what they say. */
type PriorColumns = Record<Exclude<keyof PriorComponent, 'model' | 'logWeight'>, Float64Array>;

/**
 * Scratch of one evaluation, as parallel arrays with one entry a prior component ("cell"), and one for each
 * of these and each effect size. Alternative terms are scale * exp(exponent), kept apart to spare logarithms.
 * `measureCells` depends on the samples and theta alone, and is done once for several nulls.
 */
export interface Terms {
  components: readonly PriorComponent[];
  model: Int32Array;
  prior: PriorColumns;
  /** Long-run variance of each model in units of sigma^2. */
  factors: Float64Array;
  effects: readonly EffectSize[];
  /** ln of the prior weight and of Y0^(n0/2) / Gamma(n0/2). */
  logPriors: Float64Array;
  /** For which number of pairs and theta the cells were measured. */
  measuredCount: number;
  measuredTheta: number;
  /** Sum of squares with the prior's, degrees of freedom, and the offset's part of the mean's variance, 1 + X v0. */
  within: Float64Array;
  freedoms: Float64Array;
  widened: Float64Array;
  /** sigma^2 of the noise, from the run and the history of its noise. */
  variances: Float64Array;
  /** Information about the mean and the spread of offsets, both in units of what is known of the mean. */
  surplus: Float64Array;
  spreads: Float64Array;
  /** At least ln of the weighted root of how far each effect size is from a free mean; and what it was taken at. */
  logMasses: Float64Array;
  massSurplus: Float64Array;
  massSpreads: Float64Array;
  /** By cell and effect: what a mean at the effect's distance keeps of its square, (1 + X v0)/(1 + X (v0 + V)). */
  shrinkages: Float64Array;
  /** ln of a cell's likelihood but for the sums of squares; measured when an evaluation asks for it. */
  bases: Float64Array;
  isBaseKnown: boolean;
  logGammas: Map<number, number>;
  /** Of one null: sign and square of the distance of the mean, in units of its variance. */
  signs: Float64Array;
  between: Float64Array;
  nullLogs: Float64Array;
  logNull: number;
  /** 1 where a cell's alternative terms are large enough to have been computed. */
  live: Uint8Array;
  exponents: Float64Array;
  /** ln(1 + t^2/M) of the posterior of the effect, whose sign is in `signs`. */
  ratios: Float64Array;
}

export function createTerms(
  models: readonly ArModel[],
  components: readonly PriorComponent[],
  effects: readonly EffectSize[],
): Terms {
  const cells = () => new Float64Array(components.length);
  const byEffect = () => new Float64Array(components.length * effects.length);
  return {
    components,
    model: Int32Array.from(components, ({ model }) => model),
    prior: columnsOf(components),
    factors: Float64Array.from(models, longRunFactor),
    effects,
    logPriors: Float64Array.from(components, logPrior),
    measuredCount: -1,
    measuredTheta: NaN,
    within: cells(),
    freedoms: cells(),
    widened: cells(),
    variances: cells(),
    surplus: cells(),
    spreads: cells(),
    logMasses: cells(),
    massSurplus: cells().fill(Infinity),
    massSpreads: cells(),
    shrinkages: byEffect(),
    bases: cells(),
    isBaseKnown: false,
    logGammas: new Map(),
    signs: cells(),
    between: cells(),
    nullLogs: cells(),
    logNull: 0,
    live: new Uint8Array(components.length),
    exponents: byEffect(),
    ratios: byEffect(),
  };
}

function columnsOf(components: readonly PriorComponent[]): PriorColumns {
  const column = (name: keyof PriorColumns) => Float64Array.from(components, (one) => one[name]);
  return {
    samples: column('samples'),
    squares: column('squares'),
    offset: column('offset'),
    offsetVariance: column('offsetVariance'),
    offsetSpread: column('offsetSpread'),
    noiseSamples: column('noiseSamples'),
    noiseSquares: column('noiseSquares'),
  };
}

function logPrior({ samples, squares, logWeight }: PriorComponent): number {
  if (samples === 0) return logWeight;
  return logWeight + (samples / 2) * Math.log(squares) - logGamma(samples / 2);
}

/** What the samples say of every cell, whatever the null (S9.5). */
export function measureCells(terms: Terms, filters: ArFilters, theta: number): void {
  if (terms.measuredCount === filters.count && terms.measuredTheta === theta) return;
  terms.measuredCount = filters.count;
  terms.measuredTheta = theta;
  terms.isBaseKnown = false;
  const { model, prior, within, freedoms, widened, variances, surplus, spreads } = terms;
  for (let i = 0; i < model.length; i++) {
    const k = model[i]!;
    const squares = sumOfSquares(filters, k, theta);
    const noise = prior.noiseSquares[i]! + squares;
    const variance = Math.max(noise / (prior.noiseSamples[i]! + filters.count), LEAST_SQUARES);
    const information = filters.information[k]!;
    // the offset keeps its absolute size, however calm or noisy the run is
    const known = 1 + (information * prior.offsetVariance[i]!) / variance;
    within[i] = Math.max(prior.squares[i]! + squares, LEAST_SQUARES);
    freedoms[i] = filters.count + prior.samples[i]!;
    widened[i] = known;
    variances[i] = variance;
    surplus[i] = information / known;
    spreads[i] = prior.offsetSpread[i]! / variance;
  }
}

/** How much a mass may be too large before it is computed anew, as a factor of what it falls with. */
const STALE = 1.05;

/** Fills `logMasses`: a mass falls with the information and the spread, so that an old one is a bound. */
export function boundMasses(terms: Terms): void {
  const { surplus, spreads, massSurplus, massSpreads } = terms;
  for (let i = 0; i < surplus.length; i++) {
    const isBound = surplus[i]! >= massSurplus[i]! && spreads[i]! >= massSpreads[i]!;
    const isClose =
      surplus[i]! <= massSurplus[i]! * STALE * STALE &&
      spreads[i]! <= massSpreads[i]! * STALE * STALE;
    if (isBound && isClose) continue;
    massSurplus[i] = surplus[i]! / STALE;
    massSpreads[i] = spreads[i]! / STALE;
    terms.logMasses[i] = Math.log(massOf(terms, i));
  }
}

function massOf({ effects, factors, model, massSurplus, massSpreads }: Terms, i: number): number {
  let mass = 0;
  for (let j = 0; j < effects.length; j++) {
    const { phi, weight } = effects[j]!;
    const effect = factors[model[i]!]! / phi + EFFECT_TO_OFFSET * massSpreads[i]!;
    mass += weight / Math.sqrt(1 + massSurplus[i]! * effect);
  }
  return mass;
}

/** Fills `bases` for the samples that the cells were last measured at. */
export function measureBases(terms: Terms, filters: ArFilters): void {
  if (terms.isBaseKnown) return;
  terms.isBaseKnown = true;
  const { components, bases, logPriors, widened } = terms;
  for (let i = 0; i < components.length; i++) {
    const { samples, model } = components[i]!;
    bases[i] =
      logPriors[i]! +
      (samples === 0 ? 0 : logGammaOf(terms, terms.freedoms[i]! / 2)) -
      (filters.logDeterminant[model]! + Math.log(widened[i]!)) / 2;
  }
}

/** Few components differ in their freedom, which changes with every sample. */
function logGammaOf({ logGammas }: Terms, half: number): number {
  let value = logGammas.get(half);
  if (value === undefined) {
    if (logGammas.size > 8) logGammas.clear();
    value = logGamma(half);
    logGammas.set(half, value);
  }
  return value;
}

/** How far the mean of every cell lies from the null, beyond the offset that was expected. */
export function measureDistances(terms: Terms, filters: ArFilters, { theta, delta }: Null): void {
  const { prior, model, signs, between, widened } = terms;
  for (let i = 0; i < model.length; i++) {
    const k = model[i]!;
    const shift =
      filters.meanCanary[k]! - theta * filters.meanBaseline[k]! - delta - prior.offset[i]!;
    signs[i] = shift < 0 ? -1 : 1;
    between[i] = (filters.information[k]! * shift * shift) / widened[i]!;
  }
}

/** Fills the scratch with all null and alternative terms for one null. */
export function weighTerms(terms: Terms, filters: ArFilters, against: Null): void {
  measureCells(terms, filters, against.theta);
  measureBases(terms, filters);
  measureDistances(terms, filters, against);
  const { bases, within, between, freedoms, nullLogs } = terms;
  for (let i = 0; i < nullLogs.length; i++) {
    nullLogs[i] = bases[i]! - (freedoms[i]! / 2) * Math.log(within[i]! + between[i]!);
  }
  terms.logNull = logSumExp(nullLogs);
  for (let i = 0; i < nullLogs.length; i++) weighEffects(terms, i);
}

function weighEffects(terms: Terms, i: number): void {
  const { exponents, ratios, logNull } = terms;
  const effects = terms.effects.length;
  const nullLog = terms.nullLogs[i]!;
  const within = terms.within[i]!;
  const between = terms.between[i]!;
  const all = within + between;
  const half = terms.freedoms[i]! / 2;
  const isLive =
    nullLog - logNull > NEGLIGIBLE ||
    nullLog + half * Math.log(all / within) - logNull > NEGLIGIBLE;
  terms.live[i] = isLive ? 1 : 0;
  if (!isLive) return;
  for (let j = 0; j < effects; j++) {
    const shrinkage = shrinkageOf(terms, i, j);
    const ratio = Math.log(all / (within + between * shrinkage));
    const at = i * effects + j;
    terms.shrinkages[at] = shrinkage;
    ratios[at] = ratio;
    exponents[at] = nullLog + half * ratio;
  }
}

function shrinkageOf({ effects, factors, model, surplus, spreads }: Terms, i: number, j: number) {
  const effect = factors[model[i]!]! / effects[j]!.phi + EFFECT_TO_OFFSET * spreads[i]!;
  return 1 / (1 + surplus[i]! * effect);
}
